// A tournament says which comparisons it wants next and takes their scores; where those come from
// is none of its business.
#ifndef GRAM_ENGINE_RANK_TOURNAMENT_H_
#define GRAM_ENGINE_RANK_TOURNAMENT_H_

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "engine/base/status.h"

namespace gram::rank {

/// Two entrants to compare, as indices. Never the same one twice.
struct Match {
  size_t first = 0;
  size_t second = 0;
};

/// The outcome of a match: what each side got, in [0, 1], together 1. The greater wins; equal
/// scores are a draw.
struct Score {
  double first = 0;
  double second = 0;
};

struct Game {
  Match match;
  Score score;
};

/// What an entrant's games add up to.
struct Standing {
  double win_rate = 0.5;  ///< mean of its scores; 0.5 without games
  int wins = 0;
  int losses = 0;
  int draws = 0;
};

/// result[i] belongs to entrant i. Win rates do not depend on the order of the games, not even in
/// their last bit: entrants with the same scores have the same rate.
std::vector<Standing> Standings(size_t entrants, std::span<const Game> games);

/// Asks round by round, so that many tournaments advance in lock step and a round is one batch:
///
///   for (auto round = t.Next(); !round.empty(); round = t.Next()) t.Take(ScoresOf(round));
///
/// Deterministic: the same scores give the same rounds. No two entrants meet twice.
class Tournament {
 public:
  virtual ~Tournament() = default;
  Tournament(const Tournament&) = delete;
  Tournament& operator=(const Tournament&) = delete;

  /// The next round: matches that do not depend on each other. Empty: the places are decided.
  const std::vector<Match>& Next();

  /// scores[i] is the outcome of the i-th match of the last round. Errors, which leave the round
  /// open: kInvalidArgument (another number of scores; a score that is NaN or outside [0, 1]; two
  /// that do not make 1).
  Status Take(std::span<const Score> scores);

  size_t entrants() const { return entrants_; }
  const std::vector<Game>& games() const { return games_; }

  /// Where each entrant stands after the last round: 0 is best, equal numbers are tied, numbers
  /// without an owner may occur.
  virtual std::vector<size_t> Places() const = 0;

 protected:
  explicit Tournament(size_t entrants) : entrants_(entrants) {}

 private:
  virtual std::vector<Match> NextRound() = 0;
  virtual void Settle(std::span<const Game> round) = 0;

  size_t entrants_;
  std::vector<Match> round_;
  std::vector<Game> games_;
};

/// Everyone meets everyone, in one round: n (n - 1) / 2 matches. Places by win rate, which is the
/// order of the Bradley-Terry strengths, too.
std::unique_ptr<Tournament> MakeRoundRobin(size_t entrants);

// In the next two one loss is the end. Places are by the number of entrants that one is shown to be
// better than: those it beat, and those that they are shown to be better than in turn. Who left by
// a draw is level with the one who went on.

/// Single elimination: n - 1 matches in ceil(log2 n) rounds. Entrants are seeded in their order, as
/// in sports: the first meets the second in the final at the earliest, and the first ones have a
/// bye in round one where n is no power of two. A draw lets the earlier entrant go on.
std::unique_ptr<Tournament> MakeKnockout(size_t entrants);

/// The champion meets one challenger after the other: n - 1 rounds of one match. A draw keeps the
/// champion.
std::unique_ptr<Tournament> MakeLinearScan(size_t entrants);

}  // namespace gram::rank

#endif  // GRAM_ENGINE_RANK_TOURNAMENT_H_
