#include "jobs/run/job_rows.h"

#include <new>
#include <utility>

#include "engine/base/status.h"
#include "jobs/verdicts/output_row.h"

namespace gram::jobs {

Result<bool> JobRows::NextOfShard(RawRow& row) {
  do {
    GRAM_ASSIGN_OR_RETURN(const bool more, source_.Next(row));
    if (!more) return false;
  } while (!shard_.Holds(row.number));
  return true;
}

Result<bool> JobRows::Next(JobRow& row) {
  RawRow raw;
  try {
    return NextMapped(raw, row);
  } catch (const std::bad_alloc&) {
    const std::string which = raw.number > 0 ? "row " + std::to_string(raw.number) : "the next row";
    return OutOfMemory(which + ": out of memory while it was read; give the process more");
  }
}

Result<bool> JobRows::NextMapped(RawRow& raw, JobRow& row) {
  row.line.clear();
  if (earlier_ != nullptr) {
    GRAM_ASSIGN_OR_RETURN(const bool more, earlier_->Next(row.line));
    if (!more) return false;
    Totals ignored;
    if (tally_.Add(row.line, ignored) != LineKind::kResult) row.line.clear();
  }
  GRAM_ASSIGN_OR_RETURN(const bool more, NextOfShard(raw));
  if (!more && earlier_ != nullptr) {
    return InvalidArgument("the earlier output has more lines than the input has rows");
  }
  if (!more) return false;
  if (!row.line.empty()) {
    row.line += '\n';
    return true;
  }
  row.input = map_(std::move(raw));
  if (row.input.error) row.line = ErrorLine(row.input, *row.input.error);
  return true;
}

Result<bool> JobRows::Skip(int64_t rows, const std::atomic<bool>& stop) {
  RawRow raw;
  for (int64_t i = 0; i < rows; ++i) {
    if (stop) return false;
    GRAM_ASSIGN_OR_RETURN(const bool more, NextOfShard(raw));
    if (more) continue;
    return InvalidArgument("the input has " + std::to_string(i) +
                           " rows, fewer than the run has answered (" + std::to_string(rows) + ")");
  }
  return true;
}

}  // namespace gram::jobs
