#include "tokenizer/loader.h"

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "tokenizer/utf8.h"

namespace gram::tokenizer {
namespace {

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

// The byte that "<0x41>" stands for, as SentencePiece names the tokens of byte fallback; or none.
std::optional<char> FallbackByte(std::string_view token) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  if (token.size() != 6 || !token.starts_with("<0x") || token[5] != '>') return std::nullopt;
  const size_t high = kDigits.find(token[3]);
  const size_t low = kDigits.find(token[4]);
  if (high == kDigits.npos || low == kDigits.npos) return std::nullopt;
  return static_cast<char>(high * 16 + low);
}

// What a token of model.vocab stands for, or nothing where `spelled` spells no text.
std::optional<Entry> ModelToken(std::string_view spelled, Alphabet alphabet) {
  if (alphabet == Alphabet::kBytes) {
    std::optional<std::string> bytes = BytesFromAlphabet(spelled);
    if (!bytes) return std::nullopt;
    return Entry{std::move(*bytes), kModelToken};
  }
  if (const auto byte = FallbackByte(spelled)) return Entry{std::string(1, *byte), kByteToken};
  if (spelled.find(' ') != std::string_view::npos) return std::nullopt;
  Entry entry{"", kModelToken};
  AppendWithSpaces(spelled, &entry.bytes);
  return entry;
}

Status ReadModelTokens(const object& vocab, Alphabet alphabet, const JsonPlace& place,
                       std::vector<Entry>* entries) {
  for (const auto& field : vocab) {
    int64_t id = 0;
    if (field.value.get(id) != SUCCESS) {
      return Corrupt(place.Name() + " gives " + Quoted(field.key) +
                     " an id that is not an integer");
    }
    std::optional<Entry> entry = ModelToken(field.key, alphabet);
    if (!entry) {
      return Unsupported(place.Name() + " has " + Quoted(field.key) +
                         (alphabet == Alphabet::kBytes
                              ? ", which is not spelled in the byte-level alphabet"
                              : ", in which a space is not spelled U+2581"));
    }
    GRAM_RETURN_IF_ERROR(PlaceToken(id, std::move(*entry), field.key, place, entries));
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
Status PlaceAddedToken(const AddedToken& token, int64_t vocab_id, Alphabet alphabet,
                       const JsonPlace& place, std::vector<Entry>* entries) {
  const auto flags = static_cast<uint8_t>(kAddedToken | (token.special ? kSpecialToken : 0));
  std::string bytes;
  if (alphabet == Alphabet::kBytes) {
    bytes = token.content;
  } else {
    AppendWithSpaces(token.content, &bytes);  // as Hugging Face decodes it
  }
  if (vocab_id == kNotShared) {
    return PlaceToken(token.id, {std::move(bytes), flags}, token.content, place, entries);
  }
  if (vocab_id != token.id) {
    return Corrupt(place.Name() + " gives " + Quoted(token.content) + " the id " +
                   std::to_string(token.id) + ", model.vocab another");
  }
  Entry& entry = (*entries)[static_cast<size_t>(token.id)];
  if (entry.bytes != bytes) {
    return Unsupported(place.Name() + " has " + Quoted(token.content) +
                       ", which in model.vocab stands for other bytes");
  }
  entry.flags |= flags;
  return Status();
}

VocabTable TableOf(const std::vector<Entry>& entries, Alphabet alphabet) {
  VocabTable table;
  table.alphabet = alphabet;
  for (const Entry& entry : entries) {
    table.blob += entry.bytes;
    table.ends.push_back(static_cast<uint32_t>(table.blob.size()));
    table.flags.push_back(entry.flags);
  }
  return table;
}

Result<Vocab> ReadVocab(const element& root, Alphabet alphabet, const JsonPlace& top) {
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
  GRAM_RETURN_IF_ERROR(ReadModelTokens(vocab, alphabet, vocab_place, &entries));
  for (size_t i = 0; i < added.size(); ++i) {
    const JsonPlace place = top.Field("added_tokens").Item(i);
    const auto found = shared.find(added[i].content);
    const int64_t vocab_id = found == shared.end() ? kNotShared : found->second;
    GRAM_RETURN_IF_ERROR(PlaceAddedToken(added[i], vocab_id, alphabet, place, &entries));
  }
  VocabTable table = TableOf(entries, alphabet);
  for (const AddedToken& token : added) {
    table.added.push_back({static_cast<TokenId>(token.id), std::string(token.content)});
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
    const std::optional<Entry> token = ModelToken(text, vocab.alphabet());
    const bool named = token && token->flags == kModelToken && !token->bytes.empty();
    return named ? vocab.Find(token->bytes) : std::nullopt;
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
                     ", which is not in the vocabulary, or a byte");
    }
    merges.emplace_back(*left, *right);
  }
  return merges;
}

}  // namespace

Result<LoadedJson> LoadTokenizerJson(std::string_view json, const std::string& where) {
  const JsonPlace top{where, ""};
  GRAM_ASSIGN_OR_RETURN(const JsonDocument document, ParseJson(json, where));
  const element& root = document.root;
  GRAM_ASSIGN_OR_RETURN(JsonPipeline pipeline, ReadJsonPipeline(root, top));
  GRAM_ASSIGN_OR_RETURN(Vocab vocab, ReadVocab(root, pipeline.pipeline->alphabet(), top));
  if (pipeline.bos && (*pipeline.bos < 0 || static_cast<uint64_t>(*pipeline.bos) >= vocab.size())) {
    return Corrupt(top.Field("post_processor").Name() + " puts the id " +
                   std::to_string(*pipeline.bos) + " before every text, which no token has");
  }
  GRAM_ASSIGN_OR_RETURN(std::vector<MergePair> merges,
                        ReadMerges(root["model"].value_unsafe(), vocab, top.Field("model")));
  return LoadedJson{std::move(vocab), std::move(merges), std::move(pipeline)};
}

}  // namespace gram::tokenizer
