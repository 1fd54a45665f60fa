// The command line's own definition, in parts, and what is written from it: the man page and the
// shell completions.
#ifndef GRAM_CLI_DESCRIBE_OPTION_FACTS_H_
#define GRAM_CLI_DESCRIBE_OPTION_FACTS_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace gram::cli {

/// What may stand in an option's place.
enum class ValueKind { kNone, kChoice, kFile, kFolder, kOther };

struct OptionFacts {
  std::vector<std::string> names;    ///< as typed, such as "-h", "--help"; none for an argument
  std::string value;                 ///< what --help calls its value, such as "FILE"; "" for a flag
  std::vector<std::string> choices;  ///< the words allowed, where they are a list
  ValueKind kind = ValueKind::kNone;
  bool repeats = false;
  std::string description;

  bool positional() const { return names.empty(); }
};

struct VerbFacts {
  std::string name;
  std::string description;
  std::string footer;  ///< below the options in --help, without the exit codes
  std::vector<OptionFacts> options;
};

/// Everything of `app` that --help shows, in its order.
VerbFacts FactsOf(const CLI::App& app);

/// The same of every verb of `root`.
std::vector<VerbFacts> VerbsOf(const CLI::App& root);

/// gram-cpu(1), in the man macros. `version` stands at its foot.
std::string ManPage(const CLI::App& root, const std::string& version);

/// Completion of verbs, options, their values and files, for bash and zsh.
std::string BashCompletion(const CLI::App& root);
std::string ZshCompletion(const CLI::App& root);

}  // namespace gram::cli

#endif  // GRAM_CLI_DESCRIBE_OPTION_FACTS_H_
