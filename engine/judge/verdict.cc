#include "engine/judge/verdict.h"

#include <cmath>
#include <limits>

namespace gram::judge {
namespace {

/// A probability and its complement, each accurate when tiny. Exactly mirrored: Of(-x) swaps the
/// two.
struct Odds {
  double p;
  double q;
};

/// softmax(a, b) = sigmoid(a - b)
Odds Softmax(float a, float b) {
  const double x = static_cast<double>(a) - static_cast<double>(b);
  const double e = std::exp(-std::fabs(x));
  const double high = 1 / (1 + e);
  const double low = e / (1 + e);
  return x >= 0 ? Odds{high, low} : Odds{low, high};
}

int Preference(const Odds& odds) { return odds.p > odds.q ? 1 : odds.p < odds.q ? -1 : 0; }

}  // namespace

PromptRun RunPrompts(model::Forward* forward, std::span<const schedule::Prompt> prompts,
                     std::span<const int32_t> head_rows, const schedule::PlannerOptions& options,
                     std::atomic<int64_t>* tokens_computed) {
  PromptRun run;
  run.values.resize(prompts.size());
  for (const schedule::Plan& plan : schedule::MakePlans(prompts, options)) {
    const auto read = forward->Run(plan, head_rows);
    if (!read.ok()) {
      run.status = read.status();
      break;
    }
    *tokens_computed += static_cast<int64_t>(plan.tokens.size());
    for (size_t i = 0; i < read->size(); ++i) run.values[plan.readouts[i].prompt] = (*read)[i];
  }
  return run;
}

Verdict Combine(const std::array<OrderVerdict, 2>& orders, Scoring scoring) {
  const OrderVerdict& first = orders[0];
  const OrderVerdict& second = orders[1];
  const Odds order1 = Softmax(first.logit_a, first.logit_b);
  const Odds order2 = Softmax(second.logit_b, second.logit_a);
  Odds left = order1;
  Odds right = order2;
  if (scoring == Scoring::kCardSnippet) {
    left = Softmax(first.logit_a, second.logit_b);
    right = Softmax(first.logit_b, second.logit_a);
  }
  const double wins = left.p + right.p;
  const double losses = left.q + right.q;
  Verdict verdict;
  // wins + losses is 2 up to rounding; dividing by it keeps equal sums at exactly one half.
  verdict.score_response1 = wins / (wins + losses);
  verdict.score_response2 = losses / (wins + losses);
  verdict.response1_is_better = wins > losses;
  verdict.margin = std::log(wins / losses);
  verdict.order_gap = std::fabs(order1.p - order2.p);
  verdict.orders_agree = Preference(order1) == Preference(order2);
  verdict.orders = orders;
  return verdict;
}

Verdict CompareRewards(const std::array<double, 2>& rewards,
                       const std::array<RewardPrompt, 2>& prompts) {
  Verdict verdict;
  verdict.is_reward = true;
  verdict.score_response1 = rewards[0];
  verdict.score_response2 = rewards[1];
  verdict.response1_is_better = rewards[0] > rewards[1];
  verdict.margin = rewards[0] - rewards[1];
  verdict.prompts = prompts;
  verdict.order_gap = std::numeric_limits<double>::quiet_NaN();
  return verdict;
}

}  // namespace gram::judge
