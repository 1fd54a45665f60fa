#include "jobs/run/row_loop.h"

#include <chrono>
#include <utility>

#include "engine/base/status.h"
#include "jobs/run/row_window.h"

namespace gram::jobs {
namespace {

using Clock = std::chrono::steady_clock;

// Answers the rows of `window` that have no line yet. On an error, the lines before the first row
// without an answer are left.
Status FillIn(const RowAnswer& answer, const std::atomic<bool>& stop, RowWindow& window) {
  RowAnswers answers = answer(window.rows, stop);
  const bool all = answers.lines.size() == window.rows.size();
  if (all != answers.stopped.ok()) return Internal("rows and their answers differ");
  auto next = answers.lines.begin();
  for (auto line = window.lines.begin(); line != window.lines.end(); ++line) {
    if (!line->empty()) continue;
    if (next == answers.lines.end()) {
      window.lines.erase(line, window.lines.end());
      return answers.stopped;
    }
    *line = std::move(*next++);
  }
  return {};
}

}  // namespace

bool StopsTheRun(StatusCode code) {
  return code == StatusCode::kOutOfMemory || code == StatusCode::kCorrupt ||
         code == StatusCode::kIo || code == StatusCode::kNotFound ||
         code == StatusCode::kUnsupported || code == StatusCode::kCancelled;
}

Status StopAt(const InputRow& row, const Status& why) {
  if (why.code() != StatusCode::kOutOfMemory) return why;
  return OutOfMemory("row " + std::to_string(row.number) +
                     ": out of memory, even for this row alone; give the process more, or try "
                     "smaller batches (--batch-tokens 1024)");
}

Result<bool> AnswerRows(JobRows& rows, const RowAnswer& answer, const LineWriter& write,
                        const std::atomic<bool>& stop) {
  WindowReader reader(rows, stop);
  RowWindow window;
  while (true) {
    GRAM_RETURN_IF_ERROR(reader.Read(window));
    if (stop) return false;
    if (window.lines.empty()) return true;
    const Clock::time_point start = Clock::now();
    const Status answered = window.rows.empty() ? Status() : FillIn(answer, stop, window);
    if (!answered.ok() && stop) return false;
    if (!window.lines.empty()) GRAM_RETURN_IF_ERROR(write(window.lines));
    GRAM_RETURN_IF_ERROR(answered);
    if (!window.rows.empty()) reader.Adapt(Clock::now() - start);
  }
}

}  // namespace gram::jobs
