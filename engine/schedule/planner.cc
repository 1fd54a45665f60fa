#include "engine/schedule/planner.h"

#include <algorithm>
#include <utility>

#include "engine/schedule/prefix_tree.h"

namespace gram::schedule {

std::vector<Plan> MakePlans(std::span<const Prompt> prompts, size_t group_size,
                            const PlannerOptions& options) {
  std::vector<Plan> plans;
  PrefixTree tree(options.share_prefixes);
  for (size_t first = 0; first < prompts.size(); first += group_size) {
    const auto group = prompts.subspan(first, std::min(group_size, prompts.size() - first));
    // What the group's own prompts share is counted once for each of them: the budget is kept, if
    // not filled.
    size_t added = 0;
    for (const Prompt& prompt : group) added += tree.NewTokens(prompt);
    if (!tree.empty() && tree.tokens() + added > options.batch_tokens) {
      plans.push_back(tree.ToPlan());
      tree = PrefixTree(options.share_prefixes);
    }
    for (size_t i = 0; i < group.size(); ++i) {
      if (!group[i].empty()) tree.Insert(group[i], first + i);
    }
  }
  if (!tree.empty()) plans.push_back(tree.ToPlan());
  return plans;
}

}  // namespace gram::schedule
