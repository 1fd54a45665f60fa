// Ranks any number of answers to one question by comparing them in pairs (docs/rank.md).
//
//   auto ranking = gram::Rank(*judge, "What is 2+2?", {"5", "4", "22"});
//   if (!ranking.ok()) return Fail(ranking.status().message());
//   ranking->responses[1].rank ...
#ifndef GRAM_RANK_H_
#define GRAM_RANK_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gram/export.h"
#include "gram/judge.h"
#include "gram/options.h"
#include "gram/status.h"

namespace gram {

/// Which pairs are compared, each in both orders. n counts different texts.
enum class RankMethod {
  kAuto,        ///< round robin up to kAutoRoundRobin texts, knock-out above
  kRoundRobin,  ///< every pair, in one batch: n (n - 1) / 2 comparisons
  kKnockout,    ///< single elimination: n - 1 comparisons in ceil(log2 n) batches
  kLinear,      ///< the best so far against the next: n - 1 comparisons, one after the other
  kReward,      ///< by the number that a reward model gives each text: n passes, no comparisons
};

/// The most texts for which kAuto compares every pair: 28 comparisons.
inline constexpr size_t kAutoRoundRobin = 8;

/// "auto", "round_robin", "knockout", "linear" or "reward".
GRAM_API std::string_view RankMethodName(RankMethod method);

struct RankOptions {
  /// With a reward model kAuto is kReward, and nothing else is possible.
  RankMethod method = RankMethod::kAuto;
  /// A round robin of more texts than this is an error: its cost grows with their square.
  size_t round_robin_limit = 64;
};

/// A question and the answers to rank, UTF-8. Any text may be empty.
struct RankTask {
  std::string question;
  std::vector<std::string> responses;
};

/// How one response came out. Identical responses share all of it: they are compared once, as one.
struct RankedResponse {
  int rank = 0;  ///< 1 plus the number of responses that came out better; equal: tied
  /// Mean score against the opponents that it met, 0.5 where it met none. With rewards, the mean
  /// over all others of the probability that the Bradley-Terry model gives.
  double win_rate = 0.5;
  int wins = 0;    ///< comparisons with the greater score
  int losses = 0;  ///< comparisons with the smaller one
  int ties = 0;    ///< comparisons that ended exactly even
  /// Bradley-Terry strength: differences are log-odds of winning. Their mean over the different
  /// responses is 0; always finite. With rewards, the reward less the mean.
  double strength = 0;
  double reward = 0;  ///< RankMethod::kReward alone
  int tokens = 0;     ///< of the prompt, RankMethod::kReward alone
};

/// One comparison that was made; responses as indices.
struct RankComparison {
  size_t first = 0;
  size_t second = 0;
  Verdict verdict;  ///< response1 is `first`: bit for bit what Judge::Score says of the pair
};

/// Responses are indices into the task's list; identical ones are named by the first of them.
struct Ranking {
  RankMethod method = RankMethod::kRoundRobin;  ///< the one that was used, never kAuto
  std::vector<RankedResponse> responses;        ///< in the task's order
  std::vector<RankComparison> comparisons;      ///< in the order in which they were made
  /// Contradictions, which only a round robin can show: triples in which a beats b, b beats c and
  /// c beats a; groups of responses that beat each other in circles (strongly connected components
  /// of "beats"); and the shortest circle through a response of rank 1, if there is one: each beats
  /// the next, the last beats the first.
  int64_t intransitive_triples = 0;
  std::vector<std::vector<size_t>> cyclic_groups;
  std::vector<size_t> top_cycle;
};

/// Whether a model can be asked to rank in this way; kInvalidArgument says why not.
GRAM_API Status CheckRankMethod(const EngineInfo& info, RankMethod method);

/// Ranks tasks[i] into result[i]. All tasks advance together: the comparisons that they want next
/// are one call of Judge::Score, so that small tasks fill batches. A ranking has the same bits
/// whatever else is in the call. A task that cannot be ranked gets its Status, the others are
/// ranked all the same: kInvalidArgument (no responses; a round robin over its limit; a method that
/// the model is not for), kOutOfMemory where memory does not suffice for the task even alone, and
/// what Judge::Score says of a comparison, with the numbers of the two responses, counted from 1.
GRAM_API std::vector<Result<Ranking>> RankAll(Judge& judge, std::span<const RankTask> tasks,
                                              const RankOptions& options = {},
                                              const ScoreOptions& score_options = {});

/// Ranks the responses to one question. Errors: as RankAll.
GRAM_API Result<Ranking> Rank(Judge& judge, const std::string& question,
                              const std::vector<std::string>& responses,
                              const RankOptions& options = {},
                              const ScoreOptions& score_options = {});

}  // namespace gram

#endif  // GRAM_RANK_H_
