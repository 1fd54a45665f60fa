// The champion meets one challenger after the other.
#include "engine/rank/elimination.h"
#include "engine/rank/tournament.h"

namespace gram::rank {
namespace {

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

std::unique_ptr<Tournament> MakeLinearScan(size_t entrants) {
  return std::make_unique<LinearScan>(entrants);
}

}  // namespace gram::rank
