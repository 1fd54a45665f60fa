// What is said of a job's verdicts at its end.
#include "cli/output/totals_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "jobs/io/count_text.h"

namespace gram::cli {
namespace {

using ::testing::ElementsAre;
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
  EXPECT_THAT(TotalsText(totals, "score"), ElementsAre("accuracy unknown: no label but 1 tie"));
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
          "flips 0.0 %: in 1 of 3,002 comparisons the judge prefers another answer when the "
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
      ElementsAre("accuracy 100.0 %: 1 of 1 labelled ranking put the right answer first",
                  "flips 0.0 %: in 0 of 3 comparisons the judge prefers another answer when "
                  "the two change places"));
}

}  // namespace
}  // namespace gram::cli
