// What is wrong with a command line, in one line that says what would be right.
#ifndef GRAM_CLI_USAGE_ERROR_H_
#define GRAM_CLI_USAGE_ERROR_H_

#include <CLI/CLI.hpp>
#include <string>

namespace gram::cli {

struct UsageError {
  std::string verb;  ///< empty: none was recognised
  std::string message;
};

/// `error` as the parsing of `root` threw it, in words. A word that is no verb or option is named
/// before anything that is missing, with what was probably meant.
UsageError ExplainUsage(CLI::App& root, const CLI::ParseError& error);

}  // namespace gram::cli

#endif  // GRAM_CLI_USAGE_ERROR_H_
