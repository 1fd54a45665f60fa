#include "jobs/io/count_text.h"

namespace gram::jobs {

std::string Grouped(int64_t number) {
  std::string digits = std::to_string(number);
  const size_t sign = number < 0 ? 1 : 0;
  for (size_t place = digits.size(); place > sign + 3;) {
    place -= 3;
    digits.insert(place, 1, ',');
  }
  return digits;
}

std::string Counted(int64_t number, std::string_view one) {
  std::string text = Grouped(number);
  text += ' ';
  text += one;
  if (number != 1) text += 's';
  return text;
}

}  // namespace gram::jobs
