// Rows in, JSONL out: rows are read, scored and written a window at a time, in order.
#ifndef GRAM_CLI_SCORE_STREAM_H_
#define GRAM_CLI_SCORE_STREAM_H_

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "cli/input/row_mapper.h"
#include "cli/input/row_source.h"
#include "cli/output/output_file.h"
#include "gram/judge.h"

namespace gram::cli {

/// Scores pairs[i] into result[i], as Judge::Score does.
using PairScorer = std::function<std::vector<Result<Verdict>>(std::span<const Pair>)>;

struct StreamCount {
  int64_t rows = 0;    ///< rows read and answered
  int64_t failed = 0;  ///< of these, with an error object
};

/// Answers every row of `source`, as `mapper` sees it, with one line in `output`, in order. Memory:
/// one window (at most 256 rows, fewer where scoring them takes many seconds and they do not ask
/// the same question, and at most 4 MB of text, except that one row is always taken). A window is
/// handed on early when the input has nothing more to offer for now, so a live pipe gets its
/// answers. `done` is told the number of rows answered after every window. Errors: kIo of either
/// side.
Result<StreamCount> ScoreStream(const PairScorer& score, RowSource& source, RowMapper& mapper,
                                OutputFile& output, const std::function<void(int64_t)>& done);

}  // namespace gram::cli

#endif  // GRAM_CLI_SCORE_STREAM_H_
