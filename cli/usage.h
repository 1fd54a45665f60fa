// A command line that makes no sense: what an option's value has to be, which word was probably
// meant, and one line that says what would be right.
#ifndef GRAM_CLI_USAGE_H_
#define GRAM_CLI_USAGE_H_

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gram/named.h"

namespace gram::cli {

/// Checks for the value of an option. Their messages read on from the option's name, as in
/// "--threads must be between 1 and 8, got 9".
///
/// A whole number from `least` to `most`, both included.
CLI::Validator WholeNumber(int64_t least, int64_t most);

/// A number from `least` to `most`, both included.
CLI::Validator Number(double least, double most);

/// One of `names`, spelled exactly like this.
CLI::Validator OneOf(std::vector<std::string> names);

/// Adds the option `flag`, which sets `chosen` to what one of `names` stands for. `chosen` must
/// outlive `app`.
template <typename T, size_t n>
CLI::Option* AddChoice(CLI::App& app, const std::string& flag, T& chosen,
                       const Named<T> (&names)[n], const std::string& help) {
  std::vector<std::string> words;
  for (const Named<T>& each : names) words.emplace_back(each.name);
  const auto choose = [&chosen, &names](const std::string& word) {
    chosen = ValueCalled(names, word).value();
  };
  return app.add_option_function<std::string>(flag, choose, help)
      ->check(OneOf(std::move(words)))
      ->type_name("NAME");
}

/// Anything but the empty text, which is what a variable that a script never set looks like.
CLI::Validator NotEmpty();

/// A file of JSON lines: not one that is named as Parquet, which would be taken for that.
CLI::Validator LinesFile();

/// The share of 1 that "5%" or "0.05" is; nothing for other texts and what is not between 0 and 1.
std::optional<double> ParseShare(const std::string& text);

/// A text that ParseShare takes.
CLI::Validator Share();

/// How many letters have to be added, left out, replaced or swapped with their neighbour to turn
/// `a` into `b`.
size_t EditDistance(std::string_view a, std::string_view b);

/// The word of `words` that `typed` most likely stands for: the closest one, or the first of
/// several, if no more than a third of its letters differ (one letter always may); else the first
/// that begins with `typed`. Nothing where none is close.
std::optional<std::string> ClosestWord(std::string_view typed, std::span<const std::string> words);

/// All `words`, with `between` between them.
std::string Joined(std::span<const std::string> words, std::string_view between);

struct UsageError {
  std::string verb;  ///< empty: none was recognised
  std::string message;
};

/// Puts into words the `error` that parsing `root` threw. A word that is neither a verb nor an
/// option is named before anything that is missing, with what was probably meant.
UsageError ExplainUsage(CLI::App& root, const CLI::ParseError& error);

}  // namespace gram::cli

#endif  // GRAM_CLI_USAGE_H_
