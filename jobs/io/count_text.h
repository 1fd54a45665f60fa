// Numbers of things, for people.
#ifndef GRAM_JOBS_IO_COUNT_TEXT_H_
#define GRAM_JOBS_IO_COUNT_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace gram::jobs {

/// A whole number with commas: "1,234,567".
std::string Grouped(int64_t number);

/// "1 row", "2 rows", "1,000 rows": `one` is the name of one thing, of which several end in s.
std::string Counted(int64_t number, std::string_view one);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_IO_COUNT_TEXT_H_
