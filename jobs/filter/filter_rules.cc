#include "jobs/filter/filter_rules.h"

#include <algorithm>
#include <cmath>

namespace gram::jobs {
namespace {

Decision Drop(std::string_view reason) { return {Action::kDrop, reason, Label::kNone}; }

bool IsPair(const VerdictRecord& record) { return record.verdicts.size() == 1; }

// By how much the label's answer leads; without a label, the winner.
double Lead(const RecordedVerdict& verdict) {
  switch (verdict.label) {
    case Label::kResponse1:
      return verdict.margin;
    case Label::kResponse2:
      return -verdict.margin;
    default:
      return std::abs(verdict.margin);
  }
}

// Comparisons are written so that NaN, which no score of a sound model is, passes no rule.
std::string_view ReasonAgainst(const FilterRules& rules, const VerdictRecord& record) {
  const auto any = [&record](auto&& test) {
    return std::any_of(record.verdicts.begin(), record.verdicts.end(), test);
  };
  if (record.failed) return kReasonError;
  if (rules.drop_flagged && record.flagged) return kReasonFlagged;
  if (rules.max_order_gap &&
      any([&](const RecordedVerdict& v) { return !(v.order_gap <= *rules.max_order_gap); })) {
    return kReasonOrderGap;
  }
  if (rules.keep_agree && any([](const RecordedVerdict& v) { return !v.orders_agree; })) {
    return kReasonDisagree;
  }
  return {};
}

std::string_view ReasonOfMargin(double min_margin, const VerdictRecord& record) {
  std::string_view reason;
  for (const RecordedVerdict& verdict : record.verdicts) {
    if (verdict.label == Label::kTie) return kReasonTie;
    const double lead = Lead(verdict);
    if (lead >= min_margin) continue;
    if (lead < 0) return kReasonWrong;
    reason = kReasonMargin;
  }
  return reason;
}

Decision Relabel(const FilterRules& rules, const VerdictRecord& record) {
  if (!IsPair(record)) return Drop(kReasonNotAPair);
  const RecordedVerdict& verdict = record.verdicts.front();
  const double lead = std::abs(verdict.margin);
  if (!(lead > 0)) return Drop(kReasonUndecided);
  if (rules.min_margin && lead < *rules.min_margin) return Drop(kReasonMargin);
  const Label winner = verdict.margin > 0 ? Label::kResponse1 : Label::kResponse2;
  if (winner == verdict.label) return {};
  return {Action::kRelabel, {}, winner};
}

bool OtherIsBetter(const FilterRules& rules, const VerdictRecord& record) {
  if (!IsPair(record)) return false;
  const RecordedVerdict& verdict = record.verdicts.front();
  if (verdict.label != Label::kResponse1 && verdict.label != Label::kResponse2) return false;
  const double behind = -Lead(verdict);
  return behind > 0 && behind >= rules.min_margin.value_or(0);
}

}  // namespace

Decision Decide(const FilterRules& rules, const VerdictRecord& record) {
  if (const auto reason = ReasonAgainst(rules, record); !reason.empty()) return Drop(reason);
  if (rules.relabel) return Relabel(rules, record);
  if (rules.swap_if_better && OtherIsBetter(rules, record)) return {Action::kSwap, {}, {}};
  if (!rules.min_margin) return {};
  const auto reason = ReasonOfMargin(*rules.min_margin, record);
  return reason.empty() ? Decision{} : Drop(reason);
}

}  // namespace gram::jobs
