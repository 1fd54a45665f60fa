// The way of a row from its source to its line: read, mapped, answered together with its
// neighbours.
#ifndef GRAM_JOBS_RUN_JOB_LINES_H_
#define GRAM_JOBS_RUN_JOB_LINES_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "gram/status.h"
#include "jobs/io/byte_source.h"
#include "jobs/io/row_source.h"
#include "jobs/run/job.h"
#include "jobs/verdicts/schema.h"

namespace gram::jobs {

/// The lines of an earlier output, in the order of its rows.
struct EarlierLines {
  LineFile file;
  LineReader reader;
};

/// Rows that are answered together.
struct RowWindow {
  std::vector<ResultLine> lines;  ///< one a row, in order; no text for a row that is to be answered
  std::vector<InputRow> rows;     ///< those rows, in order
  std::vector<InputRow> failed;   ///< the rows whose line is the error they came with
};

/// Reads and maps the rows of a job's shard and cuts them into windows: at most 256 rows, fewer
/// where answering them takes many seconds and they do not ask the same question, and at most 4 MB
/// of text, except that one row is always taken.
class WindowReader {
 public:
  /// All must outlive this object. With `earlier`, rows come with its lines and end with it, and
  /// only those whose line is an error are to be answered again.
  WindowReader(Job& job, RowSource& source, const std::atomic<bool>& stop,
               std::optional<EarlierLines> earlier = {})
      : job_(job), source_(source), stop_(stop), earlier_(std::move(earlier)) {}

  /// Passes over the next `rows` rows of the shard, unmapped; false where `stop` was set meanwhile.
  /// To be called before Read. Errors: those of RowSource::Next; kInvalidArgument where there are
  /// fewer.
  Result<bool> Skip(int64_t rows);

  /// Fills `window`; leaves it empty behind the last row, or when `stop` is set while it waits for
  /// a live pipe. A window is handed on early when the input has nothing more to offer for now, so
  /// a live pipe gets its answers. Errors, when all rows before have been handed on: those of
  /// RowSource::Next and LineFile::Next, kOutOfMemory.
  Status Read(RowWindow& window);

  /// To be told how long it took to answer the last window: few rows are taken at a time where the
  /// model is slow, so that little is lost when a run is killed, and that a reader downstream need
  /// not wait for long.
  void Adapt(std::chrono::steady_clock::duration last_window);

 private:
  // A row that was read but is not yet in a window.
  struct NextRow {
    InputRow input;
    ResultLine line;  // no text where the row is to be answered
  };

  bool WaitForRow() const;
  Result<bool> NextOfShard(RawRow& raw);
  Result<bool> NextMapped(RawRow& raw, NextRow& row);
  Status ReadAhead();
  bool Takes(const RowWindow& window, size_t bytes) const;

  Job& job_;
  RowSource& source_;
  const std::atomic<bool>& stop_;
  std::optional<EarlierLines> earlier_;
  size_t size_ = 2;  // rows: a live pipe's first answers come soon
  bool ended_ = false;
  Status fault_;
  std::optional<NextRow> next_;
};

/// The lines of a job's rows, in order.
class JobLines {
 public:
  /// As for WindowReader.
  JobLines(Job& job, RowSource& source, const std::atomic<bool>& stop,
           std::optional<EarlierLines> earlier = {})
      : job_(job), stop_(stop), reader_(job, source, stop, std::move(earlier)) {}

  /// See WindowReader.
  Result<bool> Skip(int64_t rows) { return reader_.Skip(rows); }

  /// Puts the lines of the rows that come next into `lines`, a window at a time. False behind the
  /// last row, and where `stop` was set: the window in flight is dropped. Errors, when the lines of
  /// all rows before the fault have been given: those of WindowReader::Read and Job::answer.
  Result<bool> Next(std::vector<ResultLine>& lines);

 private:
  Status Answer();

  Job& job_;
  const std::atomic<bool>& stop_;
  WindowReader reader_;
  RowWindow window_;
  Status fault_;
};

/// What an observer is told of a job's totals.
class JobProgress {
 public:
  /// Both must outlive this object.
  JobProgress(RunObserver& observer, const RowSource& source)
      : observer_(observer), source_(source) {}

  /// What an earlier run did; the rows it answered have been passed over.
  void StartFrom(const Totals& totals);

  void Start() { observer_.Start(); }
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

#endif  // GRAM_JOBS_RUN_JOB_LINES_H_
