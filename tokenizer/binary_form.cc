// The tokenizer as bytes.
#include <cstdint>
#include <utility>

#include "tokenizer/loader.h"

namespace gram::tokenizer {
namespace {

constexpr std::string_view kMagic = "GRAMTOK1";
constexpr size_t kMagicWithoutVersion = 7;
constexpr size_t kHeaderBytes = 8 + 4 * 4;

void PutInt(uint32_t value, size_t size, std::string* out) {
  for (size_t i = 0; i < size; ++i) out->push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

// Reads from bytes whose sufficiency has been checked.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  std::string_view Take(size_t size) {
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(taken.size());
    return taken;
  }
  uint32_t Int(size_t size) {
    const std::string_view taken = Take(size);
    uint32_t value = 0;
    for (size_t i = 0; i < taken.size(); ++i) {
      value |= static_cast<uint32_t>(static_cast<unsigned char>(taken[i])) << (8 * i);
    }
    return value;
  }

 private:
  std::string_view bytes_;
};

struct Sizes {
  uint64_t tokens;
  uint64_t rules;
  uint64_t text_bytes;
};

// The header, checked against the size of the whole, so that nothing behind it can be missing.
Result<Sizes> ReadSizes(std::string_view bytes, const std::string& where) {
  if (!bytes.starts_with(kMagic.substr(0, kMagicWithoutVersion))) {
    return Corrupt(where + ": not a packed tokenizer");
  }
  if (bytes.size() >= kMagic.size() && !bytes.starts_with(kMagic)) {
    return Unsupported(where + ": a packed tokenizer of another version; convert the model again");
  }
  if (bytes.size() < kHeaderBytes) return Corrupt(where + ": the packed tokenizer is cut short");
  Reader reader(bytes.substr(kMagic.size()));
  Sizes sizes{};
  sizes.tokens = reader.Int(4);
  sizes.rules = reader.Int(4);
  sizes.text_bytes = reader.Int(4);
  const uint32_t zero = reader.Int(4);
  if (zero != 0 || sizes.tokens > kMaxTokens ||
      kHeaderBytes + 3 * sizes.tokens + 8 * sizes.rules + sizes.text_bytes != bytes.size()) {
    return Corrupt(where + ": the packed tokenizer's sizes do not add up");
  }
  return sizes;
}

}  // namespace

std::string WriteBinaryForm(const Vocab& vocab, const MergeTable& merges) {
  const VocabTable& table = vocab.table();
  const std::vector<MergePair> pairs = merges.Pairs();
  std::string out(kMagic);
  out.reserve(kHeaderBytes + table.flags.size() * 3 + pairs.size() * 8 + table.blob.size());
  PutInt(static_cast<uint32_t>(vocab.size()), 4, &out);
  PutInt(static_cast<uint32_t>(pairs.size()), 4, &out);
  PutInt(static_cast<uint32_t>(table.blob.size()), 4, &out);
  PutInt(0, 4, &out);
  for (const uint8_t flags : table.flags) PutInt(flags, 1, &out);
  for (size_t i = 0; i < vocab.size(); ++i) {
    PutInt(static_cast<uint32_t>(vocab.Text(static_cast<TokenId>(i)).size()), 2, &out);
  }
  for (const auto& [left, right] : pairs) {
    PutInt(static_cast<uint32_t>(left), 4, &out);
    PutInt(static_cast<uint32_t>(right), 4, &out);
  }
  out += table.blob;
  return out;
}

Result<BinaryForm> ReadBinaryForm(std::string_view bytes, const std::string& where) {
  GRAM_ASSIGN_OR_RETURN(const Sizes sizes, ReadSizes(bytes, where));
  Reader reader(bytes.substr(kHeaderBytes));
  VocabTable table;
  const std::string_view flags = reader.Take(sizes.tokens);
  table.flags.assign(flags.begin(), flags.end());
  table.ends.reserve(sizes.tokens);
  uint64_t end = 0;
  for (uint64_t i = 0; i < sizes.tokens; ++i) {
    end += reader.Int(2);
    table.ends.push_back(static_cast<uint32_t>(end));
  }
  if (end != sizes.text_bytes) {
    return Corrupt(where + ": the packed tokenizer's text lengths do not add up");
  }
  std::vector<MergePair> pairs;
  pairs.reserve(sizes.rules);
  for (uint64_t i = 0; i < sizes.rules; ++i) {
    const auto left = static_cast<TokenId>(reader.Int(4));
    pairs.emplace_back(left, static_cast<TokenId>(reader.Int(4)));
  }
  table.blob = reader.Take(sizes.text_bytes);
  GRAM_ASSIGN_OR_RETURN(Vocab vocab, Vocab::Build(std::move(table), where));
  GRAM_ASSIGN_OR_RETURN(MergeTable merges, MergeTable::Build(vocab, pairs, where));
  return BinaryForm{std::move(vocab), std::move(merges)};
}

}  // namespace gram::tokenizer
