// Rows in, ranks out: a window of rows at a time, in order.
#ifndef GRAM_CLI_RANK_STREAM_H_
#define GRAM_CLI_RANK_STREAM_H_

#include <cstdint>
#include <functional>

#include "cli/input/row_mapper.h"
#include "cli/input/row_source.h"
#include "cli/output/output_file.h"
#include "cli/rank_rows.h"

namespace gram::cli {

struct RankCount {
  int64_t rows = 0;    ///< rows read and answered
  int64_t failed = 0;  ///< of these, with an error object
};

/// Answers every row of `source`, as `mapper` sees it, with one line in `output`, in order. Memory:
/// one window, at most 16 rows and 4 MB of text, except that one row is always taken; it is handed
/// on early when the input has nothing more to offer for now. `done` is told the number of rows
/// answered after every window. Errors: kIo of either side.
Result<RankCount> RankStream(const Ranker& rank, bool matches, RowSource& source, RowMapper& mapper,
                             OutputFile& output, const std::function<void(int64_t)>& done);

}  // namespace gram::cli

#endif  // GRAM_CLI_RANK_STREAM_H_
