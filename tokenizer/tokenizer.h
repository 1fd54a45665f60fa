// Text to token ids and back, as Hugging Face's tokenizers do it for the Qwen family.
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

/// Immutable once loaded: every const method may be called from any number of threads at once, and
/// its result depends on its arguments alone. Move-only; about 10 MB for 151,669 tokens.
class Tokenizer {
 public:
  /// From the contents of a tokenizer.json; every message names `where`, such as its path. A file
  /// whose pipeline is not the one implemented here is refused with the name of what differs
  /// (kUnsupported); one that contradicts itself is kCorrupt. `notes`, where given, receives a line
  /// for each saved setting that has no effect. Here and below, running out of memory is
  /// kOutOfMemory.
  static Result<Tokenizer> FromJson(std::string_view json, const std::string& where,
                                    std::vector<std::string>* notes = nullptr);

  /// From FOLDER/tokenizer.json, of at most 1 GiB. Errors: those of FromJson, and kNotFound or kIo.
  static Result<Tokenizer> FromFolder(const std::string& folder,
                                      std::vector<std::string>* notes = nullptr);

  /// The compact binary form (see loader.h), about 3 MB for 151,669 tokens.
  std::string Serialize() const;

  /// What Serialize wrote. Any other bytes give kCorrupt or kUnsupported, never a crash.
  static Result<Tokenizer> Deserialize(std::string_view bytes, const std::string& where);

  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;
  Tokenizer(const Tokenizer&) = delete;
  Tokenizer& operator=(const Tokenizer&) = delete;
  ~Tokenizer();

  /// Added tokens in the text are found and become their ids: what Hugging Face's encode gives.
  /// Errors of all three encoders: kInvalidUtf8 with the byte offset, kTooLong from 2 GiB on.
  Result<std::vector<TokenId>> Encode(std::string_view text) const;

  /// The text is data: "<|im_end|>" in it is spelled out in ordinary tokens.
  Result<std::vector<TokenId>> EncodePlain(std::string_view text) const;

  /// PREFIX + CONTENT + SUFFIX as one text, with added tokens found in prefix and suffix only,
  /// never in the content (it is data) nor across a border. Ordinary text that borders on the
  /// content is normalised, split and merged together with it. Equals Encode of the joined text
  /// wherever that finds no added token that touches the content.
  Result<std::vector<TokenId>> EncodeTemplated(std::string_view prefix, std::string_view content,
                                               std::string_view suffix) const;

  /// The text of `ids`; bytes that do not make up a character become U+FFFD. `skip_special` leaves
  /// out added tokens that are special. Errors: kInvalidArgument that names an unknown id.
  Result<std::string> Decode(std::span<const TokenId> ids, bool skip_special = false) const;

  /// The bytes that token `id`, which must be in [0, vocab_size()), stands for: perhaps only a part
  /// of a character. Those of an encoding make up the text in normalisation form C.
  std::string_view TokenBytes(TokenId id) const;

  /// The added tokens that Encode would find in `text`, each once, in the order of their first
  /// places.
  std::vector<TokenId> AddedTokensIn(std::string_view text) const;

  /// The id of the token that is exactly `token_text`, given as plain text ("A", " the",
  /// "<|im_end|>"); of two that are, the added one.
  std::optional<TokenId> TokenToId(std::string_view token_text) const;

  /// 1 + the highest id, added tokens included.
  size_t vocab_size() const;

 private:
  struct State;
  explicit Tokenizer(std::unique_ptr<const State> state);

  std::unique_ptr<const State> state_;
};

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_TOKENIZER_H_
