// Rows that are answered together.
#ifndef GRAM_JOBS_RUN_ROW_WINDOW_H_
#define GRAM_JOBS_RUN_ROW_WINDOW_H_

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "gram/status.h"
#include "jobs/run/job_rows.h"

namespace gram::jobs {

struct RowWindow {
  std::vector<std::string> lines;  ///< one a row, in order; empty for a row that is to be answered
  std::vector<InputRow> rows;      ///< those rows, in order
};

/// Cuts the rows of a job into windows: at most 256 rows, fewer where answering them takes many
/// seconds and they do not ask the same question, and at most 4 MB of text, except that one row is
/// always taken.
class WindowReader {
 public:
  /// Both must outlive this object. `stop`: see Read.
  WindowReader(JobRows& rows, const std::atomic<bool>& stop) : rows_(rows), stop_(stop) {}

  /// Fills `window`; leaves it empty behind the last row, or when `stop` is set while it waits for
  /// a live pipe. A window is handed on early when the input has nothing more to offer for now, so
  /// a live pipe gets its answers. Errors: those of JobRows::Next, when all rows before have been
  /// handed on.
  Status Read(RowWindow& window);

  /// To be told how long it took to answer the last window: few rows are taken at a time where the
  /// model is slow, so that little is lost when a run is killed, and that a reader downstream need
  /// not wait for long.
  void Adapt(std::chrono::steady_clock::duration last_window);

 private:
  bool WaitForRow() const;
  Status ReadNext();
  bool Takes(const RowWindow& window, size_t bytes) const;

  JobRows& rows_;
  const std::atomic<bool>& stop_;
  size_t size_ = 2;  // rows: a live pipe's first answers come soon
  bool ended_ = false;
  Status fault_;
  std::optional<JobRow> next_;  // read, but not yet in a window
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_ROW_WINDOW_H_
