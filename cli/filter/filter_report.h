// What a filter did, for people and for the record.
#ifndef GRAM_CLI_FILTER_FILTER_REPORT_H_
#define GRAM_CLI_FILTER_FILTER_REPORT_H_

#include <string>
#include <vector>

#include "cli/filter/filter_rules.h"
#include "cli/filter/filter_run.h"
#include "cli/input/input_files.h"

namespace gram::cli {

/// One line: rows kept, and rows dropped by reason.
std::string FilterSummary(const FilterCount& count);

/// What went into a filter and came out of it.
struct FilterRecord {
  FilterRules rules;
  std::string attach;  ///< the name of the verdict in the rows
  std::vector<InputFile> inputs;
  InputFile verdicts;
  std::string dropped;  ///< path; empty: not written
  FilterCount count;
};

/// OUTPUT.run.json: the record, the content of every regular input, version and command. Errors:
/// those of reading the inputs again.
Result<std::string> FilterManifest(const FilterRecord& record);

}  // namespace gram::cli

#endif  // GRAM_CLI_FILTER_FILTER_REPORT_H_
