// Words that stand for values: what an option may be, and what a record calls it.
#ifndef GRAM_NAMED_H_
#define GRAM_NAMED_H_

#include <cstddef>
#include <optional>
#include <string_view>

namespace gram {

/// A word, and the value that it stands for.
template <typename T>
struct Named {
  std::string_view name;
  T value;
};

/// The value that `name` stands for; nothing for other words.
template <typename T, size_t n>
constexpr std::optional<T> ValueCalled(const Named<T> (&names)[n], std::string_view name) {
  for (const Named<T>& each : names) {
    if (each.name == name) return each.value;
  }
  return std::nullopt;
}

/// The word that stands for `value`; "unknown" where none does.
template <typename T, size_t n>
constexpr std::string_view NameOf(const Named<T> (&names)[n], const T& value) {
  for (const Named<T>& each : names) {
    if (each.value == value) return each.name;
  }
  return "unknown";
}

}  // namespace gram

#endif  // GRAM_NAMED_H_
