// What a job shows of how far it has come.
#ifndef GRAM_JOBS_RUN_JOB_PROGRESS_H_
#define GRAM_JOBS_RUN_JOB_PROGRESS_H_

#include "jobs/io/row_source.h"
#include "jobs/run/run_observer.h"
#include "jobs/verdicts/totals.h"

namespace gram::jobs {

class JobProgress {
 public:
  /// Both must outlive this object.
  JobProgress(RunObserver& observer, const RowSource& source)
      : observer_(observer), source_(source) {}

  /// What an earlier run did; the rows it answered have been passed over.
  void StartFrom(const Totals& totals);

  void Notice(const std::string& text) { observer_.Notice(text); }
  void Update(const Totals& totals) { observer_.Update(State(totals)); }
  void Finish(const Totals& totals) { observer_.Finish(State(totals)); }

 private:
  ProgressState State(const Totals& totals) const;

  RunObserver& observer_;
  const RowSource& source_;
  Totals earlier_;
  int64_t earlier_position_ = 0;
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_JOB_PROGRESS_H_
