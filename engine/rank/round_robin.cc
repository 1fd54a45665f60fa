// Everyone meets everyone.
#include <algorithm>
#include <functional>

#include "engine/rank/standing.h"
#include "engine/rank/tournament.h"

namespace gram::rank {
namespace {

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

}  // namespace

std::unique_ptr<Tournament> MakeRoundRobin(size_t entrants) {
  return std::make_unique<RoundRobin>(entrants);
}

}  // namespace gram::rank
