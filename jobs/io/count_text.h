// Numbers of things, for people.
#ifndef GRAM_JOBS_IO_COUNT_TEXT_H_
#define GRAM_JOBS_IO_COUNT_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace gram::jobs {

/// A whole number with commas: "1,234,567".
inline std::string Grouped(int64_t number) {
  std::string digits = std::to_string(number);
  const size_t sign = number < 0 ? 1 : 0;
  for (size_t place = digits.size(); place > sign + 3;) {
    place -= 3;
    digits.insert(place, 1, ',');
  }
  return digits;
}

/// "1 row", "2 rows", "1,000 rows": `one` is the name of one thing, of which several end in s.
inline std::string Counted(int64_t number, std::string_view one) {
  std::string text = Grouped(number);
  text += ' ';
  text += one;
  if (number != 1) text += 's';
  return text;
}

}  // namespace gram::jobs

#endif  // GRAM_JOBS_IO_COUNT_TEXT_H_
