// What the value of an option has to be: checks whose messages say in words what would be right.
#ifndef GRAM_CLI_OPTION_CHECKS_H_
#define GRAM_CLI_OPTION_CHECKS_H_

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gram::cli {

/// Every message of these checks begins with this word, so that it reads on from the option's name:
/// "--threads must be ...".
inline constexpr std::string_view kCheckBegins = "must ";

/// A whole number from `least` to `most`, both included.
CLI::Validator WholeNumber(int64_t least, int64_t most);

/// A number from `least` to `most`, both included.
CLI::Validator Number(double least, double most);

/// One of `names`, spelled like this.
CLI::Validator OneOf(std::vector<std::string> names);

/// Anything but the empty text, which is what a script's variable that was never set looks like.
CLI::Validator NotEmpty();

}  // namespace gram::cli

#endif  // GRAM_CLI_OPTION_CHECKS_H_
