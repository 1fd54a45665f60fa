// A job: every row of an input answered with one line, in order, whatever happens in between.
#ifndef GRAM_JOBS_RUN_JOB_H_
#define GRAM_JOBS_RUN_JOB_H_

#include <atomic>
#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "jobs/formats/input_row.h"
#include "jobs/io/row_source.h"
#include "jobs/run/manifest.h"
#include "jobs/run/output_files.h"
#include "jobs/verdicts/kept_fields.h"
#include "jobs/verdicts/totals.h"

namespace gram::jobs {

/// Where a job writes and how it starts.
struct RunOptions {
  std::string output = "-";   ///< a path; "-": standard output
  bool resume = false;        ///< go on with the run that `output` is of
  bool retry_failed = false;  ///< likewise, and redo the rows that have an error
  bool force = false;         ///< start anew, whatever is there
};

/// A row as it was read becomes a question and answers, or an error that says why it cannot be
/// answered.
using RowMap = std::function<InputRow(RawRow)>;

/// The lines of the first rows that were asked for: of all, unless `stopped` says why the next one
/// has none.
struct RowAnswers {
  std::vector<ResultLine> lines;
  Status stopped = {};
};

/// Answers rows that have no error, in their order. A row that cannot be answered, and never will
/// be, gets its WriteError; what is wrong with the machine or the model (see StopsTheRun) is no
/// row's fault and ends the job. Gives up with any error soon after `stop` is set.
using RowAnswer =
    std::function<RowAnswers(std::span<const InputRow> rows, const std::atomic<bool>& stop)>;

/// What a verb brings to its job. `map` and `answer` are all of the work that the library calls
/// back (a RunObserver is told of progress).
struct Job {
  RunIdentity identity;        ///< verb, settings and shard; the inputs are filled in
  std::vector<Setting> facts;  ///< for the manifest: see RunHistory
  RowMap map;
  RowAnswer answer;
  KeptFields* keep = nullptr;  ///< fields that lines repeat, where there are any; see Missing()
  LinePacker pack = {};        ///< where the output is not lines; such a one is not read back
  /// What a power failure can cost at most, beside the window in flight.
  std::chrono::milliseconds checkpoint_every = std::chrono::seconds(5);
};

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

  /// Once, where the job is about to make what its stop flag would keep. Before, and where lines
  /// are written as they come, ending the process loses no more than the flag would: whoever turns
  /// signals into the flag does so from here on.
  virtual void Start() {}

  /// Whenever something has been done.
  virtual void Update(const ProgressState&) {}

  /// Something to know of how the job starts, in one line.
  virtual void Notice(const std::string&) {}

  /// Once, when the job went through or was interrupted.
  virtual void Finish(const ProgressState&) {}
};

/// How a run ended, if nothing went wrong.
struct RunEnd {
  bool complete = false;      ///< else it was interrupted
  bool was_complete = false;  ///< there was nothing to do
  Totals totals = {};         ///< of the lines on disk
  bool resumable = false;     ///< where it is not complete
  std::string way_on = {};    ///< how to go on, or why that cannot be, for people
};

/// Runs `job` on the rows of `source` (docs/jobs.md): to a regular file with journal, manifest and
/// resume, to anything else as it goes. When `stop` is set, the window of rows in flight is dropped
/// and all before it are kept. Errors: those of its parts, with how to go on.
Result<RunEnd> RunJob(const RunOptions& options, Job& job, RowSource& source, RunObserver& observer,
                      const std::atomic<bool>& stop);

/// Whether an error of the engine says nothing of the row: it is out of memory, its model's file is
/// damaged or cannot be read, or it was cancelled. Such a row is answered when the cause is gone.
bool StopsTheRun(StatusCode code);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_JOB_H_
