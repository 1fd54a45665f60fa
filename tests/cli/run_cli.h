// Runs the built gram-cpu as a user would, and catches what comes out.
#ifndef GRAM_TESTS_CLI_RUN_CLI_H_
#define GRAM_TESTS_CLI_RUN_CLI_H_

#include <string>
#include <vector>

#include "tests/testing/temp_dir.h"

namespace gram::cli {

struct CliResult {
  int exit_code = -1;  ///< 128 + the signal where one ended it
  std::string out;
  std::string err;

  std::vector<std::string> lines() const;  ///< of `out`
};

/// Runs the program at words[0] with `input` on standard input; `out_path`, where given, is opened
/// as its standard output in place of the one that is caught.
CliResult RunProgram(std::vector<std::string> words, const std::string& input = "",
                     const std::string& out_path = "");

/// Runs gram-cpu with `args`.
CliResult RunCli(const std::vector<std::string>& args, const std::string& input = "",
                 const std::string& out_path = "");

/// The instruction sets that the program says it can run here, the fastest first.
std::vector<std::string> Isas();

/// The committed tiny model, converted into `folder`; the path of the packed file.
std::string ConvertTiny(const testing::TempDir& folder);

}  // namespace gram::cli

#endif  // GRAM_TESTS_CLI_RUN_CLI_H_
