// What --help says of an option or argument, in parts: for the man page and the completions.
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

}  // namespace gram::cli

#endif  // GRAM_CLI_DESCRIBE_OPTION_FACTS_H_
