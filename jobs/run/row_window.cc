#include "jobs/run/row_window.h"

#include <algorithm>
#include <utility>

#include "engine/base/status.h"

namespace gram::jobs {
namespace {

constexpr size_t kMinRows = 4;
constexpr size_t kMaxRows = 256;
constexpr size_t kMaxBytes = size_t{4} << 20;
constexpr int kWaitMs = 200;  // at most, until `stop` is noticed

size_t TextBytes(const JobRow& row) {
  size_t bytes = row.line.size() + row.input.raw.size() + row.input.question.size();
  for (const std::string& response : row.input.responses) bytes += response.size();
  return bytes;
}

}  // namespace

void WindowReader::Adapt(std::chrono::steady_clock::duration last_window) {
  if (last_window < std::chrono::seconds(1)) size_ = std::min(size_ * 2, kMaxRows);
  if (last_window > std::chrono::seconds(8)) size_ = std::max(size_ / 2, kMinRows);
}

// Whether next_ still goes into `window`. Rows that ask the last one's question do where others do
// not: answers to one question share most of the work.
bool WindowReader::Takes(const RowWindow& window, size_t bytes) const {
  if (window.lines.empty()) return true;
  if (window.lines.size() >= kMaxRows || bytes >= kMaxBytes) return false;
  if (!next_->line.empty() || window.rows.size() < size_) return true;
  return next_->input.question == window.rows.back().question;
}

bool WindowReader::WaitForRow() const {
  while (!stop_ && !rows_.Ready(kWaitMs)) {
  }
  return !stop_;
}

// Puts the next row into next_; nothing at the end of the input.
Status WindowReader::ReadNext() {
  if (ended_) return {};
  next_.emplace();
  Result<bool> more = rows_.Next(*next_);
  ended_ = !more.ok() || !*more;
  if (ended_) next_.reset();
  return more.status();
}

Status WindowReader::Read(RowWindow& window) {
  window.lines.clear();
  window.rows.clear();
  size_t bytes = 0;
  while (true) {
    if (!next_ && !ended_) {
      if (window.lines.empty() ? !WaitForRow() : !rows_.Ready(0)) break;
      fault_ = ReadNext();
    }
    if (!next_ || !Takes(window, bytes)) break;
    bytes += TextBytes(*next_);
    window.lines.push_back(std::move(next_->line));
    if (window.lines.back().empty()) window.rows.push_back(std::move(next_->input));
    next_.reset();
  }
  return window.lines.empty() ? fault_ : Status();
}

}  // namespace gram::jobs
