#include "cli/score_stream.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "cli/input/input_row.h"
#include "cli/output/output_row.h"
#include "engine/base/status.h"

namespace gram::cli {
namespace {

constexpr size_t kFirstWindowRows = 2;
constexpr size_t kMinWindowRows = 4;
constexpr size_t kMaxWindowRows = 256;
constexpr size_t kWindowBytes = size_t{4} << 20;

// How many rows to take at a time: few where the model is slow, so that little is lost when a run
// is killed and the reader downstream need not wait for long.
class WindowSize {
 public:
  size_t rows() const { return rows_; }

  void Adapt(std::chrono::steady_clock::duration last_window) {
    if (last_window < std::chrono::seconds(1)) rows_ = std::min(rows_ * 2, kMaxWindowRows);
    if (last_window > std::chrono::seconds(8)) rows_ = std::max(rows_ / 2, kMinWindowRows);
  }

 private:
  size_t rows_ = kFirstWindowRows;
};

class WindowReader {
 public:
  WindowReader(RowSource& source, RowMapper& mapper) : source_(source), mapper_(mapper) {}

  // Fills `window` with `rows` rows, and more as long as they ask the last one's question: answers
  // to one question share most of the work. Leaves it empty at the end of the input.
  Status Read(size_t rows, std::vector<InputRow>& window) {
    window.clear();
    size_t bytes = 0;
    while (window.size() < kMaxWindowRows && bytes < kWindowBytes) {
      if (!next_) {
        if (!window.empty() && !source_.Ready()) break;
        GRAM_RETURN_IF_ERROR(ReadNext());
        if (!next_) break;
      }
      const bool full = window.size() >= rows;
      if (full && next_->question != window.back().question) break;
      bytes += TextBytes(*next_);
      window.push_back(*std::exchange(next_, std::nullopt));
    }
    return {};
  }

 private:
  // Puts the next row into next_; nothing at the end of the input.
  Status ReadNext() {
    RawRow raw;
    if (ended_) return {};
    GRAM_ASSIGN_OR_RETURN(const bool more, source_.Next(raw));
    ended_ = !more;
    if (!ended_) next_ = mapper_.Map(std::move(raw));
    return {};
  }

  static size_t TextBytes(const InputRow& row) {
    size_t bytes = row.question.size();
    for (const std::string& response : row.responses) bytes += response.size();
    return bytes;
  }

  RowSource& source_;
  RowMapper& mapper_;
  bool ended_ = false;
  std::optional<InputRow> next_;  // read, but not yet in a window
};

// The answers to `window`, a line each; adds the rows that failed to `failed`.
std::string Answer(const PairScorer& score, std::vector<InputRow>& window, int64_t& failed) {
  std::vector<Pair> pairs;
  for (InputRow& row : window) {
    if (!row.error) pairs.push_back(row.PairOf(row.comparisons.front()));
  }
  const std::vector<Result<Verdict>> verdicts =
      pairs.empty() ? std::vector<Result<Verdict>>() : score(pairs);
  std::string text;
  size_t next = 0;
  for (InputRow& row : window) {
    if (!row.error) {
      const Result<Verdict>& verdict = verdicts[next++];
      if (verdict.ok()) {
        text += VerdictLine(row, *verdict);
        continue;
      }
      row.error = RowError{std::string(StatusCodeName(verdict.status().code())),
                           verdict.status().message()};
    }
    text += ErrorLine(row, *row.error);
    ++failed;
  }
  return text;
}

}  // namespace

Result<StreamCount> ScoreStream(const PairScorer& score, RowSource& source, RowMapper& mapper,
                                OutputFile& output, const std::function<void(int64_t)>& done) {
  WindowReader reader(source, mapper);
  std::vector<InputRow> window;
  WindowSize size;
  StreamCount count;
  while (true) {
    GRAM_RETURN_IF_ERROR(reader.Read(size.rows(), window));
    if (window.empty()) return count;
    const auto start = std::chrono::steady_clock::now();
    GRAM_RETURN_IF_ERROR(output.Write(Answer(score, window, count.failed)));
    count.rows += static_cast<int64_t>(window.size());
    done(count.rows);
    size.Adapt(std::chrono::steady_clock::now() - start);
  }
}

}  // namespace gram::cli
