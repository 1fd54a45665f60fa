// Cutting a text into the pieces that BPE works on, one at a time: the Qwen split pattern as a
// hand-written scanner.
#ifndef GRAM_TOKENIZER_PRETOKENIZER_H_
#define GRAM_TOKENIZER_PRETOKENIZER_H_

#include <cstddef>
#include <string_view>

#include "tokenizer/unicode_table.h"

namespace gram::tokenizer {

/// The pattern that NextPiece implements, as a tokenizer.json spells it.
inline constexpr std::string_view kSplitPattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*)"
    R"(|\s*[\r\n]+|\s+(?!\S)|\s+)";

/// The end of the piece that starts at `pos` < text.size(). `text` must be valid UTF-8 and `pos`
/// the start of a piece. Pieces cover the text without gaps; scanning all of them is linear.
size_t NextPiece(const UnicodeTable& table, std::string_view text, size_t pos);

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_PRETOKENIZER_H_
