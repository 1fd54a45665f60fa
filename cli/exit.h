// How a command ends: its exit code, what it prints, and the one line on standard error that says
// why it failed.
#ifndef GRAM_CLI_EXIT_H_
#define GRAM_CLI_EXIT_H_

#include <string>
#include <string_view>

#include "gram/status.h"

namespace gram::cli {

/// The codes that gram-cpu exits with.
enum ExitCode {
  kExitOk = 0,          ///< success
  kExitFailed = 1,      ///< could not run: bad model, I/O error
  kExitUsage = 2,       ///< invalid command line
  kExitRowErrors = 3,   ///< finished, but some rows have an error object in place of a result
  kExitInterrupted = 4  ///< stopped by a signal; --resume continues
};

/// The codes for --help.
inline constexpr std::string_view kExitCodesHelp =
    "Exit codes:\n"
    "  0  success\n"
    "  1  could not run: bad model file, input or output error\n"
    "  2  invalid command line\n"
    "  3  finished, but some rows have an error object instead of a result\n"
    "  4  stopped by a signal; the same command with --resume continues";

/// Writes "gram-cpu: TEXT" and a line feed to standard error; line feeds in `text` become spaces.
void Say(std::string_view text);

/// Says why the command cannot continue. Returns kExitFailed; kExitOk, without a word, where the
/// reader of standard output has closed it because it needs no more (ReaderHasGone).
int Fail(const Status& status);

/// Writes `text` to standard output. Returns kExitOk, or what Fail returns where that failed.
int Print(std::string_view text);

/// Says what is wrong with the command line of `verb` and where its help is. Returns kExitUsage.
int FailUsage(std::string_view verb, const std::string& message);

}  // namespace gram::cli

#endif  // GRAM_CLI_EXIT_H_
