#include "jobs/filter/filter_rules.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace gram::jobs {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

LineRecord Pair(double margin, Label label = Label::kNone) {
  LineRecord record;
  record.verdicts = {{label, margin, 0.1, true}};
  return record;
}

// "keep", "swap", "relabel 1", "relabel 2" or the reason for dropping.
std::string Decided(const FilterRules& rules, const LineRecord& record) {
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
  LineRecord failed;
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
  LineRecord record = Pair(3);
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

TEST(FilterRulesTest, WhatIsOneTextTeachesNothing) {
  LineRecord record = Pair(0);
  record.verdicts[0].identical = true;
  EXPECT_EQ(Decided({}, record), "identical") << "whatever the rules";
  record.truncated = true;
  FilterRules rules;
  rules.min_margin = 0;
  rules.drop_truncated = true;
  EXPECT_EQ(Decided(rules, record), "identical");
  rules = {};
  rules.relabel = true;
  EXPECT_EQ(Decided(rules, record), "identical");
  record.verdicts.push_back({Label::kResponse1, 1, 0.1, true});
  EXPECT_EQ(Decided({}, record), "keep") << "of a list, two answers that nothing tells apart";
  record.verdicts[0].label = Label::kResponse1;
  EXPECT_EQ(Decided({}, record), "identical");
}

TEST(FilterRulesTest, ShortenedAnswersAreDroppedWhereAsked) {
  LineRecord record = Pair(3);
  record.truncated = true;
  EXPECT_EQ(Decided({}, record), "keep");
  FilterRules rules;
  rules.drop_truncated = true;
  EXPECT_EQ(Decided(rules, record), "truncated");
  EXPECT_EQ(Decided(rules, Pair(3)), "keep");
}

TEST(FilterRulesTest, ALabelThatWasNotReadPassesNoRuleThatAsksForIt) {
  LineRecord record = Pair(3);
  record.label_not_understood = true;
  EXPECT_EQ(Decided({}, record), "keep");
  FilterRules rules;
  rules.keep_agree = true;
  EXPECT_EQ(Decided(rules, record), "keep");
  rules.min_margin = 0;
  EXPECT_EQ(Decided(rules, record), "label_not_understood");
  rules = {};
  rules.swap_if_better = true;
  EXPECT_EQ(Decided(rules, record), "label_not_understood");
  rules = {};
  rules.relabel = true;
  EXPECT_EQ(Decided(rules, record), "relabel 1") << "the new label is understood";
}

TEST(FilterRulesTest, ARankingIsAsGoodAsItsBestAnswer) {
  LineRecord record;
  record.ranking = LineRanking{3, std::nullopt, 1.5, true, std::nullopt};
  EXPECT_EQ(Decided({}, record), "keep");
  FilterRules rules;
  rules.min_margin = 1.5;
  EXPECT_EQ(Decided(rules, record), "keep");
  rules.min_margin = 1.6;
  EXPECT_EQ(Decided(rules, record), "margin");
  record.ranking->correct = false;
  EXPECT_EQ(Decided(rules, record), "wrong");
  record.ranking->correct = true;
  record.ranking->lead = std::nan("");
  EXPECT_EQ(Decided(rules, record), "margin");
  rules = {};
  rules.keep_agree = true;
  EXPECT_EQ(Decided(rules, record), "keep");
  record.ranking->orders_agree = false;
  EXPECT_EQ(Decided(rules, record), "orders_disagree");
  rules = {};
  rules.max_order_gap = 0.5;
  record.ranking->order_gap = 0.5;
  EXPECT_EQ(Decided(rules, record), "keep");
  record.ranking->order_gap = 0.51;
  EXPECT_EQ(Decided(rules, record), "order_gap");
  rules = {};
  rules.swap_if_better = true;
  EXPECT_EQ(Decided(rules, record), "keep") << "there is no pair to swap";
  rules = {};
  rules.relabel = true;
  EXPECT_EQ(Decided(rules, record), "not_a_pair");
}

TEST(FilterRulesTest, AListIsAsGoodAsItsWorstComparison) {
  LineRecord record;
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
  LineRecord record;
  record.ranking =
      LineRanking{2, std::nullopt, std::numeric_limits<double>::infinity(), true, std::nullopt};
  EXPECT_EQ(Decide({}, record).reason, kReasonIdentical);
  record.ranking->lead = 0;
  EXPECT_EQ(Decide({}, record).action, Action::kKeep);
}

}  // namespace
}  // namespace gram::jobs
