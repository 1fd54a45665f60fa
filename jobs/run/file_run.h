// The steps of a run that writes a regular file.
#ifndef GRAM_JOBS_RUN_FILE_RUN_H_
#define GRAM_JOBS_RUN_FILE_RUN_H_

#include <functional>
#include <optional>
#include <string>

#include "gram/status.h"
#include "jobs/run/interrupt.h"
#include "jobs/run/job.h"
#include "jobs/run/job_progress.h"
#include "jobs/run/job_rows.h"
#include "jobs/run/journal.h"
#include "jobs/run/output_paths.h"
#include "jobs/run/run_record.h"

namespace gram::jobs {

/// One start of a run whose output is locked and whose identity is checked. Steps that can be
/// interrupted give false then. Errors are those of reading and writing; all rows before the fault
/// are in the journal.
class FileRun {
 public:
  /// All must outlive this object.
  FileRun(const OutputPaths& paths, Job& job, JobRows& rows, RunRecord& record,
          JobProgress& progress);

  /// Answers what the journal lacks; first, where `redo_failed`, its failed rows. `known_rows` were
  /// on disk when the manifest was last written.
  Result<bool> GoOn(bool redo_failed, int64_t known_rows);

  /// The complete output again as a journal, with its failed rows redone.
  Result<bool> RedoOutput();

  /// Makes the finished journal the output.
  Result<bool> Publish();

  /// To be called when a step gave false or an error: what can be kept is on disk afterwards, and
  /// the manifest says that the run stopped.
  Status Stop();

  /// After Stop: whether the rows that were done are on disk, where a later run finds them.
  bool kept() const { return kept_; }

  const Totals& totals() const { return totals_; }

 private:
  Result<bool> RedoFailed(const std::string& earlier);
  Result<bool> Answer(const std::function<Status()>& checkpoint);
  Status Checkpoint();
  Status CheckInPlace() const;

  const OutputPaths& paths_;
  Job& job_;
  JobRows& rows_;
  RunRecord& record_;
  JobProgress& progress_;
  std::string schema_;
  Interrupt interrupt_;
  std::optional<Journal> journal_;  // the lines that are being written
  bool kept_ = true;
  Totals totals_;  // of the lines that the manifest tells of
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_FILE_RUN_H_
