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

/// Answers rows that have no error, each with one line of JSON and its line feed, in their order. A
/// row that cannot be answered after all gets its ErrorLine. Gives up with any error soon after
/// `stop` is set; any other error ends the job.
using RowAnswer = std::function<Result<std::vector<std::string>>(std::span<const InputRow> rows,
                                                                 const std::atomic<bool>& stop)>;

/// Takes the lines of the rows that come next.
using LineWriter = std::function<Status(std::span<const std::string> lines)>;

/// Answers all of `rows` and writes their lines in order, a window at a time (see WindowReader).
/// False where `stop` was set: the window in flight is dropped, all before are written. Errors:
/// those of its parts; all rows before the fault are written.
Result<bool> AnswerRows(JobRows& rows, const RowAnswer& answer, const LineWriter& write,
                        const std::atomic<bool>& stop);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_ROW_LOOP_H_
