#include "jobs/filter/filter_rules.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace gram::jobs {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

VerdictRecord Pair(double margin, Label label = Label::kNone) {
  VerdictRecord record;
  record.verdicts = {{label, margin, 0.1, true}};
  return record;
}

// "keep", "swap", "relabel 1", "relabel 2" or the reason for dropping.
std::string Decided(const FilterRules& rules, const VerdictRecord& record) {
  const Decision decision = Decide(rules, record);
  switch (decision.action) {
    case Action::kKeep:
      return "keep";
    case Action::kSwap:
      return "swap";
    case Action::kRelabel:
      return decision.winner == Label::kResponse1 ? "relabel 1" : "relabel 2";
    case Action::kDrop:
      break;
  }
  return std::string(decision.reason);
}

TEST(FilterRulesTest, WithoutRulesOnlyErrorsAreDropped) {
  EXPECT_EQ(Decided({}, Pair(-5, Label::kResponse1)), "keep");
  EXPECT_EQ(Decided({}, Pair(std::nan(""))), "keep");
  VerdictRecord failed;
  failed.failed = true;
  EXPECT_EQ(Decided({}, failed), "error");
}

TEST(FilterRulesTest, MinMarginIsTheLabelsLead) {
  FilterRules rules;
  rules.min_margin = 2;
  EXPECT_EQ(Decided(rules, Pair(2, Label::kResponse1)), "keep");
  EXPECT_EQ(Decided(rules, Pair(1.9, Label::kResponse1)), "margin");
  EXPECT_EQ(Decided(rules, Pair(-5, Label::kResponse1)), "wrong");
  EXPECT_EQ(Decided(rules, Pair(-2, Label::kResponse2)), "keep");
  EXPECT_EQ(Decided(rules, Pair(5, Label::kResponse2)), "wrong");
  EXPECT_EQ(Decided(rules, Pair(5, Label::kTie)), "tie");
  EXPECT_EQ(Decided(rules, Pair(kInfinity, Label::kResponse1)), "keep");
  EXPECT_EQ(Decided(rules, Pair(-kInfinity, Label::kResponse1)), "wrong");
  EXPECT_EQ(Decided(rules, Pair(std::nan(""), Label::kResponse1)), "margin");
}

TEST(FilterRulesTest, WithoutALabelItIsTheWinnersLead) {
  FilterRules rules;
  rules.min_margin = 2;
  EXPECT_EQ(Decided(rules, Pair(-2)), "keep");
  EXPECT_EQ(Decided(rules, Pair(2)), "keep");
  EXPECT_EQ(Decided(rules, Pair(-1)), "margin");
}

TEST(FilterRulesTest, AMarginBelowZeroAllowsTheLabelToLose) {
  FilterRules rules;
  rules.min_margin = -1;
  EXPECT_EQ(Decided(rules, Pair(-1, Label::kResponse1)), "keep");
  EXPECT_EQ(Decided(rules, Pair(-1.1, Label::kResponse1)), "wrong");
}

TEST(FilterRulesTest, OrdersAndFlags) {
  VerdictRecord record = Pair(3);
  FilterRules rules;
  rules.max_order_gap = 0.1;
  EXPECT_EQ(Decided(rules, record), "keep");
  record.verdicts[0].order_gap = 0.11;
  EXPECT_EQ(Decided(rules, record), "order_gap");
  record.verdicts[0].order_gap = std::nan("");
  EXPECT_EQ(Decided(rules, record), "order_gap");
  rules = {};
  rules.keep_agree = true;
  EXPECT_EQ(Decided(rules, record), "keep");
  record.verdicts[0].orders_agree = false;
  EXPECT_EQ(Decided(rules, record), "orders_disagree");
  rules.drop_flagged = true;
  record.flagged = true;
  EXPECT_EQ(Decided(rules, record), "flagged");
}

TEST(FilterRulesTest, SwapsALabelledPairWhoseOtherAnswerLeads) {
  FilterRules rules;
  rules.swap_if_better = true;
  EXPECT_EQ(Decided(rules, Pair(-0.1, Label::kResponse1)), "swap");
  EXPECT_EQ(Decided(rules, Pair(0, Label::kResponse1)), "keep");
  rules.min_margin = 2;
  EXPECT_EQ(Decided(rules, Pair(-2, Label::kResponse1)), "swap");
  EXPECT_EQ(Decided(rules, Pair(2, Label::kResponse2)), "swap");
  EXPECT_EQ(Decided(rules, Pair(2, Label::kResponse1)), "keep");
  EXPECT_EQ(Decided(rules, Pair(-1, Label::kResponse1)), "wrong");
  EXPECT_EQ(Decided(rules, Pair(1, Label::kResponse1)), "margin");
  EXPECT_EQ(Decided(rules, Pair(-5)), "keep");  // no label: nothing is in the wrong place
}

TEST(FilterRulesTest, RelabelsByTheWinner) {
  FilterRules rules;
  rules.relabel = true;
  EXPECT_EQ(Decided(rules, Pair(1)), "relabel 1");
  EXPECT_EQ(Decided(rules, Pair(-1)), "relabel 2");
  EXPECT_EQ(Decided(rules, Pair(-1, Label::kResponse1)), "relabel 2");
  EXPECT_EQ(Decided(rules, Pair(1, Label::kTie)), "relabel 1");
  EXPECT_EQ(Decided(rules, Pair(1, Label::kResponse1)), "keep");
  EXPECT_EQ(Decided(rules, Pair(0)), "undecided");
  EXPECT_EQ(Decided(rules, Pair(std::nan(""))), "undecided");
  rules.min_margin = 2;
  EXPECT_EQ(Decided(rules, Pair(1)), "margin");
  EXPECT_EQ(Decided(rules, Pair(1, Label::kResponse1)), "margin");
  EXPECT_EQ(Decided(rules, Pair(-kInfinity)), "relabel 2");
}

TEST(FilterRulesTest, AListIsAsGoodAsItsWorstComparison) {
  VerdictRecord record;
  record.verdicts = {{Label::kResponse1, 5, 0.1, true}, {Label::kResponse1, 1, 0.1, true}};
  FilterRules rules;
  rules.min_margin = 1;
  EXPECT_EQ(Decided(rules, record), "keep");
  rules.min_margin = 2;
  EXPECT_EQ(Decided(rules, record), "margin");
  record.verdicts[0].margin = -1;
  EXPECT_EQ(Decided(rules, record), "wrong");
  rules.swap_if_better = true;
  EXPECT_EQ(Decided(rules, record), "wrong");
  rules = {};
  rules.relabel = true;
  EXPECT_EQ(Decided(rules, record), "not_a_pair");
  rules = {};
  rules.keep_agree = true;
  record.verdicts[1].orders_agree = false;
  EXPECT_EQ(Decided(rules, record), "orders_disagree");
}

TEST(FilterRulesTest, AListOfOneTextIsIdentical) {
  VerdictRecord record;
  record.ranking =
      RecordedRanking{2, std::nullopt, std::numeric_limits<double>::infinity(), true, std::nullopt};
  EXPECT_EQ(Decide({}, record).reason, kReasonIdentical);
  record.ranking->lead = 0;
  EXPECT_EQ(Decide({}, record).action, Action::kKeep);
}

}  // namespace
}  // namespace gram::jobs
