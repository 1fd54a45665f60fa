// The options that say what is read and how it is understood, for every verb that takes rows.
#ifndef GRAM_CLI_INPUT_OPTIONS_H_
#define GRAM_CLI_INPUT_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "jobs/formats/row_mapper.h"

namespace gram::cli {

/// What the user typed.
struct InputOptions {
  std::vector<std::string> inputs;  ///< files, patterns, or "-"
  std::string map;
  std::vector<std::string> ignored;  ///< fields, or lists of them: "a,b"
  std::string format;
  std::string turns = "join";
  bool explain_map = false;
};

/// Adds --input, --map, --ignore, --format, --turns and --explain-map to `app`; `options` must
/// outlive it.
void AddInputOptions(CLI::App& app, InputOptions& options);

/// What is wrong with the options, or nothing.
std::optional<std::string> CheckInputOptions(const InputOptions& options);

/// The fields of --ignore, in order and once each.
jobs::NameSet IgnoredFields(const InputOptions& options);

/// To be called on options that CheckInputOptions agrees to.
jobs::MapperOptions ToMapperOptions(const InputOptions& options);

}  // namespace gram::cli

#endif  // GRAM_CLI_INPUT_OPTIONS_H_
