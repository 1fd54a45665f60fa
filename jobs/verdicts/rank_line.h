// The result line of a ranking, written and read back.
#ifndef GRAM_JOBS_VERDICTS_RANK_LINE_H_
#define GRAM_JOBS_VERDICTS_RANK_LINE_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gram/rank.h"
#include "jobs/formats/input_row.h"
#include "jobs/io/json_line.h"
#include "jobs/verdicts/totals.h"

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

/// The result line of `row` (docs/rank.md tells the fields), and its text alone.
ResultLine WriteRanking(const InputRow& row, const Ranking& ranking,
                        const RankLineOptions& options = {});
std::string RankLine(const InputRow& row, const Ranking& ranking,
                     const RankLineOptions& options = {});

/// Reads what WriteRanking wrote into `record`; `used` is the line's number of comparisons. See
/// ReadOwnLine for what is missing or wrong.
void ReadRanking(JsonLineParser& parser, const JsonLine& line, const JsonField& used,
                 LineRecord& record);

/// By how much the best answer's strength leads that of the next that is another text; 0 where two
/// are the best, infinite where there is no other. By a knockout's ranks the best may be the weaker
/// one: then the lead is below 0. `texts` are the answers; where they are not given, all differ.
double LeadOfBest(const LineRanking& ranking, std::span<const std::string> texts = {});

}  // namespace gram::jobs

#endif  // GRAM_JOBS_VERDICTS_RANK_LINE_H_
