// What is said of a job: its verdicts at its end, and what it would take.
#include "cli/output/job_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "jobs/io/count_text.h"

namespace gram::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(CountTextTest, OneIsNotSeveral) {
  EXPECT_EQ(jobs::Counted(0, "row"), "0 rows");
  EXPECT_EQ(jobs::Counted(1, "row"), "1 row");
  EXPECT_EQ(jobs::Counted(2, "row"), "2 rows");
  EXPECT_EQ(jobs::Counted(12345, "row"), "12,345 rows");
}

TEST(TotalsTextTest, SaysOnlyWhatIsKnown) {
  EXPECT_THAT(TotalsText({}, "score"), IsEmpty());
  jobs::Totals totals;
  totals.label_ties = 1;
  EXPECT_THAT(TotalsText(totals, "score"),
              ElementsAre("accuracy unknown: the only label is a tie"));
  totals.not_understood = {{"label", 3}, {"winner", 1}};
  EXPECT_THAT(
      TotalsText(totals, "score"),
      ElementsAre("accuracy unknown: the only label is a tie",
                  "labels not understood, so not counted: label in 3 rows, winner in 1 row"));
  totals.not_understood.clear();
  totals.label_ties = 2;
  EXPECT_THAT(TotalsText(totals, "score"), ElementsAre("accuracy unknown: all 2 labels are ties"));
}

TEST(TotalsTextTest, SaysWhatTheFiguresAre) {
  jobs::Totals totals;
  totals.labelled = 3000;
  totals.correct = 2999;
  totals.label_ties = 2;
  totals.orders_agree = 3001;
  totals.orders_disagree = 1;
  totals.undecided = 1;
  EXPECT_THAT(
      TotalsText(totals, "score"),
      ElementsAre(
          "accuracy 99.9 %: 2,999 of 3,000 labelled verdicts agree with the label; 2 labels "
          "are ties and do not count",
          "flips 0.0 %: in 1 of 3,002 comparisons the judge prefers the other answer when the "
          "two change places",
          "undecided: 1 verdict with the same score for both answers; where labelled, they "
          "count as wrong"));
}

TEST(TotalsTextTest, ARankingIsRightWhereItsBestIs) {
  jobs::Totals totals;
  totals.labelled = 1;
  totals.correct = 1;
  totals.orders_agree = 3;
  EXPECT_THAT(
      TotalsText(totals, "rank"),
      ElementsAre("accuracy 100.0 %: 1 of 1 labelled ranking puts the right answer first",
                  "flips 0.0 %: in 0 of 3 comparisons the judge prefers the other answer when "
                  "the two change places"));
}

TEST(DryRunTextTest, SaysWhatIsKnown) {
  jobs::DryRunReport report;
  report.rows = 1234;
  report.files = 2;
  report.errors["too_long"] = {5, {"a.jsonl row 4: 9 tokens, limit 5"}};
  report.flagged = 3;
  report.shortened = 1;
  report.pairs = 1229;
  report.prompts = 2458;
  report.tokens = 1000000;
  report.computed = 600000;
  report.longest = 812;
  report.measured_pairs = 30;
  report.measured_tokens = 1000;
  report.measured_seconds = 10;
  EXPECT_EQ(
      DryRunText(report, 32768),
      "rows              1,234 in 2 files\n"
      "rows with errors  5\n"
      "  too_long        5\n"
      "    a.jsonl row 4: 9 tokens, limit 5\n"
      "    ...\n"
      "rows too long     6, of these 1 to be shortened\n"
      "rows flagged      3\n"
      "pairs             1,229\n"
      "prompts           2,458\n"
      "tokens            1,000,000\n"
      "  computed        600,000, 40 % less: the instruction and shared beginnings are "
      "computed once\n"
      "longest prompt    812 tokens, the limit is 32,768\n"
      "speed             100 computed tokens/s, measured on 30 pairs in 10 s on this machine\n"
      "time              about 1 h 40 min\n");
  EXPECT_THAT(DryRunText({}, 5), HasSubstr("time              unknown: no row could be scored\n"));
}

}  // namespace
}  // namespace gram::cli
