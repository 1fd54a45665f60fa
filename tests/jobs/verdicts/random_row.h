// JSON objects that mean nothing, written in every way that JSON allows.
#ifndef GRAM_TESTS_JOBS_VERDICTS_RANDOM_ROW_H_
#define GRAM_TESTS_JOBS_VERDICTS_RANDOM_ROW_H_

#include <cstddef>
#include <random>
#include <string>
#include <vector>

namespace gram::jobs {

/// Writes objects of 2 to 8 members with odd white space, escapes, big numbers, Unicode and nested
/// values. No line feeds, so that a row is a line.
class RowWriter {
 public:
  explicit RowWriter(unsigned seed) : random_(seed) {}

  std::string Object(int depth, int members) {
    std::string text(1, '{');
    for (int i = 0; i < members; ++i) {
      if (i > 0) text += ',';
      text += Space();
      // The names differ by their number.
      text += String(std::to_string(i)) + Space();
      text += ':';
      text += Space() + Value(depth) + Space();
    }
    return text + "}";
  }

  std::string Value(int depth) {
    switch (Below(depth > 2 ? 3 : 5)) {
      case 0:
        return String("");
      case 1:
        return Pick({"0", "-0.0", "1.50", "1E+400", "123456789012345678901234567890", "-7e-3"});
      case 2:
        return Pick({"true", "false", "null"});
      case 3:
        return Object(depth + 1, Below(4));
      default:
        return Array(depth + 1);
    }
  }

  std::string String(std::string start) {
    for (int i = Below(6); i > 0; --i) {
      start += Pick({"a", " ", "\\\"", "\\\\", "\\u00e9", "\\ud83d\\ude00", "\\/", "\\n", "{", "}",
                     "[", ",", ":", "\xC3\xA9", "\xF0\x9F\x98\x80", "\\u0000"});
    }
    return std::string(1, '"').append(start).append(1, '"');
  }

  int Below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }

 private:
  std::string Array(int depth) {
    std::string text(1, '[');
    for (int i = 0, size = Below(4); i < size; ++i) {
      if (i > 0) text += ',';
      text += Space();
      text += Value(depth) + Space();
    }
    return text + "]";
  }

  std::string Space() { return Pick({"", "", " ", "\t", "  \t "}); }

  std::string Pick(const std::vector<std::string>& choices) {
    return choices[static_cast<size_t>(Below(static_cast<int>(choices.size())))];
  }

  std::mt19937 random_;
};

inline std::string RandomRow(unsigned seed) {
  RowWriter writer(seed);
  const int members = 2 + writer.Below(7);
  return writer.Object(0, members);
}

}  // namespace gram::jobs

#endif  // GRAM_TESTS_JOBS_VERDICTS_RANDOM_ROW_H_
