// The shell's knowledge of gram-cpu, written from the command line's own definition.
#ifndef GRAM_CLI_DESCRIBE_DESCRIBE_H_
#define GRAM_CLI_DESCRIBE_DESCRIBE_H_

#include <CLI/CLI.hpp>
#include <string>

namespace gram::cli {

/// gram-cpu(1), in the man macros. `version` stands at its foot.
std::string ManPage(const CLI::App& root, const std::string& version);

/// Completion of verbs, options, their values and files, for bash and zsh.
std::string BashCompletion(const CLI::App& root);
std::string ZshCompletion(const CLI::App& root);

}  // namespace gram::cli

#endif  // GRAM_CLI_DESCRIBE_DESCRIBE_H_
