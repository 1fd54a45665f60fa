// Finds what prompts have in common and cuts a list of them into batches that share prefixes and
// keep to a token budget.
#ifndef GRAM_ENGINE_SCHEDULE_PLANNER_H_
#define GRAM_ENGINE_SCHEDULE_PLANNER_H_

#include <cstddef>
#include <span>
#include <vector>

#include "engine/schedule/plan.h"

namespace gram::schedule {

/// A radix tree over token ids. Grows by whole prompts; every token that two prompts share from the
/// start on is in it once.
class PrefixTree {
 public:
  /// A prompt of more than `share_limit` tokens becomes a branch of its own, in which no other
  /// takes part. `cached` are tokens whose K/V the engine has: prompts that begin with some of them
  /// do not compute those again. They have no effect where no prompt of their length shares.
  explicit PrefixTree(size_t share_limit = kShareAll, std::span<const TokenId> cached = {});
  explicit PrefixTree(bool, std::span<const TokenId> = {}) = delete;  // true is not kShareAll

  /// How many tokens of `prompt` have yet to be computed. Cost: the length of the common prefix.
  size_t NewTokens(std::span<const TokenId> prompt) const;

  /// Adds a prompt of at least one token under the caller's index `id`. Equal prompts end in the
  /// same segment.
  void Insert(std::span<const TokenId> prompt, size_t id);

  /// Tokens to compute.
  size_t tokens() const { return tokens_; }

  /// The tree as a batch: depth first, children in the order in which they were added. Cached
  /// tokens that no prompt begins with are left out.
  Plan ToPlan() const;

 private:
  struct Node {
    std::vector<TokenId> tokens;
    size_t start = 0;  // position of tokens[0]
    std::vector<size_t> children;
    std::vector<size_t> prompts;  // that end with this node's last token
    bool cached = false;          // the engine has its K/V, though not what a readout needs
  };
  struct Match {
    std::vector<size_t> path;  // nodes entered, the last one maybe only in part
    size_t length = 0;         // tokens of the prompt found
    size_t in_last = 0;        // tokens of the last node found
  };

  bool Shares(std::span<const TokenId> prompt) const { return prompt.size() <= share_limit_; }
  Match Find(std::span<const TokenId> prompt) const;
  size_t AddNode(std::span<const TokenId> tokens, size_t start);
  void Split(size_t node, size_t at);
  bool Used(const Node& node) const;

  size_t share_limit_;
  std::vector<Node> nodes_;
  std::vector<size_t> roots_;
  std::vector<size_t> lone_;  // nodes of prompts that share nothing
  size_t tokens_ = 0;
};

struct PlannerOptions {
  size_t batch_tokens = 8192;  ///< rows of a plan, unless a single prompt needs more
  /// Longest prompt that shares its beginning with others; 0: none does, kShareAll: all do.
  size_t share_limit = kShareAll;
  std::span<const TokenId> cached =
      {};  ///< tokens whose K/V the engine has (model::Forward::CachePrefix)
};

/// Plans for all prompts. With sharing, prompts are taken in the order of their tokens, so that
/// those with a common prefix come together (rows with one question, opponents of one response);
/// without, as they come. Every prompt, empty ones excepted, has exactly one readout over all
/// plans, under its index in `prompts`.
std::vector<Plan> MakePlans(std::span<const Prompt> prompts, const PlannerOptions& options);

}  // namespace gram::schedule

#endif  // GRAM_ENGINE_SCHEDULE_PLANNER_H_
