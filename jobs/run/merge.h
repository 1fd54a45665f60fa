// Shard outputs put together: the file that one run over all rows would have written.
#ifndef GRAM_JOBS_RUN_MERGE_H_
#define GRAM_JOBS_RUN_MERGE_H_

#include <atomic>
#include <string>
#include <vector>

#include "gram/status.h"
#include "jobs/run/job.h"
#include "jobs/verdicts/totals.h"

namespace gram::jobs {

struct MergeOptions {
  std::string output;
  std::vector<std::string> shards;
  bool force = false;
};

struct MergeEnd {
  bool complete = false;  ///< else it was interrupted, and nothing was written
  Totals totals;
};

/// Writes the rows of all shards in input order to options.output, with a manifest of the whole.
/// Gives up soon after `stop` is set; see RunObserver::Start.
/// Errors: kInvalidArgument where the shards are not all shards of one run, each once and complete,
/// or where the output may not be written; kCorrupt where a shard was changed since; kIo.
Result<MergeEnd> Merge(const MergeOptions& options, RunObserver& observer,
                       const std::atomic<bool>& stop);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_MERGE_H_
