// What a job would do with an input, printed without doing it.
#ifndef GRAM_CLI_DRY_RUN_ROWS_H_
#define GRAM_CLI_DRY_RUN_ROWS_H_

#include <string>

#include "cli/job_options.h"
#include "cli/judging.h"
#include "jobs/io/row_source.h"
#include "jobs/run/job_rows.h"

namespace gram::cli {

/// Prints what judging the comparisons of all rows would take (see jobs::DryRun). Gives the exit
/// code that `verb` would.
int DryRunRows(const std::string& verb, ReadyJudge& ready, const JobOptions& options,
               jobs::RowSource& source, const jobs::RowMap& map);

}  // namespace gram::cli

#endif  // GRAM_CLI_DRY_RUN_ROWS_H_
