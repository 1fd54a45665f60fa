// How this process was started, in words that start it again.
#ifndef GRAM_JOBS_RUN_COMMAND_LINE_H_
#define GRAM_JOBS_RUN_COMMAND_LINE_H_

#include <string>
#include <string_view>
#include <vector>

#include "jobs/run/shard.h"

namespace gram::jobs {

/// The arguments of this process, the program's name first; empty where /proc does not tell.
std::vector<std::string> OwnCommandLine();

/// The folder that relative paths start from; empty where that cannot be told.
std::string WorkingFolder();

/// `words` as a line for a shell.
std::string ShellLine(const std::vector<std::string>& words);

/// The command that goes on with what `words` started, for a shell in the same folder: with
/// `option` (--resume) right behind the verb, without --force, and with `shard` in the place of
/// "auto", which another shell's environment need not tell.
std::string CommandWith(std::vector<std::string> words, std::string_view option,
                        const Shard& shard = {});

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_COMMAND_LINE_H_
