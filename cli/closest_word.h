// What somebody meant who mistyped a word.
#ifndef GRAM_CLI_CLOSEST_WORD_H_
#define GRAM_CLI_CLOSEST_WORD_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gram::cli {

/// How many letters have to be added, left out, replaced or swapped with their neighbour to make
/// `b` of `a`.
size_t EditDistance(std::string_view a, std::string_view b);

/// The word of `words` that `typed` is most likely to mean: the closest one, the first of these,
/// if no more than a third of its letters differ (one letter always may), else the first that
/// begins with `typed`. Nothing where none is close.
std::optional<std::string> ClosestWord(std::string_view typed, std::span<const std::string> words);

}  // namespace gram::cli

#endif  // GRAM_CLI_CLOSEST_WORD_H_
