// White space as Python's str.strip() has it, which chat templates and the texts they trim go by.
#ifndef GRAM_ENGINE_BASE_WHITE_SPACE_H_
#define GRAM_ENGINE_BASE_WHITE_SPACE_H_

#include <string_view>

namespace gram {

/// `text`, UTF-8, without the white space at its beginning: U+0009-000D, U+001C-0020, U+0085,
/// U+00A0, U+1680, U+2000-200A, U+2028, U+2029, U+202F, U+205F and U+3000. A byte that is no UTF-8
/// is no white space.
std::string_view TrimLeft(std::string_view text);

/// The same at the end.
std::string_view TrimRight(std::string_view text);

inline std::string_view Trim(std::string_view text) { return TrimRight(TrimLeft(text)); }

}  // namespace gram

#endif  // GRAM_ENGINE_BASE_WHITE_SPACE_H_
