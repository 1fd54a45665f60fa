// The options that say which rows are read and how they are understood, for every verb that takes
// rows.
#ifndef GRAM_CLI_INPUT_OPTIONS_H_
#define GRAM_CLI_INPUT_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "jobs/formats/row_mapper.h"
#include "jobs/io/row_source.h"
#include "jobs/run/manifest.h"

namespace gram::cli {

/// What the user typed.
struct InputOptions {
  std::vector<std::string> inputs;  ///< files, patterns, or "-"
  std::string map;
  std::vector<std::string> ignored;  ///< fields, or lists of them: "a,b"
  std::string format;
  jobs::Turns turns = jobs::Turns::kJoin;
  bool explain_map = false;
  bool parquet = false;  ///< the verb's: files may be Parquet, where the build can read it
};

/// Adds FILE (also --input), --map, --ignore, --format, --turns and --explain-map to `app`;
/// `options` must outlive it.
void AddInputOptions(CLI::App& app, InputOptions& options);

/// Takes standard input as the only input where none is named and somebody has put rows there: it
/// is a pipe or socket with bytes to read, or a file that is not at its end. Not so for a terminal,
/// a device such as /dev/null, and whatever is closed or empty: that is what programs run by cron,
/// nohup or ssh are given. Waits until a pipe has bytes or is closed. Says so on standard error
/// unless `quiet`.
void UseStandardInput(InputOptions& options, bool quiet);

/// What is wrong with the options, or nothing.
std::optional<std::string> CheckInputOptions(const InputOptions& options);

/// To be called on options that CheckInputOptions agrees to.
jobs::MapperOptions ToMapperOptions(const InputOptions& options);

/// What a manifest records of how the rows of `source` are read: all that decides which texts of a
/// row are judged.
std::vector<jobs::Setting> InputSettings(const InputOptions& options, const jobs::RowSource& source,
                                         const jobs::RowMapper& mapper);

/// Opens the inputs. Of Parquet files, the columns of --ignore are not read, other than those that
/// `needed` agrees to. Errors: those of RowSource::Open.
Result<jobs::RowSource> OpenRows(const InputOptions& options,
                                 const std::function<bool(const std::string& column)>& needed);

/// --explain-map: prints the formats of the inputs and how their first rows are understood with
/// these options. Returns the exit code.
int ExplainMap(const InputOptions& options, const jobs::MapperOptions& mapping);

}  // namespace gram::cli

#endif  // GRAM_CLI_INPUT_OPTIONS_H_
