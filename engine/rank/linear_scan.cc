// The champion meets one challenger after the other.
#include "engine/rank/tournament.h"

namespace gram::rank {
namespace {

class LinearScan : public Tournament {
 public:
  explicit LinearScan(size_t entrants) : Tournament(entrants) {}

  // Who left did so against someone who left later or not at all: backwards, that one's place is
  // known.
  std::vector<size_t> Places() const override {
    std::vector<size_t> places(entrants());
    for (auto game = games().rbegin(); game != games().rend(); ++game) {
      const auto [champion, challenger] = game->match;
      const auto [kept, taken] = game->score;
      if (taken > kept) {
        places[champion] = places[challenger] + 1;
      } else {
        places[challenger] = places[champion] + (kept > taken ? 1 : 0);
      }
    }
    return places;
  }

 private:
  std::vector<Match> NextRound() override {
    const size_t challenger = games().size() + 1;
    if (challenger >= entrants()) return {};
    return {{champion_, challenger}};
  }

  void Settle(std::span<const Game> round) override {
    for (const Game& game : round) {
      if (game.score.second > game.score.first) champion_ = game.match.second;
    }
  }

  size_t champion_ = 0;
};

}  // namespace

std::unique_ptr<Tournament> MakeLinearScan(size_t entrants) {
  return std::make_unique<LinearScan>(entrants);
}

}  // namespace gram::rank
