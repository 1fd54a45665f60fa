#include "tokenizer/binary_form.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace gram::tokenizer {
namespace {

constexpr std::string_view kMagic = "GRAMTOK2";
constexpr size_t kMagicWithoutVersion = 7;
constexpr size_t kNameBytes = 24;
constexpr size_t kHeaderBytes = 8 + kNameBytes + 6 * 4;
constexpr uint32_t kNoBos = 0xffffffff;

void PutInt(uint32_t value, size_t size, std::string* out) {
  for (size_t i = 0; i < size; ++i) out->push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

// Reads from bytes that are known to be enough.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

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

struct Header {
  const Pipeline* pipeline;
  uint64_t tokens;
  uint64_t rules;
  uint64_t text_bytes;
  uint64_t added;
  uint64_t added_bytes;
  std::optional<TokenId> bos;
};

Result<const Pipeline*> ReadPipeline(std::string_view field, const std::string& where) {
  const std::string_view name = field.substr(0, field.find('\0'));
  if (field.find_first_not_of('\0', name.size()) != std::string_view::npos) {
    return Corrupt(where + ": the packed tokenizer's pipeline has no name");
  }
  const Pipeline* pipeline = FindPipeline(name);
  if (pipeline != nullptr) return pipeline;
  return Unsupported(where + ": the packed tokenizer's pipeline '" + std::string(name) +
                     "' is not one that this version has");
}

// The header, checked against the size of the whole, so that nothing behind it can be missing.
Result<Header> ReadHeader(std::string_view bytes, const std::string& where) {
  if (!bytes.starts_with(kMagic.substr(0, kMagicWithoutVersion))) {
    return Corrupt(where + ": not a packed tokenizer");
  }
  if (bytes.size() >= kMagic.size() && !bytes.starts_with(kMagic)) {
    return Unsupported(where + ": a packed tokenizer of another version; convert the model again");
  }
  if (bytes.size() < kHeaderBytes) return Corrupt(where + ": the packed tokenizer is cut short");
  ByteReader reader(bytes.substr(kMagic.size()));
  Header header{};
  GRAM_ASSIGN_OR_RETURN(header.pipeline, ReadPipeline(reader.Take(kNameBytes), where));
  for (uint64_t* size :
       {&header.tokens, &header.rules, &header.text_bytes, &header.added, &header.added_bytes}) {
    *size = reader.Int(4);
  }
  // Each has 32 bits, so that the sum cannot overflow 64.
  if (header.tokens > kMaxTokens || kHeaderBytes + 3 * header.tokens + 8 * header.rules +
                                            header.text_bytes + 6 * header.added +
                                            header.added_bytes !=
                                        bytes.size()) {
    return Corrupt(where + ": the packed tokenizer's sizes do not add up");
  }
  const uint32_t bos = reader.Int(4);
  if (bos == kNoBos) return header;
  if (bos >= header.tokens) {
    return Corrupt(where + ": the packed tokenizer's BOS id is outside the vocabulary");
  }
  header.bos = static_cast<TokenId>(bos);
  return header;
}

Status ReadTokens(const Header& header, ByteReader* reader, VocabTable* table,
                  const std::string& where) {
  const std::string_view flags = reader->Take(header.tokens);
  table->flags.assign(flags.begin(), flags.end());
  table->ends.reserve(header.tokens);
  uint64_t end = 0;
  for (uint64_t i = 0; i < header.tokens; ++i) {
    end += reader->Int(2);
    table->ends.push_back(static_cast<uint32_t>(end));
  }
  if (end == header.text_bytes) return Status();
  return Corrupt(where + ": the packed tokenizer's text lengths do not add up");
}

std::vector<MergePair> ReadRules(const Header& header, ByteReader* reader) {
  std::vector<MergePair> pairs;
  pairs.reserve(header.rules);
  for (uint64_t i = 0; i < header.rules; ++i) {
    const auto left = static_cast<TokenId>(reader->Int(4));
    pairs.emplace_back(left, static_cast<TokenId>(reader->Int(4)));
  }
  return pairs;
}

Status ReadAdded(const Header& header, ByteReader* reader, VocabTable* table,
                 const std::string& where) {
  table->added.resize(header.added);
  for (AddedText& added : table->added) added.id = static_cast<TokenId>(reader->Int(4));
  ByteReader lengths(reader->Take(2 * header.added));
  ByteReader texts(reader->Take(header.added_bytes));
  uint64_t total = 0;
  for (AddedText& added : table->added) {
    const size_t length = lengths.Int(2);
    added.text = texts.Take(length);
    total += length;
  }
  if (total == header.added_bytes) return Status();
  return Corrupt(where + ": the packed tokenizer's added tokens do not add up");
}

}  // namespace

std::string WriteBinaryForm(const Definition& definition) {
  const Vocab& vocab = definition.vocab;
  const VocabTable& table = vocab.table();
  const std::vector<MergePair> pairs = definition.merges.Pairs();
  std::string texts;
  for (const AddedText& added : table.added) texts += added.text;
  std::string out(kMagic);
  out.reserve(kHeaderBytes + table.flags.size() * 3 + pairs.size() * 8 + table.blob.size() +
              table.added.size() * 6 + texts.size());
  out += definition.pipeline->name;
  out.resize(kMagic.size() + kNameBytes);
  for (const size_t size :
       {vocab.size(), pairs.size(), table.blob.size(), table.added.size(), texts.size()}) {
    PutInt(static_cast<uint32_t>(size), 4, &out);
  }
  PutInt(definition.bos ? static_cast<uint32_t>(*definition.bos) : kNoBos, 4, &out);
  for (const uint8_t flags : table.flags) PutInt(flags, 1, &out);
  for (size_t i = 0; i < vocab.size(); ++i) {
    PutInt(static_cast<uint32_t>(vocab.Text(static_cast<TokenId>(i)).size()), 2, &out);
  }
  for (const auto& [left, right] : pairs) {
    PutInt(static_cast<uint32_t>(left), 4, &out);
    PutInt(static_cast<uint32_t>(right), 4, &out);
  }
  for (const AddedText& added : table.added) PutInt(static_cast<uint32_t>(added.id), 4, &out);
  for (const AddedText& added : table.added) {
    PutInt(static_cast<uint32_t>(added.text.size()), 2, &out);
  }
  return out + texts + table.blob;
}

Result<Definition> ReadBinaryForm(std::string_view bytes, const std::string& where) {
  GRAM_ASSIGN_OR_RETURN(const Header header, ReadHeader(bytes, where));
  // From here on nothing can be missing; what the bytes say is checked by Vocab and MergeTable.
  ByteReader reader(bytes.substr(kHeaderBytes));
  VocabTable table;
  table.alphabet = header.pipeline->alphabet();
  GRAM_RETURN_IF_ERROR(ReadTokens(header, &reader, &table, where));
  const std::vector<MergePair> pairs = ReadRules(header, &reader);
  GRAM_RETURN_IF_ERROR(ReadAdded(header, &reader, &table, where));
  table.blob = reader.Take(header.text_bytes);
  GRAM_ASSIGN_OR_RETURN(Vocab vocab, Vocab::Build(std::move(table), where));
  GRAM_ASSIGN_OR_RETURN(MergeTable merges, MergeTable::Build(vocab, pairs, where));
  return Definition{header.pipeline, std::move(vocab), std::move(merges), header.bos};
}

}  // namespace gram::tokenizer
