#include "jobs/run/rank_plan.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gram::jobs {
namespace {

// The first of each text: copies are compared as one.
std::vector<size_t> DifferentAnswers(const InputRow& row) {
  std::vector<size_t> different;
  std::set<std::string_view> seen;
  for (size_t i = 0; i < row.responses.size(); ++i) {
    if (seen.insert(row.responses[i]).second) different.push_back(i);
  }
  return different;
}

void AddComparisons(const RankOptions& options, InputRow& row) {
  const std::vector<size_t> answers = DifferentAnswers(row);
  const size_t n = answers.size();
  const bool every_pair = options.method == RankMethod::kRoundRobin ||
                          (options.method == RankMethod::kAuto && n <= kAutoRoundRobin);
  if (every_pair && n > options.round_robin_limit) {
    row.error = RowError{"invalid_argument", "a round robin of " + std::to_string(n) +
                                                 " different responses; the limit is " +
                                                 std::to_string(options.round_robin_limit)};
    return;
  }
  for (size_t i = 0; i < n; ++i) {
    const size_t end = every_pair ? n : std::min(i + 2, n);
    for (size_t j = i + 1; j < end; ++j) row.comparisons.push_back({answers[i], answers[j]});
  }
}

}  // namespace

RowMap WithRankComparisons(RowMap map, const RankOptions& options) {
  return [map = std::move(map), options](RawRow raw) {
    InputRow row = map(std::move(raw));
    row.comparisons.clear();
    if (!row.error) AddComparisons(options, row);
    return row;
  };
}

}  // namespace gram::jobs
