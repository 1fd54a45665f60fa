// How far a job has come, for whoever wants to show it.
#ifndef GRAM_JOBS_RUN_RUN_OBSERVER_H_
#define GRAM_JOBS_RUN_RUN_OBSERVER_H_

#include <cstdint>
#include <string>

namespace gram::jobs {

/// What a job has done so far. The share of the input counts in whatever unit the caller has: bytes
/// of the files, or rows.
struct ProgressState {
  int64_t rows = 0;              ///< answered, by this run or by one that it resumes
  int64_t failed = 0;            ///< of these, with an error object
  int64_t flips = 0;             ///< of these, rows whose two orders prefer different answers
  int64_t tokens = 0;            ///< of the prompts that this run has scored
  int64_t position = 0;          ///< how much of the input the answered rows are
  int64_t size = 0;              ///< how much there is; 0: not known
  int64_t resumed_rows = 0;      ///< of `rows`: answered by an earlier run
  int64_t resumed_position = 0;  ///< of `position`, likewise
};

/// Is told of a job's progress, on the thread that runs it. This one looks away.
class RunObserver {
 public:
  virtual ~RunObserver() = default;

  /// Whenever something has been done.
  virtual void Update(const ProgressState&) {}

  /// Something to know of how the job starts, in one line.
  virtual void Notice(const std::string&) {}

  /// Once, when the job went through or was interrupted.
  virtual void Finish(const ProgressState&) {}
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_RUN_OBSERVER_H_
