// Unicode normalisation form C, cheap where the text is already in it.
#ifndef GRAM_TOKENIZER_NFC_H_
#define GRAM_TOKENIZER_NFC_H_

#include <string>
#include <string_view>

#include "tokenizer/unicode_table.h"

namespace gram::tokenizer {

/// NFC of `text`, which must be valid UTF-8. Where nothing changes the result is `text` itself and
/// nothing is copied; otherwise it is a view of `*storage`. Only the stretches around characters
/// that can change are normalised. Cost: linear in the text, n log n in a run of combining marks.
std::string_view NormalizeNfc(const UnicodeTable& table, std::string_view text,
                              std::string* storage);

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_NFC_H_
