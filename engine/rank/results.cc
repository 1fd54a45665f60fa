#include "engine/rank/results.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>
#include <string_view>
#include <unordered_map>

namespace gram::rank {
namespace {

using Vector = std::vector<double>;  // one number for each entrant

constexpr double kTolerance = 1e-9;  // of a strength
constexpr int kMaxNewtonSteps = 200;
constexpr double kSolverTolerance = 1e-12;  // of the residual, relative

double Sigmoid(double x) {
  const double e = std::exp(-std::fabs(x));
  return (x >= 0 ? 1 : e) / (1 + e);
}

// Sigmoid's slope, accurate for large |x|.
double Slope(double x) {
  const double e = std::exp(-std::fabs(x));
  return e / ((1 + e) * (1 + e));
}

double Dot(const Vector& a, const Vector& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// The logarithm of the likelihood near one choice of strengths.
class Likelihood {
 public:
  Likelihood(std::span<const Game> games, double prior_games, const Vector& strengths)
      : games_(games), gradient_(strengths.size()), diagonal_(strengths.size()) {
    for (size_t i = 0; i < strengths.size(); ++i) {
      gradient_[i] = prior_games * (0.5 - Sigmoid(strengths[i]));
      diagonal_[i] = prior_games * Slope(strengths[i]);
    }
    prior_ = diagonal_;
    for (const Game& game : games) {
      const auto [first, second] = game.match;
      const double lead = strengths[first] - strengths[second];
      const double pull = game.score.first * Sigmoid(-lead) - game.score.second * Sigmoid(lead);
      gradient_[first] += pull;
      gradient_[second] -= pull;
      slopes_.push_back(Slope(lead));
      diagonal_[first] += slopes_.back();
      diagonal_[second] += slopes_.back();
    }
  }

  const Vector& gradient() const { return gradient_; }
  /// Of the negative Hessian, which is positive definite.
  const Vector& diagonal() const { return diagonal_; }
  Vector TimesHessian(const Vector& x) const {
    Vector y(x.size());
    for (size_t i = 0; i < x.size(); ++i) y[i] = prior_[i] * x[i];
    for (size_t g = 0; g < games_.size(); ++g) {
      const auto [first, second] = games_[g].match;
      const double flow = slopes_[g] * (x[first] - x[second]);
      y[first] += flow;
      y[second] -= flow;
    }
    return y;
  }

 private:
  std::span<const Game> games_;
  Vector gradient_;
  Vector diagonal_;
  Vector prior_;   // the prior's part of the diagonal
  Vector slopes_;  // one for each game
};

// Solves Hessian * step = gradient by conjugate gradients, preconditioned with the diagonal.
Vector NewtonStep(const Likelihood& likelihood) {
  const Vector& diagonal = likelihood.diagonal();
  const size_t n = diagonal.size();
  Vector step(n);
  Vector residual = likelihood.gradient();
  Vector scaled(n);
  const auto precondition = [&] {
    for (size_t i = 0; i < n; ++i) scaled[i] = residual[i] / diagonal[i];
    return Dot(residual, scaled);
  };
  double error = precondition();
  const double goal = error * kSolverTolerance * kSolverTolerance;
  Vector direction = scaled;
  for (size_t i = 0; i < 2 * n + 100 && error > goal; ++i) {
    const Vector image = likelihood.TimesHessian(direction);
    const double length = error / Dot(direction, image);
    for (size_t k = 0; k < n; ++k) {
      step[k] += length * direction[k];
      residual[k] -= length * image[k];
    }
    const double last = error;
    error = precondition();
    for (size_t k = 0; k < n; ++k) direction[k] = scaled[k] + error / last * direction[k];
  }
  return step;
}

constexpr size_t kUnseen = static_cast<size_t>(-1);

}  // namespace

std::vector<double> BradleyTerry(size_t entrants, std::span<const Game> games, double prior_games) {
  Vector strengths(entrants);
  for (int i = 0; i < kMaxNewtonSteps; ++i) {
    const Vector step = NewtonStep(Likelihood(games, prior_games, strengths));
    double largest = 0;
    for (const double value : step) largest = std::max(largest, std::fabs(value));
    // Moving a difference of strengths by h changes a slope by a factor of exp(|h|) at most. With
    // that bound, the length log(1 + reach) / reach is the one that gains most for certain, so the
    // likelihood rises with every step; near the solution it is Newton's own length, 1.
    const double reach = 2 * largest;
    const double length = reach > 0 ? std::log1p(reach) / reach : 1;
    for (size_t k = 0; k < entrants; ++k) strengths[k] += length * step[k];
    if (largest <= kTolerance) break;
  }
  const double mean = std::accumulate(strengths.begin(), strengths.end(), 0.0) /
                      static_cast<double>(std::max<size_t>(entrants, 1));
  for (double& strength : strengths) strength -= mean;
  return strengths;
}

BeatsGraph::BeatsGraph(size_t entrants, std::span<const Game> games)
    : beats_(entrants, std::vector<bool>(entrants)) {
  for (const Game& game : games) {
    const auto [first, second] = game.match;
    if (game.score.first > game.score.second) beats_[first][second] = true;
    if (game.score.first < game.score.second) beats_[second][first] = true;
  }
}

int64_t BeatsGraph::IntransitiveTriples() const {
  int64_t triples = 0;
  for (size_t a = 0; a < size(); ++a) {
    // Each triple is met once: a is its smallest member.
    for (size_t b = a + 1; b < size(); ++b) {
      if (!beats_[a][b]) continue;
      for (size_t c = a + 1; c < size(); ++c) triples += beats_[b][c] && beats_[c][a] ? 1 : 0;
    }
  }
  return triples;
}

// Breadth first along wins: result[i] is the one over whom i was first reached from `from`, kUnseen
// for those out of reach. `from` itself is reached only where a circle leads back to it.
std::vector<size_t> BeatsGraph::Search(size_t from) const {
  std::vector<size_t> reached_over(size(), kUnseen);
  std::deque<size_t> queue = {from};
  while (!queue.empty()) {
    const size_t at = queue.front();
    queue.pop_front();
    for (size_t next = 0; next < size(); ++next) {
      if (!beats_[at][next] || reached_over[next] != kUnseen) continue;
      reached_over[next] = at;
      if (next != from) queue.push_back(next);
    }
  }
  return reached_over;
}

std::vector<std::vector<size_t>> BeatsGraph::Groups() const {
  std::vector<std::vector<size_t>> reached_over;
  for (size_t i = 0; i < size(); ++i) reached_over.push_back(Search(i));
  std::vector<std::vector<size_t>> groups;
  std::vector<bool> grouped(size());
  for (size_t i = 0; i < size(); ++i) {
    if (grouped[i] || reached_over[i][i] == kUnseen) continue;
    std::vector<size_t>& group = groups.emplace_back();
    for (size_t j = i; j < size(); ++j) {
      if (reached_over[i][j] == kUnseen || reached_over[j][i] == kUnseen) continue;
      group.push_back(j);
      grouped[j] = true;
    }
  }
  return groups;
}

std::vector<size_t> BeatsGraph::CycleThrough(size_t entrant) const {
  const std::vector<size_t> reached_over = Search(entrant);
  std::vector<size_t> cycle;
  if (reached_over[entrant] == kUnseen) return cycle;
  for (size_t at = reached_over[entrant]; at != entrant; at = reached_over[at]) cycle.push_back(at);
  cycle.push_back(entrant);
  std::reverse(cycle.begin(), cycle.end());
  return cycle;
}

Distinct FindDistinct(std::span<const std::string> texts) {
  Distinct distinct;
  std::unordered_map<std::string_view, size_t> seen;
  for (size_t i = 0; i < texts.size(); ++i) {
    const auto [entry, is_new] = seen.try_emplace(texts[i], seen.size());
    if (is_new) distinct.text_of.push_back(i);
    distinct.entrant_of.push_back(entry->second);
  }
  return distinct;
}

std::vector<int> CompetitionRanks(const Distinct& distinct, std::span<const size_t> places) {
  std::vector<size_t> sorted;
  for (const size_t entrant : distinct.entrant_of) sorted.push_back(places[entrant]);
  std::sort(sorted.begin(), sorted.end());
  std::vector<int> ranks;
  for (const size_t entrant : distinct.entrant_of) {
    const auto at = std::lower_bound(sorted.begin(), sorted.end(), places[entrant]);
    ranks.push_back(static_cast<int>(at - sorted.begin()) + 1);
  }
  return ranks;
}

}  // namespace gram::rank
