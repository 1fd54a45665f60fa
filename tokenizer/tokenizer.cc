#include "tokenizer/tokenizer.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <system_error>
#include <utility>

#include "engine/base/files.h"
#include "engine/base/status.h"
#include "tokenizer/binary_form.h"
#include "tokenizer/bpe.h"
#include "tokenizer/loader.h"
#include "tokenizer/sentencepiece.h"
#include "tokenizer/text_encoder.h"
#include "tokenizer/utf8.h"

namespace gram::tokenizer {
namespace {

constexpr size_t kMaxTextBytes = size_t{1} << 31;
constexpr uint64_t kMaxJsonBytes = uint64_t{1} << 30;  // thirty times the largest in use

// The bytes of all parts, or why they cannot be encoded.
Result<size_t> CheckTexts(std::span<const TextPart> parts) {
  size_t bytes = 0;
  for (const TextPart& part : parts) {
    bytes += std::min(part.text.size(), kMaxTextBytes);
    if (bytes >= kMaxTextBytes) {
      return TooLong("the text has more than 2147483647 bytes, the most that can be tokenized");
    }
  }
  for (const TextPart& part : parts) {
    GRAM_RETURN_IF_ERROR(CheckUtf8(part.text, parts.size() == 1  ? "the text"
                                              : part.is_template ? "the template"
                                                                 : "the content"));
  }
  return bytes;
}

// A rough guess to reserve room by: tokens are about four bytes long.
size_t ExpectedTokens(size_t bytes) { return bytes / 3 + 16; }

bool HasPrefix(const EncodingTables& tables) {
  return tables.definition.pipeline->normalization == Normalization::kPrefixedSpaces;
}

// "<0xE4><0xB8><0xAD>", taken together: a character if they make up one, else one U+FFFD a byte.
void AppendBytes(std::string* bytes, std::string* out) {
  if (FindInvalidUtf8(*bytes) == std::string::npos) {
    *out += *bytes;
  } else {
    for (size_t i = 0; i < bytes->size(); ++i) *out += "\xef\xbf\xbd";
  }
  bytes->clear();
}

// With `ignore_merges` a piece that is a token becomes it, even where the rules would not make it.
// Marking them once makes the common case of Bpe::Encode one look-up.
void MarkWholeTokens(const MergeTable& merges, bool ignore_merges, Vocab* vocab) {
  const Bpe bpe(*vocab, merges);
  BpeScratch scratch;
  std::vector<TokenId> ids;
  for (size_t i = 0; i < vocab->size(); ++i) {
    const auto id = static_cast<TokenId>(i);
    if ((vocab->flags(id) & kModelToken) == 0) continue;
    ids.clear();
    if (!ignore_merges) bpe.Merge(vocab->Text(id), &scratch, &ids);
    if (ignore_merges || (ids.size() == 1 && ids[0] == id)) vocab->MarkWhole(id);
  }
}

// "make WHAT", a tokenizer.json of the older files that transformers reads, and how.
std::string Advice(const std::string& folder, const std::string& what) {
  return "make " + what +
         " with Python's transformers: python3 -c \"import transformers as t; "
         "t.AutoTokenizer.from_pretrained('" +
         folder + "').save_pretrained('" + folder + "')\"";
}

// Why FOLDER/tokenizer.json, which is `missing`, is, where older files are there in its place.
Status WithAdvice(const Status& missing, const std::string& folder) {
  std::error_code ignored;
  const auto exists = [&](const char* name) {
    return std::filesystem::exists(folder + name, ignored);
  };
  if (missing.code() != StatusCode::kNotFound || exists("/tokenizer.json")) return missing;
  if (!exists("/vocab.json") || !exists("/merges.txt")) return missing;
  return NotFound(folder + ": tokenizer.json is missing; " +
                  Advice(folder, "it from vocab.json and merges.txt"));
}

// The tokenizer.json that FOLDER/tokenizer.model amounts to.
Result<std::string> JsonFromModel(const std::string& model, const std::string& folder) {
  const std::string where = folder + "/tokenizer.model";
  const Result<std::string> config =
      ReadWholeFile(folder + "/tokenizer_config.json", kMaxJsonBytes);
  const Result<std::string> json =
      config.ok() ? JsonFromSentencePiece(model, *config, where) : config.status();
  if (json.ok() || json.status().code() == StatusCode::kCorrupt) return json;
  return Status(json.status().code(), json.status().message() + "; " +
                                          Advice(folder, "tokenizer.json from tokenizer.model"));
}

}  // namespace

Tokenizer::Tokenizer(EncodingTables tables)
    : tables_(std::make_unique<const EncodingTables>(std::move(tables))) {}
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;
Tokenizer::~Tokenizer() = default;

Result<Tokenizer> Tokenizer::FromJson(std::string_view json, const std::string& where,
                                      std::vector<std::string>* notes) {
  return OrOutOfMemory("reading " + where, [&]() -> Result<Tokenizer> {
    GRAM_ASSIGN_OR_RETURN(LoadedJson loaded, LoadTokenizerJson(json, where));
    GRAM_ASSIGN_OR_RETURN(MergeTable merges,
                          MergeTable::Build(loaded.vocab, loaded.merges, where + ": model.merges"));
    MarkWholeTokens(merges, loaded.pipeline.ignore_merges, &loaded.vocab);
    std::optional<TokenId> bos;
    if (loaded.pipeline.bos) bos = static_cast<TokenId>(*loaded.pipeline.bos);
    GRAM_ASSIGN_OR_RETURN(
        EncodingTables tables,
        EncodingTables::Make(
            {loaded.pipeline.pipeline, std::move(loaded.vocab), std::move(merges), bos}, where));
    if (notes != nullptr) {
      notes->insert(notes->end(), loaded.pipeline.notes.begin(), loaded.pipeline.notes.end());
    }
    return Tokenizer(std::move(tables));
  });
}

Result<Tokenizer> Tokenizer::FromFolder(const std::string& folder,
                                        std::vector<std::string>* notes) {
  const std::string path = folder + "/tokenizer.json";
  const Result<std::string> json = ReadWholeFile(path, kMaxJsonBytes);
  if (json.ok()) return FromJson(*json, path, notes);
  const std::string model_path = folder + "/tokenizer.model";
  return OrOutOfMemory("reading " + model_path, [&]() -> Result<Tokenizer> {
    const Result<std::string> model = ReadWholeFile(model_path, kMaxJsonBytes);
    if (json.status().code() != StatusCode::kNotFound || !model.ok()) {
      return WithAdvice(json.status(), folder);
    }
    GRAM_ASSIGN_OR_RETURN(const std::string made, JsonFromModel(*model, folder));
    return FromJson(made, model_path, notes);
  });
}

std::string Tokenizer::Serialize() const { return WriteBinaryForm(tables_->definition); }

Result<Tokenizer> Tokenizer::Deserialize(std::string_view bytes, const std::string& where) {
  return OrOutOfMemory("reading the tokenizer of " + where, [&]() -> Result<Tokenizer> {
    GRAM_ASSIGN_OR_RETURN(Definition definition, ReadBinaryForm(bytes, where));
    GRAM_ASSIGN_OR_RETURN(EncodingTables tables,
                          EncodingTables::Make(std::move(definition), where));
    return Tokenizer(std::move(tables));
  });
}

Result<std::vector<TokenId>> Tokenizer::Encode(std::string_view text) const {
  const TextPart part = {text, true};
  return EncodeParts({&part, 1});
}

Result<std::vector<TokenId>> Tokenizer::EncodePlain(std::string_view text) const {
  const TextPart part = {text, false};
  return EncodeParts({&part, 1});
}

Result<std::vector<TokenId>> Tokenizer::EncodeTemplated(std::string_view prefix,
                                                        std::string_view content,
                                                        std::string_view suffix) const {
  const TextPart parts[] = {{prefix, true}, {content, false}, {suffix, true}};
  return EncodeParts(parts);
}

Result<std::vector<TokenId>> Tokenizer::EncodeParts(std::span<const TextPart> parts) const {
  return OrOutOfMemory("tokenizing a text", [&]() -> Result<std::vector<TokenId>> {
    GRAM_ASSIGN_OR_RETURN(const size_t bytes, CheckTexts(parts));
    std::vector<TokenId> ids;
    ids.reserve(ExpectedTokens(bytes));
    TextEncoder(*tables_, &ids).Parts(parts);
    return ids;
  });
}

Result<std::string> Tokenizer::Decode(std::span<const TokenId> ids, bool skip_special) const {
  return OrOutOfMemory("decoding token ids", [&]() -> Result<std::string> {
    const Vocab& vocab = tables_->definition.vocab;
    std::string text;
    std::string bytes;  // of the latest tokens, as far as they are single bytes
    for (const TokenId id : ids) {
      if (id < 0 || static_cast<size_t>(id) >= vocab.size()) {
        return InvalidArgument("token id " + std::to_string(id) + " is outside the vocabulary of " +
                               std::to_string(vocab.size()) + " tokens");
      }
      if (skip_special && (vocab.flags(id) & kSpecialToken) != 0) continue;
      if (vocab.flags(id) == kByteToken) {
        bytes += vocab.Text(id);
        continue;
      }
      AppendBytes(&bytes, &text);
      text += vocab.Text(id);
    }
    AppendBytes(&bytes, &text);
    if (HasPrefix(*tables_) && text.starts_with(' ')) text.erase(0, 1);
    return ReplaceInvalidUtf8(std::move(text));
  });
}

std::string_view Tokenizer::TokenBytes(TokenId id) const {
  return tables_->definition.vocab.Text(id);
}

std::string_view Tokenizer::TextOf(std::optional<TokenId> previous, TokenId id) const {
  const Vocab& vocab = tables_->definition.vocab;
  const auto is_added = [&vocab](TokenId token) { return (vocab.flags(token) & kAddedToken) != 0; };
  std::string_view bytes = vocab.Text(id);
  const bool begins_a_text = !is_added(id) && (!previous || is_added(*previous));
  if (HasPrefix(*tables_) && begins_a_text && bytes.starts_with(' ')) bytes.remove_prefix(1);
  return bytes;
}

std::vector<TokenId> Tokenizer::AddedTokensIn(std::string_view text) const {
  std::vector<TokenId> found;
  std::vector<bool> seen;  // by id; most texts hold none
  size_t pos = 0;
  const Vocab& vocab = tables_->definition.vocab;
  while (const auto match = tables_->added.FindNext(text, pos)) {
    const auto id = static_cast<size_t>(match->id);
    pos = match->pos + match->length;
    if (!vocab.IsControl(match->id)) continue;
    seen.resize(vocab.size());
    if (!seen[id]) found.push_back(match->id);
    seen[id] = true;
  }
  return found;
}

std::optional<TokenId> Tokenizer::TokenToId(std::string_view token_text) const {
  if (const auto added = tables_->added.Find(token_text)) return added;
  return tables_->definition.vocab.Find(token_text);
}

size_t Tokenizer::vocab_size() const { return tables_->definition.vocab.size(); }

std::optional<TokenId> Tokenizer::bos() const { return tables_->definition.bos; }

std::string_view Tokenizer::pipeline() const { return tables_->definition.pipeline->name; }

}  // namespace gram::tokenizer
