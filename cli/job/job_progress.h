// What a job shows of how far it has come.
#ifndef GRAM_CLI_JOB_JOB_PROGRESS_H_
#define GRAM_CLI_JOB_JOB_PROGRESS_H_

#include "cli/input/row_source.h"
#include "cli/job/totals.h"
#include "cli/output/progress.h"

namespace gram::cli {

class JobProgress {
 public:
  /// Both must outlive this object.
  JobProgress(Progress& display, const RowSource& source) : display_(display), source_(source) {}

  /// What an earlier run did; the rows it answered have been passed over.
  void StartFrom(const Totals& totals);

  void Update(const Totals& totals) { display_.Update(State(totals)); }
  void Finish(const Totals& totals) { display_.Finish(State(totals)); }

 private:
  ProgressState State(const Totals& totals) const;

  Progress& display_;
  const RowSource& source_;
  Totals earlier_;
  int64_t earlier_position_ = 0;
};

}  // namespace gram::cli

#endif  // GRAM_CLI_JOB_JOB_PROGRESS_H_
