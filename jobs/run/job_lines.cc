#include "jobs/run/job_lines.h"

#include <algorithm>
#include <new>
#include <string>
#include <utility>

#include "engine/base/status.h"
#include "jobs/io/count_text.h"
#include "jobs/verdicts/verdict_line.h"

namespace gram::jobs {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kMinRows = 4;
constexpr size_t kMaxRows = 256;
constexpr size_t kMaxBytes = size_t{4} << 20;
constexpr int kWaitMs = 200;  // at most, until `stop` is noticed

size_t TextBytes(const InputRow& row, const ResultLine& line) {
  size_t bytes = line.text.size() + row.raw.size() + row.question.size();
  for (const std::string& response : row.responses) bytes += response.size();
  return bytes;
}

}  // namespace

// The whole way of a row; what is left is to write its line.
Result<bool> JobLines::Next(std::vector<ResultLine>& lines) {
  GRAM_RETURN_IF_ERROR(fault_);
  GRAM_RETURN_IF_ERROR(reader_.Read(window_));
  if (stop_ || window_.lines.empty()) return false;
  if (!window_.rows.empty()) {
    const Clock::time_point start = Clock::now();
    fault_ = Answer();
    reader_.Adapt(Clock::now() - start);
  }
  if (stop_ && !fault_.ok()) return false;
  lines.swap(window_.lines);
  if (lines.empty()) GRAM_RETURN_IF_ERROR(fault_);
  return true;
}

// Answers the rows of the window that have no line yet. On an error, the lines before the first row
// without an answer are left.
Status JobLines::Answer() {
  RowAnswers answers = job_.answer(window_.rows, stop_);
  const bool all = answers.lines.size() == window_.rows.size();
  if (all != answers.stopped.ok()) return Internal("rows and their answers differ");
  auto next = answers.lines.begin();
  for (auto line = window_.lines.begin(); line != window_.lines.end(); ++line) {
    if (!line->text.empty()) continue;
    if (next == answers.lines.end()) {
      window_.lines.erase(line, window_.lines.end());
      return answers.stopped;
    }
    *line = std::move(*next++);
  }
  return {};
}

Status WindowReader::Read(RowWindow& window) {
  window = {};
  size_t bytes = 0;
  while (true) {
    if (!next_ && !ended_) {
      if (window.lines.empty() ? !WaitForRow() : !source_.Ready(0)) break;
      fault_ = ReadAhead();
    }
    if (!next_ || !Takes(window, bytes)) break;
    bytes += TextBytes(next_->input, next_->line);
    window.lines.push_back(std::move(next_->line));
    if (next_->input.error) {
      window.failed.push_back(std::move(next_->input));
    } else if (window.lines.back().text.empty()) {
      window.rows.push_back(std::move(next_->input));
    }
    next_.reset();
  }
  return window.lines.empty() ? fault_ : Status();
}

void WindowReader::Adapt(Clock::duration last_window) {
  if (last_window < std::chrono::seconds(1)) size_ = std::min(size_ * 2, kMaxRows);
  if (last_window > std::chrono::seconds(8)) size_ = std::max(size_ / 2, kMinRows);
}

// Whether next_ still goes into `window`. Rows that ask the last one's question do where others do
// not: answers to one question share most of the work.
bool WindowReader::Takes(const RowWindow& window, size_t bytes) const {
  if (window.lines.empty()) return true;
  if (window.lines.size() >= kMaxRows || bytes >= kMaxBytes) return false;
  if (!next_->line.text.empty() || window.rows.size() < size_) return true;
  return next_->input.question == window.rows.back().question;
}

bool WindowReader::WaitForRow() const {
  while (!stop_ && !source_.Ready(kWaitMs)) {
  }
  return !stop_;
}

// Puts the next row into next_; nothing at the end of the input.
Status WindowReader::ReadAhead() {
  RawRow raw;
  try {
    const Result<bool> more = NextMapped(raw, next_.emplace());
    ended_ = !more.ok() || !*more;
    if (ended_) next_.reset();
    return more.status();
  } catch (const std::bad_alloc&) {
    ended_ = true;
    next_.reset();
    const std::string which = raw.number > 0 ? "row " + std::to_string(raw.number) : "the next row";
    return OutOfMemory(which + ": out of memory while it was read; give the process more memory");
  }
}

Result<bool> WindowReader::NextMapped(RawRow& raw, NextRow& row) {
  if (earlier_) {
    GRAM_ASSIGN_OR_RETURN(const bool more, earlier_->file.Next(row.line.text));
    if (!more) return false;
    row.line.record = earlier_->reader.Read(row.line.text);
    row.line.text += '\n';
    if (row.line.record.kind != LineKind::kResult) row.line = {};
  }
  GRAM_ASSIGN_OR_RETURN(const bool more, NextOfShard(raw));
  if (!more && earlier_) {
    return InvalidArgument("the earlier output has more lines than the input has rows");
  }
  if (!more || !row.line.text.empty()) return more;
  row.input = job_.map(std::move(raw));
  if (job_.keep != nullptr) job_.keep->Keep(row.input);
  if (row.input.error) row.line = WriteError(row.input, *row.input.error);
  return true;
}

Result<bool> WindowReader::NextOfShard(RawRow& raw) {
  do {
    GRAM_ASSIGN_OR_RETURN(const bool more, source_.Next(raw));
    if (!more) return false;
  } while (!job_.identity.shard.Holds(raw.number));
  return true;
}

Result<bool> WindowReader::Skip(int64_t rows) {
  RawRow raw;
  for (int64_t i = 0; i < rows; ++i) {
    if (stop_) return false;
    if (job_.identity.shard.whole()) {
      GRAM_ASSIGN_OR_RETURN(const int64_t passed, source_.Pass(rows - i));
      i += passed;
      if (i == rows) break;
    }
    GRAM_ASSIGN_OR_RETURN(const bool more, NextOfShard(raw));
    if (more) continue;
    return InvalidArgument("the input has " + Counted(i, "row") +
                           ", fewer than the run has answered (" + std::to_string(rows) + ")");
  }
  return true;
}

void JobProgress::StartFrom(const Totals& totals) {
  earlier_ = totals;
  earlier_position_ = source_.bytes_read();
}

ProgressState JobProgress::State(const Totals& totals) const {
  ProgressState state;
  state.rows = totals.rows;
  state.failed = totals.failed_rows();
  state.flips = totals.orders_disagree;
  state.tokens = totals.tokens - earlier_.tokens;
  state.position = source_.bytes_read();
  state.size = source_.bytes_total().value_or(0);
  state.resumed_rows = earlier_.rows;
  state.resumed_position = earlier_position_;
  return state;
}

}  // namespace gram::jobs
