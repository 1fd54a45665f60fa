// The tournament that all methods share, and the three methods.
#include "engine/rank/tournament.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <optional>
#include <string>

namespace gram::rank {
namespace {

constexpr double kRounding = 1e-9;

// Written so that NaN is refused.
bool IsOutcome(const Score& score) {
  return score.first >= 0 && score.second >= 0 &&
         std::fabs(score.first + score.second - 1) <= kRounding;
}

void Count(double own, double other, Standing& standing) {
  if (own > other) {
    ++standing.wins;
  } else if (own < other) {
    ++standing.losses;
  } else {
    ++standing.draws;
  }
}

// Everyone meets everyone.
class RoundRobin : public Tournament {
 public:
  explicit RoundRobin(size_t entrants) : Tournament(entrants) {}

  std::vector<size_t> Places() const override {
    const std::vector<Standing> standings = Standings(entrants(), games());
    std::vector<double> rates;
    for (const Standing& standing : standings) rates.push_back(standing.win_rate);
    std::sort(rates.rbegin(), rates.rend());
    std::vector<size_t> places;
    for (const Standing& standing : standings) {
      const auto at =
          std::lower_bound(rates.begin(), rates.end(), standing.win_rate, std::greater<>());
      places.push_back(static_cast<size_t>(at - rates.begin()));
    }
    return places;
  }

 private:
  std::vector<Match> NextRound() override {
    std::vector<Match> round;
    if (!games().empty()) return round;
    for (size_t i = 0; i < entrants(); ++i) {
      for (size_t j = i + 1; j < entrants(); ++j) round.push_back({i, j});
    }
    return round;
  }

  void Settle(std::span<const Game> /*round*/) override {}
};

bool IsDraw(const Game& game) { return game.score.first == game.score.second; }

// Who plays on after `game`: the winner, or of a draw the earlier entrant.
size_t GoesOn(const Game& game) {
  const auto [first, second] = game.match;
  if (IsDraw(game)) return std::min(first, second);
  return game.score.first > game.score.second ? first : second;
}

size_t Leaves(const Game& game) {
  const auto [first, second] = game.match;
  return GoesOn(game) == first ? second : first;
}

// `games` are all games in their order; everyone but the winner left in one of them.
std::vector<size_t> EliminationPlaces(size_t entrants, std::span<const Game> games) {
  std::vector<size_t> worse(entrants, 0);       // shown to be worse than this one
  std::vector<size_t> not_better(entrants, 1);  // these, this one, and those level with it
  for (const Game& game : games) {
    const size_t winner = GoesOn(game);
    const size_t loser = Leaves(game);
    worse[winner] += IsDraw(game) ? worse[loser] : not_better[loser];
    not_better[winner] += not_better[loser];
  }
  // Backwards: the one who went on has its final number.
  for (auto game = games.rbegin(); game != games.rend(); ++game) {
    if (IsDraw(*game)) worse[Leaves(*game)] = worse[GoesOn(*game)];
  }
  const size_t most = entrants == 0 ? 0 : *std::max_element(worse.begin(), worse.end());
  for (size_t& count : worse) count = most - count;
  return worse;
}

using Slot = std::optional<size_t>;  // an entrant, or the other's bye

// Who stands where in the bracket: neighbours meet. Doubling a bracket gives each seed the weakest
// newcomer as its neighbour, so that any two of the first 2^k seeds meet in the last k rounds only.
// There are less than twice as many slots as entrants: no two byes meet.
std::vector<Slot> Bracket(size_t entrants) {
  std::vector<size_t> seeds = {0};
  while (seeds.size() < entrants) {
    std::vector<size_t> doubled;
    for (const size_t seed : seeds) {
      doubled.push_back(seed);
      doubled.push_back(2 * seeds.size() - 1 - seed);
    }
    seeds = std::move(doubled);
  }
  std::vector<Slot> bracket;
  for (const size_t seed : seeds) bracket.push_back(seed < entrants ? Slot(seed) : std::nullopt);
  return bracket;
}

// Single elimination.
class Knockout : public Tournament {
 public:
  explicit Knockout(size_t entrants) : Tournament(entrants), bracket_(Bracket(entrants)) {}

