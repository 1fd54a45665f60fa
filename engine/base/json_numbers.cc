#include "engine/base/json_numbers.h"

#include <algorithm>
#include <cstddef>

namespace gram {
namespace {

constexpr size_t kAlwaysFit = 18;  // digits
constexpr std::string_view kDigits = "0123456789";

// Behind the text that begins at `quote`; the end of `json` where it is not closed.
size_t EndOfText(std::string_view json, size_t quote) {
  size_t at = quote + 1;
  while (at < json.size() && json[at] != '"') at += json[at] == '\\' ? 2 : 1;
  return std::min(at + 1, json.size());
}

}  // namespace

std::string WithLargeNumbersAsFloats(std::string_view json) {
  std::string changed;
  for (size_t at = 0; at < json.size();) {
    size_t end = at + 1;
    bool whole = false;
    if (json[at] == '"') {
      end = EndOfText(json, at);
    } else if (kDigits.find(json[at]) != kDigits.npos) {
      end = std::min(json.find_first_not_of(kDigits, at), json.size());
      const auto is_one_of = [&](std::string_view set, size_t place) {
        return place < json.size() && set.find(json[place]) != set.npos;
      };
      whole = !is_one_of(".eE", end) && !(at > 0 && is_one_of(".eE+", at - 1)) &&
              !(at > 1 && json[at - 1] == '-' && is_one_of("eE", at - 2));
    }
    changed.append(json.substr(at, end - at));
    if (whole && end - at > kAlwaysFit) changed += ".0";
    at = end;
  }
  return changed;
}

}  // namespace gram
