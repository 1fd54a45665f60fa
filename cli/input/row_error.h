// Why one row has no result.
#ifndef GRAM_CLI_INPUT_ROW_ERROR_H_
#define GRAM_CLI_INPUT_ROW_ERROR_H_

#include <string>

namespace gram::cli {

/// A stable code (docs/cli.md lists them) and a line for people.
struct RowError {
  std::string code;
  std::string message;
};

}  // namespace gram::cli

#endif  // GRAM_CLI_INPUT_ROW_ERROR_H_
