// Single elimination.
#include <optional>

#include "engine/rank/elimination.h"
#include "engine/rank/tournament.h"

namespace gram::rank {
namespace {

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

}  // namespace

std::unique_ptr<Tournament> MakeKnockout(size_t entrants) {
  return std::make_unique<Knockout>(entrants);
}

}  // namespace gram::rank
