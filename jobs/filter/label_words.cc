#include "jobs/filter/label_words.h"

#include <algorithm>
#include <cctype>

#include "jobs/verdicts/output_row.h"

namespace gram::jobs {
namespace {

bool IsLetter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }
bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool IsString(std::string_view json) { return json.starts_with('"'); }

// `c`, or the other of two characters where it is one of them.
char Other(char c, char a, char b) { return c == a ? b : c == b ? a : c; }

// `text` with each letter A or B that stands alone, and each whole number of one digit, exchanged
// for its counterpart: of the digits these are `low` and `low` + 1.
std::string Mirrored(std::string_view text, char low) {
  std::string mirrored(text);
  for (size_t i = 0; i < text.size(); ++i) {
    const char before = i > 0 ? text[i - 1] : ' ';
    const char after = i + 1 < text.size() ? text[i + 1] : ' ';
    if (IsLetter(text[i]) && !IsLetter(before) && !IsLetter(after)) {
      mirrored[i] = Other(Other(text[i], 'A', 'B'), 'a', 'b');
    }
    if (IsDigit(text[i]) && !IsDigit(before) && before != '.' && !IsDigit(after)) {
      mirrored[i] = Other(text[i], low, static_cast<char>(low + 1));
    }
  }
  return mirrored;
}

// `text` with its first `from` as `to`; as it is where there is none.
std::string Replaced(std::string_view text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  std::string replaced(text);
  return at == std::string::npos ? replaced : replaced.replace(at, from.size(), to);
}

// "1" and "2" or "0", written like `old`: as floats where that is one, in a string where that is.
std::vector<std::string> Numbers(std::string_view old) {
  const bool is_float = old.find_first_of(".eE") != std::string_view::npos;
  std::vector<std::string> numbers;
  for (const char* digit : {"1", "2", "0"}) {
    const std::string number = std::string(digit) + (is_float ? ".0" : "");
    numbers.push_back(IsString(old) ? JsonString(number) : number);
  }
  return numbers;
}

bool HoldsNumber(std::string_view old) {
  return old.find_first_of("0123456789") != std::string_view::npos &&
         std::none_of(old.begin(), old.end(),
                      [](char c) { return IsLetter(c) && c != 'e' && c != 'E'; });
}

}  // namespace

std::vector<std::string> Counterparts(std::string_view old) {
  if (old == "true") return {"false"};
  if (old == "false") return {"true"};
  std::vector<std::string> words = {Mirrored(old, '1'), Mirrored(old, '0')};
  if (!IsString(old)) return words;
  for (const auto& [a, b] :
       {std::pair("first", "second"), {"First", "Second"}, {"left", "right"}, {"Left", "Right"}}) {
    words.push_back(Replaced(old, a, b));
    words.push_back(Replaced(old, b, a));
  }
  // A tie between two.
  for (const char* equal : {"=", "~"}) {
    const std::string decided = Replaced(old, equal, ">");
    words.push_back(decided);
    words.push_back(Mirrored(decided, '1'));
  }
  std::erase(words, old);
  return words;
}

std::vector<std::string> WordsFor(Label winner, std::string_view old,
                                  std::span<const WordPair> names) {
  const bool first = winner == Label::kResponse1;
  const bool null = old == "null";
  std::vector<std::string> words;
  const auto add_numbers = [&] {
    for (std::string& number : Numbers(old)) words.push_back(std::move(number));
  };
  if (IsString(old) && HoldsNumber(old)) add_numbers();
  if (IsString(old) || null) {
    for (const WordPair& pair : names) words.push_back(JsonString(pair[first ? 0 : 1]));
    words.emplace_back(first ? R"("A")" : R"("B")");
  }
  if (null || (!old.empty() && (IsDigit(old[0]) || old[0] == '-'))) add_numbers();
  if (null || old == "true" || old == "false") {
    words.emplace_back("true");
    words.emplace_back("false");
  }
  return words;
}

}  // namespace gram::jobs
