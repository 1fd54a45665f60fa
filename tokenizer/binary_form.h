// A tokenizer as bytes, for the packed model file: quick to load and checked in full.
#ifndef GRAM_TOKENIZER_BINARY_FORM_H_
#define GRAM_TOKENIZER_BINARY_FORM_H_

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/status.h"
#include "tokenizer/bpe.h"
#include "tokenizer/pipeline.h"
#include "tokenizer/vocab.h"

namespace gram::tokenizer {

/// All that makes up a tokenizer, in whatever form it was stored.
struct Definition {
  const Pipeline* pipeline;
  Vocab vocab;
  MergeTable merges;
  std::optional<TokenId> bos;  ///< in [0, vocab.size())
};

/// Layout, integers little-endian: 8 bytes "GRAMTOK2"; the pipeline's name in 24 bytes, zeros
/// behind it; u32 tokens N, merge rules R, text bytes B, added tokens A, bytes of their texts C,
/// and the BOS id (0xffffffff: none); u8 flags[N] (TokenFlags); u16 length[N]; u32 left and right
/// token [R][2] in rank order; u32 id[A] and u16 length[A] of the added tokens; their texts [C];
/// the tokens' bytes [B] in id order. The end of the bytes is the end of the form.
std::string WriteBinaryForm(const Definition& definition);

/// Safe for any bytes: memory is taken only after the sizes have been found to fit the input.
/// Errors: kUnsupported for another version or pipeline, else kCorrupt; messages begin with
/// `where`.
Result<Definition> ReadBinaryForm(std::string_view bytes, const std::string& where);

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_BINARY_FORM_H_
