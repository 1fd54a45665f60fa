// What a filter did, for the record.
#ifndef GRAM_JOBS_FILTER_FILTER_RECORD_H_
#define GRAM_JOBS_FILTER_FILTER_RECORD_H_

#include <string>
#include <vector>

#include "jobs/filter/filter_rules.h"
#include "jobs/filter/filter_run.h"
#include "jobs/io/row_source.h"

namespace gram::jobs {

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

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FILTER_FILTER_RECORD_H_
