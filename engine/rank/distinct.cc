#include "engine/rank/distinct.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace gram::rank {

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
