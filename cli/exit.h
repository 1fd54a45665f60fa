// How a command ends: its exit code, and the one line on standard error that says why.
#ifndef GRAM_CLI_EXIT_H_
#define GRAM_CLI_EXIT_H_

#include <string>
#include <string_view>

#include "gram/status.h"

namespace gram::cli {

/// The codes that gram-cpu exits with.
enum ExitCode {
  kExitOk = 0,          ///< all good
  kExitFailed = 1,      ///< could not run: bad model, I/O error
  kExitUsage = 2,       ///< the command line makes no sense
  kExitRowErrors = 3,   ///< finished, but some rows have an error object in place of a result
  kExitInterrupted = 4  ///< stopped by a signal; --resume goes on
};

/// The codes for --help.
inline constexpr std::string_view kExitCodesHelp =
    "Exit codes:\n"
    "  0  all good\n"
    "  1  could not run: bad model file, input or output error\n"
    "  2  the command line makes no sense\n"
    "  3  finished, but some rows have an error object in place of a result\n"
    "  4  stopped by a signal; the same command with --resume goes on";

/// Writes "gram-cpu: TEXT" and a line feed to standard error; line feeds in `text` become spaces.
void Say(std::string_view text);

/// Says why the command cannot go on. Returns kExitFailed; kExitOk, without a word, where the
/// reader of standard output has all that it wants (ReaderHasGone).
int Fail(const Status& status);

/// Says what is wrong with the command line of `verb` and where its help is. Returns kExitUsage.
int FailUsage(std::string_view verb, const std::string& message);

}  // namespace gram::cli

#endif  // GRAM_CLI_EXIT_H_
