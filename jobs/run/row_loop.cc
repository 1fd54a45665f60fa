#include "jobs/run/row_loop.h"

#include <chrono>
#include <utility>

#include "engine/base/status.h"
#include "jobs/run/row_window.h"

namespace gram::jobs {
namespace {

using Clock = std::chrono::steady_clock;

// Answers the rows of `window` that have no line yet.
Status FillIn(const RowAnswer& answer, const std::atomic<bool>& stop, RowWindow& window) {
  GRAM_ASSIGN_OR_RETURN(std::vector<std::string> answers, answer(window.rows, stop));
  if (answers.size() != window.rows.size()) return Internal("rows and their answers differ");
  auto next = answers.begin();
  for (std::string& line : window.lines) {
    if (line.empty()) line = std::move(*next++);
  }
  return {};
}

}  // namespace

Result<bool> AnswerRows(JobRows& rows, const RowAnswer& answer, const LineWriter& write,
                        const std::atomic<bool>& stop) {
  WindowReader reader(rows, stop);
  RowWindow window;
  while (true) {
    GRAM_RETURN_IF_ERROR(reader.Read(window));
    if (stop) return false;
    if (window.lines.empty()) return true;
    const Clock::time_point start = Clock::now();
    if (!window.rows.empty()) {
      const Status answered = FillIn(answer, stop, window);
      if (!answered.ok() && stop) return false;
      GRAM_RETURN_IF_ERROR(answered);
    }
    GRAM_RETURN_IF_ERROR(write(window.lines));
    if (!window.rows.empty()) reader.Adapt(Clock::now() - start);
  }
}

}  // namespace gram::jobs
