// From texts to ids: where added tokens are, and what becomes of the text between them.
#ifndef GRAM_TOKENIZER_TEXT_ENCODER_H_
#define GRAM_TOKENIZER_TEXT_ENCODER_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tokenizer/added_tokens.h"
#include "tokenizer/binary_form.h"
#include "tokenizer/bpe.h"
#include "tokenizer/neighbours.h"
#include "tokenizer/tokenizer.h"

namespace gram::tokenizer {

/// All that encoding looks things up in. Immutable.
struct EncodingTables {
  Definition definition;
  AddedTokens added;
  AddedTokens language;  ///< those of `added` that are no control tokens
  UnicodeTable unicode;
  std::optional<Neighbours> neighbours;  ///< where the pipeline does not split

  /// Errors: kCorrupt that names `where`.
  static Result<EncodingTables> Make(Definition definition, const std::string& where);
};

/// One call's encoding. Texts must be valid UTF-8.
class TextEncoder {
 public:
  /// Appends ids to `out`.
  TextEncoder(const EncodingTables& tables, std::vector<TokenId>* out)
      : tables_(tables), bpe_(tables.definition.vocab, tables.definition.merges), out_(*out) {}

  /// Tokenizer::EncodeParts.
  void Parts(std::span<const TextPart> parts);

 private:
  void WithoutControl(std::string_view text);
  void Ordinary(std::string_view text);

  const EncodingTables& tables_;
  const Bpe bpe_;
  std::vector<TokenId>& out_;
  BpeScratch scratch_;
  std::string normalized_;
};

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_TEXT_ENCODER_H_
