#include "tokenizer/tokenizer.h"

#include <cstdint>
#include <utility>

#include "engine/base/files.h"
#include "engine/base/status.h"
#include "tokenizer/bpe.h"
#include "tokenizer/loader.h"
#include "tokenizer/pretokenizer.h"
#include "tokenizer/utf8.h"

namespace gram::tokenizer {
namespace {

constexpr size_t kMaxTextBytes = size_t{1} << 31;
constexpr uint64_t kMaxJsonBytes = uint64_t{1} << 30;  // thirty times the largest in use

Status CheckText(std::string_view text, std::string_view what) {
  if (text.size() >= kMaxTextBytes) {
    return TooLong(std::string(what) + " has " + std::to_string(text.size()) +
                   " bytes; at most 2147483647 can be tokenized");
  }
  return CheckUtf8(text, what);
}

constexpr std::string_view kTokenizing = "tokenizing a text";

// A rough guess to reserve room by: tokens are about four bytes long.
size_t ExpectedTokens(size_t bytes) { return bytes / 3 + 16; }

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

}  // namespace

struct Tokenizer::State {
  Vocab vocab;
  MergeTable merges;
  SpecialTokens special;
  UnicodeTable unicode;
};

namespace {

// One call's encoding: appends ids to `out`.
template <typename State>
class TextEncoder {
 public:
  TextEncoder(const State& state, std::vector<TokenId>* out)
      : state_(state), bpe_(state.vocab, state.merges), out_(*out) {}

  void Plain(std::string_view text) {
    const std::string_view normal = NormalizeNfc(state_.unicode, text, &normalized_);
    for (size_t pos = 0; pos < normal.size();) {
      const size_t end = NextPiece(state_.unicode, normal, pos);
      bpe_.Encode(normal.substr(pos, end - pos), &scratch_, &out_);
      pos = end;
    }
  }

  void Parsed(std::string_view text) { Plain(ParsedUpToTail(text)); }

  // Encodes up to and including the last added token; returns what is behind it.
  std::string_view ParsedUpToTail(std::string_view text) {
    size_t pos = 0;
    while (const auto match = state_.special.FindNext(text, pos)) {
      Plain(text.substr(pos, match->pos - pos));
      out_.push_back(match->id);
      pos = match->pos + match->length;
    }
    return text.substr(pos);
  }

 private:
  const State& state_;
  const Bpe bpe_;
  std::vector<TokenId>& out_;
  BpeScratch scratch_;
  std::string normalized_;
};

}  // namespace

Tokenizer::Tokenizer(std::unique_ptr<const State> state) : state_(std::move(state)) {}
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
    GRAM_ASSIGN_OR_RETURN(SpecialTokens special, SpecialTokens::Build(loaded.vocab, where));
    if (notes != nullptr) {
      notes->insert(notes->end(), loaded.pipeline.notes.begin(), loaded.pipeline.notes.end());
    }
    return Tokenizer(std::make_unique<const State>(
        State{std::move(loaded.vocab), std::move(merges), std::move(special), UnicodeTable()}));
  });
}

Result<Tokenizer> Tokenizer::FromFolder(const std::string& folder,
                                        std::vector<std::string>* notes) {
  const std::string path = folder + "/tokenizer.json";
  GRAM_ASSIGN_OR_RETURN(const std::string json, ReadWholeFile(path, kMaxJsonBytes));
  return FromJson(json, path, notes);
}

std::string Tokenizer::Serialize() const { return WriteBinaryForm(state_->vocab, state_->merges); }

Result<Tokenizer> Tokenizer::Deserialize(std::string_view bytes, const std::string& where) {
  return OrOutOfMemory("reading the tokenizer of " + where, [&]() -> Result<Tokenizer> {
    GRAM_ASSIGN_OR_RETURN(BinaryForm form, ReadBinaryForm(bytes, where));
    GRAM_ASSIGN_OR_RETURN(SpecialTokens special, SpecialTokens::Build(form.vocab, where));
    return Tokenizer(std::make_unique<const State>(
        State{std::move(form.vocab), std::move(form.merges), std::move(special), UnicodeTable()}));
  });
}

