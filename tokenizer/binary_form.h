// The tokenizer as bytes, for the packed model file: quick to load, checked in full.
#ifndef GRAM_TOKENIZER_BINARY_FORM_H_
#define GRAM_TOKENIZER_BINARY_FORM_H_

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tokenizer/merge_table.h"
#include "tokenizer/vocab.h"

namespace gram::tokenizer {

/// Layout, integers little-endian: 8 bytes "GRAMTOK1"; u32 tokens N, merge rules R, text bytes B,
/// zero; u8 flags[N] (TokenFlags); u16 length[N]; u32 left and right token [R][2] in rank order;
/// the tokens' bytes [B] in id order. The end of the bytes is the end of the form.
std::string WriteBinaryForm(const Vocab& vocab, const MergeTable& merges);

struct BinaryForm {
  Vocab vocab;
  MergeTable merges;
};

/// Safe for any bytes: memory is taken only after the sizes have been found to fit the input.
/// Errors: kUnsupported for another version, else kCorrupt; messages begin with `where`.
Result<BinaryForm> ReadBinaryForm(std::string_view bytes, const std::string& where);

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_BINARY_FORM_H_
