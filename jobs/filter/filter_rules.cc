#include "jobs/filter/filter_rules.h"

#include <algorithm>
#include <cmath>

namespace gram::jobs {
namespace {

Decision Drop(std::string_view reason) { return {Action::kDrop, reason, Label::kNone}; }

bool IsPair(const LineRecord& record) { return record.verdicts.size() == 1; }

// By how much the label's answer leads; without a label, the winner.
double Lead(const LineVerdict& verdict) {
  switch (verdict.label) {
    case Label::kResponse1:
      return verdict.margin;
    case Label::kResponse2:
      return -verdict.margin;
    default:
      return std::abs(verdict.margin);
  }
}

bool IsLabelled(const LineVerdict& verdict) {
  return verdict.label == Label::kResponse1 || verdict.label == Label::kResponse2;
}

// Whether the row sets a text against itself. Answers of a list that nothing sets one above the
// other may be equal, and those of a ranking, unless there is no other: then none leads.
bool IsIdentical(const LineRecord& record) {
  if (record.ranking) return record.ranking->responses > 1 && std::isinf(record.ranking->lead);
  return std::any_of(record.verdicts.begin(), record.verdicts.end(), [&](const auto& verdict) {
    return verdict.identical && (IsPair(record) || IsLabelled(verdict));
  });
}

// A reward model sees one answer at a time.
bool HasNoOrders(const LineRecord& record) {
  return (record.ranking && record.ranking->is_reward) ||
         std::any_of(record.verdicts.begin(), record.verdicts.end(),
                     [](const LineVerdict& verdict) { return verdict.is_reward; });
}

bool OrdersAgree(const LineRecord& record) {
  return (!record.ranking || record.ranking->orders_agree) &&
         std::all_of(record.verdicts.begin(), record.verdicts.end(),
                     [](const LineVerdict& verdict) { return verdict.orders_agree == true; });
}

bool AllLeadBy(double margin, const LineRecord& record) {
  return std::all_of(
      record.verdicts.begin(), record.verdicts.end(),
      [margin](const LineVerdict& verdict) { return std::abs(verdict.margin) > margin; });
}

// Comparisons are written so that NaN, which no score of a sound model is, passes no rule.
std::string_view ReasonAgainst(const FilterRules& rules, const LineRecord& record) {
  const auto too_far = [&rules](double gap) { return !(gap <= *rules.max_order_gap); };
  if (record.failed) return kReasonError;
  if (IsIdentical(record)) return kReasonIdentical;
  if (rules.drop_truncated && record.truncated) return kReasonTruncated;
  if (rules.drop_flagged && record.flagged) return kReasonFlagged;
  if ((rules.max_order_gap || rules.keep_agree) && HasNoOrders(record)) return kReasonNoOrders;
  if (rules.max_order_gap) {
    if (record.ranking && too_far(record.ranking->order_gap.value_or(0))) return kReasonOrderGap;
    for (const LineVerdict& verdict : record.verdicts) {
      if (too_far(verdict.order_gap)) return kReasonOrderGap;
    }
  }
  if (rules.keep_agree && !OrdersAgree(record)) return kReasonDisagree;
  if (rules.decided_above && !AllLeadBy(*rules.decided_above, record)) return kReasonAbstained;
  return {};
}

std::string_view ReasonOfRanking(double min_margin, const LineRanking& ranking) {
  if (ranking.correct.has_value() && !*ranking.correct) return kReasonWrong;
  return ranking.lead >= min_margin ? std::string_view() : kReasonMargin;
}

std::string_view ReasonOfMargin(double min_margin, const LineRecord& record) {
  if (record.ranking) return ReasonOfRanking(min_margin, *record.ranking);
  std::string_view reason;
  for (const LineVerdict& verdict : record.verdicts) {
    if (verdict.label == Label::kTie) return kReasonTie;
    const double lead = Lead(verdict);
    if (lead >= min_margin) continue;
    if (lead < 0) return kReasonWrong;
    reason = kReasonMargin;
  }
  return reason;
}

Decision Relabel(const FilterRules& rules, const LineRecord& record) {
  if (!IsPair(record)) return Drop(kReasonNotAPair);
  const LineVerdict& verdict = record.verdicts.front();
  const double lead = std::abs(verdict.margin);
  if (!(lead > 0)) return Drop(kReasonUndecided);
  if (rules.min_margin && lead < *rules.min_margin) return Drop(kReasonMargin);
  const Label winner = verdict.margin > 0 ? Label::kResponse1 : Label::kResponse2;
  if (winner == verdict.label) return {};
  return {Action::kRelabel, {}, winner};
}

bool OtherIsBetter(const FilterRules& rules, const LineRecord& record) {
  if (!IsPair(record)) return false;
  const LineVerdict& verdict = record.verdicts.front();
  if (!IsLabelled(verdict)) return false;
  const double behind = -Lead(verdict);
  return behind > 0 && behind >= rules.min_margin.value_or(0);
}

}  // namespace

Decision Decide(const FilterRules& rules, const LineRecord& record) {
  if (const auto reason = ReasonAgainst(rules, record); !reason.empty()) return Drop(reason);
  if (rules.relabel) return Relabel(rules, record);
  const bool asks_for_label = rules.min_margin.has_value() || rules.swap_if_better;
  if (asks_for_label && record.label_not_understood) return Drop(kReasonUnreadLabel);
  if (rules.swap_if_better && OtherIsBetter(rules, record)) return {Action::kSwap, {}, {}};
  if (!rules.min_margin) return {};
  const auto reason = ReasonOfMargin(*rules.min_margin, record);
  return reason.empty() ? Decision{} : Drop(reason);
}

}  // namespace gram::jobs
