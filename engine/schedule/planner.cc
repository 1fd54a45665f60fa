#include "engine/schedule/planner.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "engine/base/status.h"

namespace gram::schedule {
namespace {

size_t CommonLength(std::span<const TokenId> a, std::span<const TokenId> b) {
  const size_t limit = std::min(a.size(), b.size());
  return static_cast<size_t>(
      std::mismatch(a.begin(), a.begin() + static_cast<ptrdiff_t>(limit), b.begin()).first -
      a.begin());
}

}  // namespace

PrefixTree::PrefixTree(size_t share_limit, std::span<const TokenId> cached)
    : share_limit_(share_limit) {
  if (cached.empty() || cached.size() > share_limit) return;
  roots_.push_back(AddNode(cached, 0));
  nodes_.back().cached = true;
}

PrefixTree::Match PrefixTree::Find(std::span<const TokenId> prompt) const {
  Match match;
  if (!Shares(prompt)) return match;
  const std::vector<size_t>* level = &roots_;
  while (match.length < prompt.size()) {
    const auto next = std::find_if(level->begin(), level->end(), [&](size_t node) {
      return nodes_[node].tokens.front() == prompt[match.length];
    });
    if (next == level->end()) break;
    const Node& node = nodes_[*next];
    match.path.push_back(*next);
    match.in_last = CommonLength(node.tokens, prompt.subspan(match.length));
    match.length += match.in_last;
    if (match.in_last < node.tokens.size()) break;
    level = &node.children;
  }
  return match;
}

size_t PrefixTree::NewTokens(std::span<const TokenId> prompt) const {
  const Match match = Find(prompt);
  if (match.length < prompt.size() || match.path.empty()) return prompt.size() - match.length;
  // It ends on an edge that is there; a cached one has to be computed up to there, for the readout.
  const Node& last = nodes_[match.path.back()];
  const bool computed =
      !last.cached || (!last.prompts.empty() && match.in_last == last.tokens.size());
  return computed ? 0 : match.in_last;
}

size_t PrefixTree::AddNode(std::span<const TokenId> tokens, size_t start) {
  nodes_.push_back({{tokens.begin(), tokens.end()}, start, {}, {}, false});
  return nodes_.size() - 1;
}

/// Cuts `node` in two before its token `at`; the node keeps the front, a new child takes the rest.
void PrefixTree::Split(size_t node, size_t at) {
  const size_t rest =
      AddNode(std::span<const TokenId>(nodes_[node].tokens).subspan(at), nodes_[node].start + at);
  Node& front = nodes_[node];
  nodes_[rest].children = std::exchange(front.children, {rest});
  nodes_[rest].prompts = std::exchange(front.prompts, {});
  nodes_[rest].cached = front.cached;
  front.tokens.resize(at);
}

void PrefixTree::Insert(std::span<const TokenId> prompt, size_t id) {
  GRAM_DCHECK(!prompt.empty());
  const Match match = Find(prompt);
  if (!match.path.empty() && match.in_last < nodes_[match.path.back()].tokens.size()) {
    Split(match.path.back(), match.in_last);
  }
  size_t last = match.path.empty() ? 0 : match.path.back();
  if (match.length < prompt.size()) {
    const size_t leaf = AddNode(prompt.subspan(match.length), match.length);
    std::vector<size_t>& beginnings = Shares(prompt) ? roots_ : lone_;
    (match.path.empty() ? beginnings : nodes_[last].children).push_back(leaf);
    tokens_ += prompt.size() - match.length;
    last = leaf;
  }
  Node& end = nodes_[last];
  if (end.cached && end.prompts.empty())
    tokens_ += end.tokens.size();  // a readout needs its rows after all
  end.prompts.push_back(id);
}

bool PrefixTree::Used(const Node& node) const {
  return !node.cached || !node.prompts.empty() ||
         std::any_of(node.children.begin(), node.children.end(),
                     [&](size_t child) { return Used(nodes_[child]); });
}

Plan PrefixTree::ToPlan() const {
  Plan plan;
  plan.tokens.reserve(tokens_);
  std::vector<std::pair<size_t, int32_t>> open;  // (node, parent segment), the next one last
  for (auto root = lone_.rbegin(); root != lone_.rend(); ++root) open.emplace_back(*root, -1);
  for (auto root = roots_.rbegin(); root != roots_.rend(); ++root) open.emplace_back(*root, -1);
  while (!open.empty()) {
    const auto [index, parent] = open.back();
    open.pop_back();
    const Node& node = nodes_[index];
    if (!Used(node)) continue;
    const auto segment = static_cast<int32_t>(plan.segments.size());
    const bool cached = node.cached && node.prompts.empty();
    plan.segments.push_back(
        {parent, node.start, node.tokens.size(), cached ? 0 : plan.tokens.size(), cached});
    if (!cached) plan.tokens.insert(plan.tokens.end(), node.tokens.begin(), node.tokens.end());
    for (const size_t prompt : node.prompts) plan.readouts.push_back({prompt, segment});
    for (auto child = node.children.rbegin(); child != node.children.rend(); ++child) {
      open.emplace_back(*child, segment);
    }
  }
  return plan;
}

std::vector<Plan> MakePlans(std::span<const Prompt> prompts, const PlannerOptions& options) {
  std::vector<size_t> order(prompts.size());
  std::iota(order.begin(), order.end(), size_t{0});
  if (options.share_limit > 0) {
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return prompts[a] < prompts[b]; });
  }
  std::vector<Plan> plans;
  PrefixTree tree(options.share_limit, options.cached);
  for (const size_t index : order) {
    const Prompt& prompt = prompts[index];
    if (prompt.empty()) continue;
    if (tree.tokens() > 0 && tree.tokens() + tree.NewTokens(prompt) > options.batch_tokens) {
      plans.push_back(tree.ToPlan());
      tree = PrefixTree(options.share_limit, options.cached);
    }
    tree.Insert(prompt, index);
  }
  if (tree.tokens() > 0) plans.push_back(tree.ToPlan());
  return plans;
}

}  // namespace gram::schedule
