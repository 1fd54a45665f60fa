// The file of pairs that `rank --pairs` makes of its rankings.
#ifndef GRAM_CLI_RANK_PAIRS_FILE_H_
#define GRAM_CLI_RANK_PAIRS_FILE_H_

#include <cstdint>
#include <string>

#include "cli/rank_options.h"
#include "gram/status.h"

namespace gram::cli {

struct PairCount {
  int64_t pairs = 0;
  int64_t rows = 0;     ///< of the rankings
  int64_t without = 0;  ///< of these, rows that make no pair
};

/// Whether the file can be made: kInvalidArgument where it holds something that is not to be
/// replaced. --force and the options that resume a run replace it.
Status CheckPairsFile(const RankCommandOptions& options);

/// Makes options.pairs of the rankings in options.job.output, which are complete. Errors: those of
/// reading, writing and PairMaker::Make.
Result<PairCount> WritePairs(const RankCommandOptions& options);

/// One line for people.
std::string PairsSummary(const PairCount& count);

}  // namespace gram::cli

#endif  // GRAM_CLI_RANK_PAIRS_FILE_H_
