// Pairs to train on, made of a ranking: a better and a worse answer to one question.
#ifndef GRAM_JOBS_VERDICTS_RANK_PAIRS_H_
#define GRAM_JOBS_VERDICTS_RANK_PAIRS_H_

#include <string>
#include <string_view>
#include <vector>

#include "gram/status.h"
#include "jobs/io/json_line.h"

namespace gram::jobs {

/// Which answers make a pair with the best one.
enum class PairChoice {
  kBestWorst,  ///< the worst: one pair a row at most
  kBestEach    ///< every other
};

/// Reads lines of `rank --attach` and makes lines of pairs of them, as TRL reads them:
/// {"prompt","chosen","rejected","id","score_chosen","score_rejected","margin"}. Scores are win
/// rates, the margin is the difference of strengths. Of answers that share the first or the last
/// rank the earliest is taken. Answers of the same rank make no pair, nor do those that beat each
/// other in a circle, nor a text with its copy. Not thread-safe.
class PairMaker {
 public:
  explicit PairMaker(PairChoice choice) : choice_(choice) {}

  /// The pairs of one line, each with its line feed; none of an error line. kInvalidArgument: the
  /// line holds no texts, kCorrupt: it is none that `rank` wrote.
  Result<std::vector<std::string>> Make(std::string_view line);

 private:
  PairChoice choice_;
  JsonLineParser parser_;
  std::string line_;
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_VERDICTS_RANK_PAIRS_H_
