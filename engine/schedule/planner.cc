#include "engine/schedule/planner.h"

#include <algorithm>
#include <numeric>

#include "engine/schedule/prefix_tree.h"

namespace gram::schedule {

std::vector<Plan> MakePlans(std::span<const Prompt> prompts, const PlannerOptions& options) {
  std::vector<size_t> order(prompts.size());
  std::iota(order.begin(), order.end(), size_t{0});
  if (options.share_prefixes) {
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return prompts[a] < prompts[b]; });
  }
  std::vector<Plan> plans;
  PrefixTree tree(options.share_prefixes, options.kept);
  for (const size_t index : order) {
    const Prompt& prompt = prompts[index];
    if (prompt.empty()) continue;
    if (tree.tokens() > 0 && tree.tokens() + tree.NewTokens(prompt) > options.batch_tokens) {
      plans.push_back(tree.ToPlan());
      tree = PrefixTree(options.share_prefixes, options.kept);
    }
    tree.Insert(prompt, index);
  }
  if (tree.tokens() > 0) plans.push_back(tree.ToPlan());
  return plans;
}

}  // namespace gram::schedule
