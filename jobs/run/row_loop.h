// The heart of a job: windows of rows in, their lines out.
#ifndef GRAM_JOBS_RUN_ROW_LOOP_H_
#define GRAM_JOBS_RUN_ROW_LOOP_H_

#include <atomic>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "gram/status.h"
#include "jobs/run/job_rows.h"

namespace gram::jobs {

/// Lines of JSON, each with its line feed, of the first rows that were asked for: of all, unless
/// `stopped` says why the next one has none.
struct RowAnswers {
  std::vector<std::string> lines;
  Status stopped = {};
};

/// Answers rows that have no error, in their order. A row that cannot be answered, and never will
/// be, gets its ErrorLine; what is wrong with the machine or the model (see StopsTheRun) is no
/// row's fault and ends the job. Gives up with any error soon after `stop` is set.
using RowAnswer =
    std::function<RowAnswers(std::span<const InputRow> rows, const std::atomic<bool>& stop)>;

/// Whether an error of the engine says nothing of the row: it is out of memory, its model's file is
/// damaged or cannot be read, or it was cancelled. Such a row is answered when the cause is gone.
bool StopsTheRun(StatusCode code);

/// What to say where `why`, which StopsTheRun, stopped it at `row`: names the row where it is what
/// memory does not suffice for.
Status StopAt(const InputRow& row, const Status& why);

/// Takes the lines of the rows that come next.
using LineWriter = std::function<Status(std::span<const std::string> lines)>;

/// Answers all of `rows` and writes their lines in order, a window at a time (see WindowReader).
/// False where `stop` was set: the window in flight is dropped, all before are written. Errors:
/// those of its parts; all rows before the fault are written.
Result<bool> AnswerRows(JobRows& rows, const RowAnswer& answer, const LineWriter& write,
                        const std::atomic<bool>& stop);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_ROW_LOOP_H_