  std::vector<size_t> Places() const override { return EliminationPlaces(entrants(), games()); }

 private:
  std::vector<Match> NextRound() override {
    std::vector<Match> round;
    for (size_t i = 0; i + 1 < bracket_.size(); i += 2) {
      if (bracket_[i] && bracket_[i + 1]) round.push_back({*bracket_[i], *bracket_[i + 1]});
    }
    return round;
  }

  void Settle(std::span<const Game> round) override {
    std::vector<Slot> next;
    size_t played = 0;
    for (size_t i = 0; i < bracket_.size(); i += 2) {
      const bool bye = !bracket_[i] || !bracket_[i + 1];
      next.push_back(bye ? (bracket_[i] ? bracket_[i] : bracket_[i + 1])
                         : Slot(GoesOn(round[played++])));
    }
    bracket_ = std::move(next);
  }

  std::vector<Slot> bracket_;  // of the next round; a single slot when all is decided
};

// The champion meets one challenger after the other.
class LinearScan : public Tournament {
 public:
  explicit LinearScan(size_t entrants) : Tournament(entrants) {}

  std::vector<size_t> Places() const override { return EliminationPlaces(entrants(), games()); }

 private:
  std::vector<Match> NextRound() override {
    const size_t challenger = games().size() + 1;
    if (challenger >= entrants()) return {};
    return {{champion_, challenger}};
  }

  void Settle(std::span<const Game> round) override { champion_ = GoesOn(round.front()); }

  size_t champion_ = 0;
};

}  // namespace

std::vector<Standing> Standings(size_t entrants, std::span<const Game> games) {
  std::vector<Standing> standings(entrants);
  std::vector<std::vector<double>> scores(entrants);
  for (const Game& game : games) {
    const auto [first, second] = game.match;
    Count(game.score.first, game.score.second, standings[first]);
    Count(game.score.second, game.score.first, standings[second]);
    scores[first].push_back(game.score.first);
    scores[second].push_back(game.score.second);
  }
  for (size_t i = 0; i < entrants; ++i) {
    if (scores[i].empty()) continue;
    // A sum depends on the order of its terms; this order depends on the terms alone.
    std::sort(scores[i].begin(), scores[i].end());
    const double sum = std::accumulate(scores[i].begin(), scores[i].end(), 0.0);
    standings[i].win_rate = sum / static_cast<double>(scores[i].size());
  }
  return standings;
}

const std::vector<Match>& Tournament::Next() { return round_ = NextRound(); }

Status Tournament::Take(std::span<const Score> scores) {
  if (scores.size() != round_.size()) {
    return InvalidArgument("a round of " + std::to_string(round_.size()) + " matches got " +
                           std::to_string(scores.size()) + " scores");
  }
  for (size_t i = 0; i < scores.size(); ++i) {
    if (IsOutcome(scores[i])) continue;
    return InvalidArgument("the match of entrants " + std::to_string(round_[i].first) + " and " +
                           std::to_string(round_[i].second) + " has the scores " +
                           std::to_string(scores[i].first) + " and " +
                           std::to_string(scores[i].second) +
                           "; both must be between 0 and 1 and make 1 together");
  }
  if (round_.empty()) return {};
  const size_t before = games_.size();
  for (size_t i = 0; i < scores.size(); ++i) games_.push_back({round_[i], scores[i]});
  round_.clear();
  Settle(std::span(games_).subspan(before));
  return {};
}

std::unique_ptr<Tournament> MakeRoundRobin(size_t entrants) {
  return std::make_unique<RoundRobin>(entrants);
}

std::unique_ptr<Tournament> MakeKnockout(size_t entrants) {
  return std::make_unique<Knockout>(entrants);
}

std::unique_ptr<Tournament> MakeLinearScan(size_t entrants) {
  return std::make_unique<LinearScan>(entrants);
}

}  // namespace gram::rank
