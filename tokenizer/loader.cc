#include "tokenizer/loader.h"

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "tokenizer/utf8.h"

namespace gram::tokenizer {
namespace {

// tokenizer.json: the vocabulary, the merge rules and the added tokens.

using simdjson::SUCCESS;
using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr FieldRule kAddedRules[] = {
    {"id", JsonRule::kAny},       {"content", JsonRule::kAny},  {"single_word", JsonRule::kFalse},
    {"lstrip", JsonRule::kFalse}, {"rstrip", JsonRule::kFalse}, {"normalized", JsonRule::kFalse},
    {"special", JsonRule::kAny},
};

// What one id stands for, as far as it is known while the file is read.
struct Entry {
  std::string bytes;
  uint8_t flags = 0;  // 0: no token has this id so far
};

std::string Quoted(std::string_view text) { return "'" + Shortened(text) + "'"; }

// Puts one token into its place in `entries`, whose size is the number of ids.
Status PlaceToken(int64_t id, Entry entry, std::string_view name, const JsonPlace& place,
                  std::vector<Entry>* entries) {
  if (id < 0 || id >= static_cast<int64_t>(entries->size())) {
    return Corrupt(place.Name() + " gives " + Quoted(name) + " the id " + std::to_string(id) +
                   "; ids must be 0 to " + std::to_string(entries->size() - 1) + ", without gaps");
  }
  Entry& slot = (*entries)[static_cast<size_t>(id)];
  if (slot.flags != 0) {
    return Corrupt(place.Name() + " gives " + Quoted(name) + " the id " + std::to_string(id) +
                   ", which another token has");
  }
  slot = std::move(entry);
  return Status();
}

Status ReadModelTokens(const object& vocab, const JsonPlace& place, std::vector<Entry>* entries) {
  for (const auto& field : vocab) {
    int64_t id = 0;
    if (field.value.get(id) != SUCCESS) {
      return Corrupt(place.Name() + " gives " + Quoted(field.key) +
                     " an id that is not an integer");
    }
    std::optional<std::string> bytes = BytesFromAlphabet(field.key);
    if (!bytes) {
      return Unsupported(place.Name() + " has " + Quoted(field.key) +
                         ", which is not spelled in the byte-level alphabet");
    }
    GRAM_RETURN_IF_ERROR(
        PlaceToken(id, {std::move(*bytes), kModelToken}, field.key, place, entries));
  }
  return Status();
}

struct AddedToken {
  int64_t id;
  std::string_view content;
  bool special;
};

Result<std::vector<AddedToken>> ReadAddedTokens(const element& root, const JsonPlace& top) {
  std::vector<AddedToken> tokens;
  if (root["added_tokens"].error() != SUCCESS) return tokens;
  GRAM_ASSIGN_OR_RETURN(const array list, GetJson<array>(root, "added_tokens", top, "an array"));
  const JsonPlace place = top.Field("added_tokens");
  for (const element& item : list) {
    const JsonPlace here = place.Item(tokens.size());
    GRAM_RETURN_IF_ERROR(CheckFields(item, kAddedRules, here));
    AddedToken token{};
    GRAM_ASSIGN_OR_RETURN(token.id, GetJson<int64_t>(item, "id", here, "an integer"));
    GRAM_ASSIGN_OR_RETURN(token.content,
                          GetJson<std::string_view>(item, "content", here, "a string"));
    GRAM_ASSIGN_OR_RETURN(token.special, GetJson<bool>(item, "special", here, "true or false"));
    if (token.content.empty()) return Corrupt(here.Name() + " is empty");
    if (!tokens.empty() && token.id <= tokens.back().id) {
      // Hugging Face numbers them in the file's order, whatever their ids say.
      return Corrupt(here.Name() + " has the id " + std::to_string(token.id) +
                     ", not above that of the one before it");
    }
    tokens.push_back(token);
  }
  return tokens;
}

// The ids in `vocab` of those added tokens that are there too.
std::map<std::string_view, int64_t> SharedIds(const object& vocab,
                                              const std::vector<AddedToken>& added) {
  std::map<std::string_view, int64_t> ids;  // no hash: the texts are whoever made the file's choice
  for (const AddedToken& token : added) ids.emplace(token.content, -1);
  for (const auto& field : vocab) {
    const auto found = ids.find(field.key);
    int64_t id = -1;
    if (found != ids.end() && field.value.get(id) == SUCCESS) found->second = id;
  }
  std::erase_if(ids, [](const auto& item) { return item.second < 0; });
  return ids;
}

constexpr int64_t kNotShared = -1;

// An added token either has an id of its own (`vocab_id` is kNotShared) or is a vocabulary entry
// too, under the same id.
Status PlaceAddedToken(const AddedToken& token, int64_t vocab_id, const JsonPlace& place,
                       std::vector<Entry>* entries) {
  const auto flags = static_cast<uint8_t>(kAddedToken | (token.special ? kSpecialToken : 0));
  if (vocab_id == kNotShared) {
    return PlaceToken(token.id, {std::string(token.content), flags}, token.content, place, entries);
  }
  if (vocab_id != token.id) {
    return Corrupt(place.Name() + " gives " + Quoted(token.content) + " the id " +
                   std::to_string(token.id) + ", model.vocab another");
  }
  Entry& entry = (*entries)[static_cast<size_t>(token.id)];
  if (entry.bytes != token.content) {
    return Unsupported(place.Name() + " has " + Quoted(token.content) +
                       ", which in model.vocab stands for other bytes");
  }
  entry.flags |= flags;
  return Status();
}

Result<Vocab> ReadVocab(const element& root, const JsonPlace& top) {
  GRAM_ASSIGN_OR_RETURN(const object vocab, GetJson<object>(root["model"].value_unsafe(), "vocab",
                                                            top.Field("model"), "an object"));
  GRAM_ASSIGN_OR_RETURN(const std::vector<AddedToken> added, ReadAddedTokens(root, top));
  const auto shared = SharedIds(vocab, added);
  // object::size() saturates at 2^24 - 1, which is beyond kMaxTokens.
  const size_t count = vocab.size() + added.size() - shared.size();
  const JsonPlace vocab_place = top.Field("model").Field("vocab");
  if (count == 0 || count > kMaxTokens) {
    return Unsupported(vocab_place.Name() + " has an impossible number of tokens");
  }
  std::vector<Entry> entries(count);
  GRAM_RETURN_IF_ERROR(ReadModelTokens(vocab, vocab_place, &entries));
  for (size_t i = 0; i < added.size(); ++i) {
    const JsonPlace place = top.Field("added_tokens").Item(i);
    const auto found = shared.find(added[i].content);
    const int64_t vocab_id = found == shared.end() ? kNotShared : found->second;
    GRAM_RETURN_IF_ERROR(PlaceAddedToken(added[i], vocab_id, place, &entries));
  }
  VocabTable table;
  for (const Entry& entry : entries) {
    table.blob += entry.bytes;
    table.ends.push_back(static_cast<uint32_t>(table.blob.size()));
    table.flags.push_back(entry.flags);
  }
  return Vocab::Build(std::move(table), vocab_place.Name());
}

using TextPair = std::pair<std::string_view, std::string_view>;

// A rule is ["a", "b"] in newer files, "a b" in older ones.
std::optional<TextPair> ReadMergePair(const element& rule) {
  std::string_view text;
  if (rule.get(text) == SUCCESS) {
    const size_t space = text.find(' ');
    if (space == std::string_view::npos || text.find(' ', space + 1) != std::string_view::npos) {
      return std::nullopt;
    }
    return TextPair{text.substr(0, space), text.substr(space + 1)};
  }
  array pair;
  TextPair texts;
  if (rule.get(pair) != SUCCESS || pair.size() != 2 || pair.at(0).get(texts.first) != SUCCESS ||
      pair.at(1).get(texts.second) != SUCCESS) {
    return std::nullopt;
  }
  return texts;
}

Result<std::vector<MergePair>> ReadMerges(const element& model, const Vocab& vocab,
                                          const JsonPlace& model_place) {
  GRAM_ASSIGN_OR_RETURN(const array rules,
                        GetJson<array>(model, "merges", model_place, "an array"));
  const JsonPlace place = model_place.Field("merges");
  std::vector<MergePair> merges;
  const auto find = [&vocab](std::string_view text) -> std::optional<TokenId> {
    const std::optional<std::string> bytes = BytesFromAlphabet(text);
    return bytes && !bytes->empty() ? vocab.Find(*bytes) : std::nullopt;
  };
  for (const element& rule : rules) {
    const std::optional<TextPair> texts = ReadMergePair(rule);
    if (!texts) {
      return Corrupt(place.Item(merges.size()).Name() + " is " + JsonForMessage(rule) +
                     ", not a pair of tokens");
    }
    const std::optional<TokenId> left = find(texts->first);
    const std::optional<TokenId> right = find(texts->second);
    if (!left || !right) {
      return Corrupt(place.Item(merges.size()).Name() + " joins " +
                     Quoted(left ? texts->second : texts->first) +
                     ", which is not in the vocabulary");
    }
    merges.emplace_back(*left, *right);
  }
  return merges;
}

// The binary form.

constexpr std::string_view kMagic = "GRAMTOK1";
constexpr size_t kMagicWithoutVersion = 7;
constexpr size_t kHeaderBytes = 8 + 4 * 4;

void PutInt(uint32_t value, size_t size, std::string* out) {
  for (size_t i = 0; i < size; ++i) out->push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

// Reads integers from bytes that are known to be enough.
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
  ByteReader reader(bytes.substr(kMagic.size()));
  Sizes sizes{};
  sizes.tokens = reader.Int(4);
  sizes.rules = reader.Int(4);
  sizes.text_bytes = reader.Int(4);
  const uint32_t zero = reader.Int(4);
  // Each of the three has 32 bits, so that the sum cannot overflow 64.
  if (zero != 0 || sizes.tokens > kMaxTokens ||
      kHeaderBytes + 3 * sizes.tokens + 8 * sizes.rules + sizes.text_bytes != bytes.size()) {
    return Corrupt(where + ": the packed tokenizer's sizes do not add up");
  }
  return sizes;
}

}  // namespace

Result<LoadedJson> LoadTokenizerJson(std::string_view json, const std::string& where) {
  const JsonPlace top{where, ""};
  GRAM_ASSIGN_OR_RETURN(const JsonDocument document, ParseJson(json, where));
  const element& root = document.root;
  GRAM_ASSIGN_OR_RETURN(JsonPipeline pipeline, ReadJsonPipeline(root, top));
  GRAM_ASSIGN_OR_RETURN(Vocab vocab, ReadVocab(root, top));
  GRAM_ASSIGN_OR_RETURN(std::vector<MergePair> merges,
                        ReadMerges(root["model"].value_unsafe(), vocab, top.Field("model")));
  return LoadedJson{std::move(vocab), std::move(merges), std::move(pipeline)};
}

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
  // From here on nothing can be missing; what the bytes say is checked by Vocab and MergeTable.
  ByteReader reader(bytes.substr(kHeaderBytes));
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
