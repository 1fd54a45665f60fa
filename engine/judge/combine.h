// Two orders of one pair become a score.
#ifndef GRAM_ENGINE_JUDGE_COMBINE_H_
#define GRAM_ENGINE_JUDGE_COMBINE_H_

#include <array>

#include "gram/judge.h"
#include "gram/options.h"

namespace gram::judge {

/// Fills the scores of a verdict from the logits in orders[0] (response 1 in slot A) and orders[1]
/// (response 2 in slot A); the logits must be finite. Scoring::kAverage is the formula of the
/// paper's evaluation script; kCardSnippet that of the model card's example: with the table [[A1,
/// B1], [B2, A2]], the softmax over the orders (columns), averaged over the slots. margin,
/// order_gap and orders_agree follow the same choice, except that order_gap and orders_agree always
/// speak of p1 and p2.
Verdict Combine(const std::array<OrderVerdict, 2>& orders, Scoring scoring);

}  // namespace gram::judge

#endif  // GRAM_ENGINE_JUDGE_COMBINE_H_
