#include "cli/option_checks.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

#include "cli/closest_word.h"

namespace gram::cli {
namespace {

// The number that `text` is as a whole; nothing for other texts and for numbers out of T's range.
template <typename T>
std::optional<T> NumberIn(const std::string& text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return value;
}

std::string Shortest(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::string Got(const std::string& text) {
  return text.empty() ? ", got nothing" : ", got " + text;
}

// "1,024" would not be read back: numbers are written as they are typed.
std::string RangeText(int64_t least, int64_t most) {
  if (most == std::numeric_limits<int64_t>::max()) return std::to_string(least) + " or more";
  return "between " + std::to_string(least) + " and " + std::to_string(most);
}

std::string Listed(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += names[i];
  }
  return text;
}

std::string Begin(std::string_view rest) { return std::string(kCheckBegins).append(rest); }

}  // namespace

CLI::Validator WholeNumber(int64_t least, int64_t most) {
  const auto check = [least, most](const std::string& text) -> std::string {
    const std::optional<int64_t> value = NumberIn<int64_t>(text);
    if (value && *value >= least && *value <= most) return "";
    // A number with too many digits is out of range, too; anything else is no whole number.
    const bool digits =
        text.find_first_not_of("0123456789", text.starts_with('-') ? 1 : 0) == std::string::npos &&
        !text.empty() && text != "-";
    return Begin((digits ? "be " : "be a whole number ") + RangeText(least, most) + Got(text));
  };
  return {check, ""};
}

CLI::Validator Number(double least, double most) {
  const auto check = [least, most](const std::string& text) -> std::string {
    const std::optional<double> value = NumberIn<double>(text);
    if (value && *value >= least && *value <= most) return "";
    return Begin("be a number between " + Shortest(least) + " and " + Shortest(most) + Got(text));
  };
  return {check, ""};
}

CLI::Validator OneOf(std::vector<std::string> names) {
  std::string choices;  // as --help shows them: "{a,b}"
  for (const std::string& name : names) choices += (choices.empty() ? "{" : ",") + name;
  choices += "}";
  const auto check = [names = std::move(names)](const std::string& text) -> std::string {
    if (std::find(names.begin(), names.end(), text) != names.end()) return "";
    const std::optional<std::string> meant = ClosestWord(text, names);
    return Begin("be " + Listed(names) + Got(text) +
                 (meant ? "; did you mean " + *meant + "?" : ""));
  };
  return {check, choices};
}

CLI::Validator NotEmpty() {
  return {[](const std::string& text) { return text.empty() ? Begin("not be empty") : ""; }, ""};
}

}  // namespace gram::cli
