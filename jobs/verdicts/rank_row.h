// A ranking as a JSON line.
#ifndef GRAM_JOBS_VERDICTS_RANK_ROW_H_
#define GRAM_JOBS_VERDICTS_RANK_ROW_H_

#include <cstddef>
#include <optional>
#include <string>

#include "gram/rank.h"
#include "jobs/formats/input_row.h"

namespace gram::jobs {

/// The numbers of the responses of rank 1, counted from 1.
std::vector<size_t> BestOf(const Ranking& ranking);

/// How many comparisons come out differently in their two orders.
size_t OrdersDisagree(const Ranking& ranking);

/// Whether all responses of rank 1 have the highest quality of the row. Nothing where the row does
/// not tell, or where all have the same.
std::optional<bool> TopIsCorrect(const InputRow& row, const Ranking& ranking);

/// What a line holds beside the ranking itself, at its end.
struct RankLineOptions {
  bool matches = false;  ///< every comparison
  bool attach = false;   ///< the question and the answers: of `top` where that is set, else all
  size_t top = 0;        ///< so many of the best, each text once; 0: no such list
};

/// The result line of `row`, line feed included (docs/rank.md tells the fields).
std::string RankLine(const InputRow& row, const Ranking& ranking,
                     const RankLineOptions& options = {});

}  // namespace gram::jobs

#endif  // GRAM_JOBS_VERDICTS_RANK_ROW_H_
