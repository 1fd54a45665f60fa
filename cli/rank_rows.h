// Rows of input become lines of ranks.
#ifndef GRAM_CLI_RANK_ROWS_H_
#define GRAM_CLI_RANK_ROWS_H_

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "cli/input/input_row.h"
#include "gram/rank.h"

namespace gram::cli {

/// Ranks tasks[i] into result[i], as RankAll does.
using Ranker = std::function<std::vector<Result<Ranking>>(std::span<const RankTask>)>;

/// One line for each of `rows`, which have no error, in their order: its ranking, or why there is
/// none. All rows go to `rank` together. With `matches`, lines list every comparison.
std::vector<std::string> RankRows(const Ranker& rank, std::span<const InputRow> rows, bool matches);

}  // namespace gram::cli

#endif  // GRAM_CLI_RANK_ROWS_H_
