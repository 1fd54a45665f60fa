// The rows of one job: those of its shard, mapped, without those that are done.
#ifndef GRAM_JOBS_RUN_JOB_ROWS_H_
#define GRAM_JOBS_RUN_JOB_ROWS_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "gram/status.h"
#include "jobs/formats/input_row.h"
#include "jobs/io/byte_source.h"
#include "jobs/io/row_source.h"
#include "jobs/run/shard.h"
#include "jobs/verdicts/totals.h"

namespace gram::jobs {

/// A row on its way through a job.
struct JobRow {
  InputRow input;
  std::string line;  ///< its result line where there is one already; else empty
};

/// Whether a row of input can be answered is decided here, when it is read.
using RowMap = std::function<InputRow(RawRow)>;

class JobRows {
 public:
  /// `source` must outlive this object.
  JobRows(RowSource& source, const Shard& shard, RowMap map)
      : source_(source), shard_(shard), map_(std::move(map)) {}

  /// Puts the next row of the shard into `row`; false behind the last. A row that cannot be
  /// answered comes with its error line. Errors: those of RowSource::Next and LineFile::Next,
  /// kOutOfMemory.
  Result<bool> Next(JobRow& row);

  /// Passes over the next `rows` rows of the shard, unmapped; false where `stop` was set meanwhile.
  /// Errors: those of RowSource::Next; kInvalidArgument where there are fewer.
  Result<bool> Skip(int64_t rows, const std::atomic<bool>& stop);

  /// From here on, rows come with the lines of `lines`, an earlier output, and end with it; a line
  /// that is an error is left out, so that its row is answered again. Null: back to normal.
  void SetEarlier(std::unique_ptr<LineFile> lines) { earlier_ = std::move(lines); }

  bool Ready(int wait_ms) const { return source_.Ready(wait_ms); }

 private:
  Result<bool> NextOfShard(RawRow& row);
  Result<bool> NextMapped(RawRow& raw, JobRow& row);

  RowSource& source_;
  Shard shard_;
  RowMap map_;
  std::unique_ptr<LineFile> earlier_;
  LineTally tally_ = LineTally("");
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_JOB_ROWS_H_
