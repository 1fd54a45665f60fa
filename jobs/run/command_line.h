// How this process was started, in words that start it again.
#ifndef GRAM_JOBS_RUN_COMMAND_LINE_H_
#define GRAM_JOBS_RUN_COMMAND_LINE_H_

#include <string>
#include <string_view>
#include <vector>

namespace gram::jobs {

/// The arguments of this process, the program's name first; empty where /proc does not tell.
std::vector<std::string> OwnCommandLine();

/// The folder that relative paths start from; empty where that cannot be told.
std::string WorkingFolder();

/// `words` as a line for a shell.
std::string ShellLine(const std::vector<std::string>& words);

/// The command that goes on with what `words` started: with `option` (--resume), without --force.
std::string CommandWith(std::vector<std::string> words, std::string_view option);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_COMMAND_LINE_H_
