// What columns of verdicts are called that are no members of a result line.
#ifndef GRAM_JOBS_ARROW_COLUMN_NAMES_H_
#define GRAM_JOBS_ARROW_COLUMN_NAMES_H_

#include <string_view>

namespace gram::jobs {

inline constexpr std::string_view kErrorCode = "error_code";
inline constexpr std::string_view kErrorMessage = "error_message";
inline constexpr std::string_view kLine = "line";

}  // namespace gram::jobs

#endif  // GRAM_JOBS_ARROW_COLUMN_NAMES_H_