Result<std::vector<TokenId>> Tokenizer::Encode(std::string_view text) const {
  return OrOutOfMemory(kTokenizing, [&]() -> Result<std::vector<TokenId>> {
    GRAM_RETURN_IF_ERROR(CheckText(text, "the text"));
    std::vector<TokenId> ids;
    ids.reserve(ExpectedTokens(text.size()));
    TextEncoder(*state_, &ids).Parsed(text);
    return ids;
  });
}

Result<std::vector<TokenId>> Tokenizer::EncodePlain(std::string_view text) const {
  return OrOutOfMemory(kTokenizing, [&]() -> Result<std::vector<TokenId>> {
    GRAM_RETURN_IF_ERROR(CheckText(text, "the text"));
    std::vector<TokenId> ids;
    ids.reserve(ExpectedTokens(text.size()));
    TextEncoder(*state_, &ids).Plain(text);
    return ids;
  });
}

Result<std::vector<TokenId>> Tokenizer::EncodeTemplated(std::string_view prefix,
                                                        std::string_view content,
                                                        std::string_view suffix) const {
  return OrOutOfMemory(kTokenizing, [&]() -> Result<std::vector<TokenId>> {
    GRAM_RETURN_IF_ERROR(CheckText(prefix, "the template's prefix"));
    GRAM_RETURN_IF_ERROR(CheckText(content, "the content"));
    GRAM_RETURN_IF_ERROR(CheckText(suffix, "the template's suffix"));
    std::vector<TokenId> ids;
    ids.reserve(ExpectedTokens(prefix.size() + content.size() + suffix.size()));
    TextEncoder encoder(*state_, &ids);
    // BPE merges across the borders of the three texts, but not across an added token: what lies
    // between the prefix's last and the suffix's first is one text.
    std::string middle(encoder.ParsedUpToTail(prefix));
    const auto first = state_->special.FindNext(suffix, 0);
    const size_t head = first ? first->pos : suffix.size();
    middle.append(content).append(suffix.substr(0, head));
    if (middle.size() >= kMaxTextBytes) return CheckText(middle, "the content with its template");
    encoder.Plain(middle);
    encoder.Parsed(suffix.substr(head));
    return ids;
  });
}

Result<std::string> Tokenizer::Decode(std::span<const TokenId> ids, bool skip_special) const {
  return OrOutOfMemory("decoding token ids", [&]() -> Result<std::string> {
    const Vocab& vocab = state_->vocab;
    std::string bytes;
    for (const TokenId id : ids) {
      if (id < 0 || static_cast<size_t>(id) >= vocab.size()) {
        return InvalidArgument("token id " + std::to_string(id) + " is outside the vocabulary of " +
                               std::to_string(vocab.size()) + " tokens");
      }
      if (skip_special && (vocab.flags(id) & kSpecialToken) != 0) continue;
      bytes += vocab.Text(id);
    }
    return ReplaceInvalidUtf8(std::move(bytes));
  });
}

std::string_view Tokenizer::TokenBytes(TokenId id) const { return state_->vocab.Text(id); }

std::vector<TokenId> Tokenizer::AddedTokensIn(std::string_view text) const {
  std::vector<TokenId> found;
  std::vector<bool> seen;  // by id; most texts hold none
  size_t pos = 0;
  while (const auto match = state_->special.FindNext(text, pos)) {
    const auto id = static_cast<size_t>(match->id);
    seen.resize(state_->vocab.size());
    if (!seen[id]) found.push_back(match->id);
    seen[id] = true;
    pos = match->pos + match->length;
  }
  return found;
}

std::optional<TokenId> Tokenizer::TokenToId(std::string_view token_text) const {
  if (const auto added = state_->special.Find(token_text)) return added;
  return state_->vocab.Find(token_text);
}

size_t Tokenizer::vocab_size() const { return state_->vocab.size(); }

}  // namespace gram::tokenizer
