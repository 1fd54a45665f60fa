#include "jobs/eval/stats/isotonic.h"

#include <algorithm>
#include <cmath>

namespace gram::jobs {
namespace {

// Neighbouring points that share one value, their mean.
struct Block {
  double first_x = 0;
  double last_x = 0;
  double weight = 0;
  double sum = 0;

  double mean() const { return sum / weight; }

  void Take(const Block& next) {
    last_x = next.last_x;
    weight += next.weight;
    sum += next.sum;
  }
};

// One block for each x.
std::vector<Block> Distinct(std::vector<WeightedPoint> points) {
  std::sort(points.begin(), points.end(),
            [](const WeightedPoint& a, const WeightedPoint& b) { return a.x < b.x; });
  std::vector<Block> blocks;
  for (const WeightedPoint& point : points) {
    const Block own{point.x, point.x, point.weight, point.weight * point.y};
    if (!blocks.empty() && blocks.back().last_x == point.x) {
      blocks.back().Take(own);
    } else {
      blocks.push_back(own);
    }
  }
  return blocks;
}

}  // namespace

double RisingFunction::At(double at) const {
  if (x.empty()) return 0;
  if (!(at > x.front())) return y.front();
  if (at >= x.back()) return y.back();
  const auto above = static_cast<size_t>(std::upper_bound(x.begin(), x.end(), at) - x.begin());
  const size_t below = above - 1;
  return std::lerp(y[below], y[above], (at - x[below]) / (x[above] - x[below]));
}

RisingFunction FitIsotonic(std::vector<WeightedPoint> points) {
  std::vector<Block> pooled;
  for (const Block& block : Distinct(std::move(points))) {
    pooled.push_back(block);
    while (pooled.size() > 1 && pooled[pooled.size() - 2].mean() >= pooled.back().mean()) {
      const Block last = pooled.back();
      pooled.pop_back();
      pooled.back().Take(last);
    }
  }
  RisingFunction function;
  for (const Block& block : pooled) {
    function.x.push_back(block.first_x);
    function.y.push_back(block.mean());
    if (block.last_x == block.first_x) continue;
    function.x.push_back(block.last_x);
    function.y.push_back(block.mean());
  }
  return function;
}

}  // namespace gram::jobs
