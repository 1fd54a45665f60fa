// A file that is mapped and then cut by somebody: one line that names it, in place of a death by
// SIGBUS without a word.
#ifndef GRAM_CLI_CUT_FILE_H_
#define GRAM_CLI_CUT_FILE_H_

#include <string>

namespace gram::cli {

/// From here on, a read behind the new end of a mapped file that was cut ends the process with a
/// line on standard error and exit code 1. What the process has written so far stays as it is.
void ReportCutFiles();

/// What the line says after that: how to go on, once the file is whole again. Before any work
/// starts that could meet such a file; not thread-safe.
void SetWayOnAfterCut(const std::string& text);

}  // namespace gram::cli

#endif  // GRAM_CLI_CUT_FILE_H_
