// Text to token ids and back, as Hugging Face's tokenizers do it for the families whose pipelines
// are in pipeline.h.
#ifndef GRAM_TOKENIZER_TOKENIZER_H_
#define GRAM_TOKENIZER_TOKENIZER_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tokenizer/vocab.h"

namespace gram::tokenizer {

/// A piece of what EncodeParts encodes.
struct TextPart {
  std::string_view text;
  /// Control tokens are found in it. Otherwise it is data: it says nothing but what it spells.
  bool is_template;
};

struct EncodingTables;

/// A control token is an added token that is special, or that the file's model.vocab lacks:
/// "<|im_end|>", "<think>". Other added tokens (Gemma's line breaks and HTML tags) are a part of
/// the language and found in all texts, data or not.
///
/// Immutable once loaded: every const method may be called from any number of threads at once, and
/// its result depends on its arguments alone. Move-only; about 10 MB for 151,669 tokens.
class Tokenizer {
 public:
  /// From the contents of a tokenizer.json; every message names `where`, such as its path. A file
  /// whose pipeline is none of those implemented is refused with the name of what differs
  /// (kUnsupported); one that contradicts itself is kCorrupt. `notes`, where given, receives a line
  /// for each saved setting that has no effect. Here and below, running out of memory is
  /// kOutOfMemory.
  static Result<Tokenizer> FromJson(std::string_view json, const std::string& where,
                                    std::vector<std::string>* notes = nullptr);

  /// From FOLDER/tokenizer.json, of at most 1 GiB, or where it is missing from InternLM2's
  /// tokenizer.model and tokenizer_config.json. Errors: those of FromJson, and kNotFound or kIo.
  static Result<Tokenizer> FromFolder(const std::string& folder,
                                      std::vector<std::string>* notes = nullptr);

  /// The compact binary form (see binary_form.h), about 3 MB for 151,669 tokens.
  std::string Serialize() const;

  /// What Serialize wrote. Any other bytes give kCorrupt or kUnsupported, never a crash.
  static Result<Tokenizer> Deserialize(std::string_view bytes, const std::string& where);

  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;
  Tokenizer(const Tokenizer&) = delete;
  Tokenizer& operator=(const Tokenizer&) = delete;
  ~Tokenizer();

  /// Added tokens in the text are found and become their ids: what Hugging Face's encode gives
  /// without special tokens (so bos() is never added).
  /// Errors of all encoders: kInvalidUtf8 with the byte offset, kTooLong from 2 GiB on.
  Result<std::vector<TokenId>> Encode(std::string_view text) const;

  /// The text is data: "<|im_end|>" in it is spelled out in ordinary tokens.
  Result<std::vector<TokenId>> EncodePlain(std::string_view text) const;

  /// The parts as one text, with control tokens found in template parts only, never in data nor
  /// across a border. All other text is normalised, split and merged across the borders as in the
  /// joined text. Equals Encode of the joined text wherever that finds no control token that
  /// touches data.
  Result<std::vector<TokenId>> EncodeParts(std::span<const TextPart> parts) const;

  /// EncodeParts of a template's PREFIX, CONTENT as data, and a template's SUFFIX.
  Result<std::vector<TokenId>> EncodeTemplated(std::string_view prefix, std::string_view content,
                                               std::string_view suffix) const;

  /// The text of `ids`, as Hugging Face decodes them; bytes that do not make up a character become
  /// U+FFFD. The space that the pipeline "sentencepiece-prefix" puts before a text is not in it.
  /// `skip_special` leaves out added tokens that are special. Errors: kInvalidArgument that names
  /// an unknown id.
  Result<std::string> Decode(std::span<const TokenId> ids, bool skip_special = false) const;

  /// The bytes of text that token `id`, which must be in [0, vocab_size()), stands for: perhaps
  /// only a part of a character. Those of an encoding make up the text as the pipeline normalises
  /// it: in normalisation form C, or with a space for each U+2581, or with one in front, too.
  std::string_view TokenBytes(TokenId id) const;

  /// The same less the space that "sentencepiece-prefix" puts before a text, for a token that
  /// stands behind `previous` in an encoding, or first in it.
  std::string_view TextOf(std::optional<TokenId> previous, TokenId id) const;

  /// The control tokens that Encode would find in `text`, each once, in the order of their first
  /// places.
  std::vector<TokenId> AddedTokensIn(std::string_view text) const;

  /// The id of the token that is exactly `token_text`, given as plain text ("A", " the",
  /// "<|im_end|>"); of two that are, the added one.
  std::optional<TokenId> TokenToId(std::string_view token_text) const;

  /// 1 + the highest id, added tokens included.
  size_t vocab_size() const;

  /// The id that Hugging Face puts in front of a text when special tokens are on, according to
  /// tokenizer.json; none for Qwen.
  std::optional<TokenId> bos() const;

  /// The name of the pipeline, one of those in pipeline.h.
  std::string_view pipeline() const;

 private:
  explicit Tokenizer(EncodingTables tables);

  std::unique_ptr<const EncodingTables> tables_;
};

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_TOKENIZER_H_
