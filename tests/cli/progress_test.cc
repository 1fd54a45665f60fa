#include "cli/output/progress.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/output/job_text.h"
#include "jobs/io/count_text.h"

namespace gram::cli {
namespace {

jobs::ProgressState HalfWay() {
  jobs::ProgressState state;
  state.rows = 12345;
  state.failed = 1;
  state.flips = 310;
  state.tokens = 312000;
  state.position = 500;
  state.size = 1000;
  return state;
}

TEST(ProgressTextTest, TheBarTakesTheRoomThatIsLeft) {
  EXPECT_EQ(ProgressBar(HalfWay(), 100, 120),
            "[####################....................]  "
            "50 %  12,345 rows  1 min left  1 error  3,120 tokens/s  310 flips");
  EXPECT_EQ(ProgressBar(HalfWay(), 100, 78),
            "50 %  12,345 rows  1 min left  1 error  3,120 tokens/s  310 flips");
  EXPECT_EQ(ProgressBar(HalfWay(), 100, 84),
            "[#######........]  50 %  12,345 rows  1 min left  1 error  3,120 tokens/s  310 flips");
}

TEST(ProgressTextTest, TheLeastImportantGoesFirstAndNoLineIsTooLong) {
  EXPECT_EQ(ProgressBar(HalfWay(), 100, 60),
            "50 %  12,345 rows  1 min left  1 error  3,120 tokens/s");
  EXPECT_EQ(ProgressBar(HalfWay(), 100, 20), "50 %  12,345 rows");
  for (size_t columns = 1; columns < 200; ++columns) {
    EXPECT_LE(ProgressBar(HalfWay(), 100, columns).size(), columns);
  }
}

TEST(ProgressTextTest, SaysOnlyWhatIsKnown) {
  EXPECT_EQ(ProgressLine({}, 0), "0 rows, 0 flips");
  jobs::ProgressState pipe;
  pipe.rows = 1;
  pipe.tokens = 400;
  EXPECT_EQ(ProgressLine(pipe, 2), "1 row, 200 tokens/s, 0 flips");
  EXPECT_EQ(ProgressBar(pipe, 2, 80), "1 row  200 tokens/s  0 flips");
}

TEST(ProgressTextTest, AHundredPercentIsAllOfIt) {
  jobs::ProgressState state;
  state.size = 1000;
  state.position = 999;
  EXPECT_EQ(ProgressLine(state, 1), "99 %, 0 rows, 0 flips");
  state.position = 1000;
  EXPECT_EQ(ProgressLine(state, 1), "100 %, 0 rows, 0 flips");
  state.position = 2000;  // a file that has grown
  EXPECT_EQ(ProgressLine(state, 10), "100 %, 0 rows, 0 s left, 0 flips");
}

TEST(ProgressTextTest, ResumedRowsDoNotCountForSpeed) {
  jobs::ProgressState state = HalfWay();
  state.resumed_rows = 10000;
  state.resumed_position = 400;  // this run has done 100 of 1000 in 100 s: 500 s are left
  EXPECT_EQ(ProgressLine(state, 100),
            "50 %, 12,345 rows, 8 min left, 1 error, 3,120 tokens/s, 310 flips");
  state.resumed_position = 500;  // nothing yet
  state.tokens = 0;
  EXPECT_EQ(ProgressLine(state, 100), "50 %, 12,345 rows, 1 error, 310 flips");
  EXPECT_EQ(TotalsLine(state, 100),
            "12,345 rows (10,000 from an earlier run) in 1 min, 1 error, 310 flips");
}

TEST(ProgressTextTest, Durations) {
  EXPECT_EQ(Duration(0.2), "0 s");
  EXPECT_EQ(Duration(59.4), "59 s");
  EXPECT_EQ(Duration(60), "1 min");
  EXPECT_EQ(Duration(3599), "59 min");
  EXPECT_EQ(Duration(3600 * 3 + 300), "3 h 05 min");
  EXPECT_EQ(Duration(86400 * 2 + 3600 * 4), "2 d 04 h");
}

TEST(ProgressTextTest, NumbersAreGrouped) {
  EXPECT_EQ(jobs::Grouped(0), "0");
  EXPECT_EQ(jobs::Grouped(999), "999");
  EXPECT_EQ(jobs::Grouped(1000), "1,000");
  EXPECT_EQ(jobs::Grouped(1234567), "1,234,567");
  EXPECT_EQ(jobs::Grouped(-1000), "-1,000");
  EXPECT_EQ(jobs::Grouped(-100), "-100");
}

// A display of which a test sees everything.
class ProgressTest : public ::testing::Test {
 protected:
  ProgressDisplay Display(bool terminal) {
    return {terminal, [this] { return columns_; }, [this] { return now_; },
            [this](std::string_view text) { written_.emplace_back(text); }};
  }

  size_t columns_ = 81;
  double now_ = 1000;
  std::vector<std::string> written_;
};

TEST_F(ProgressTest, ATerminalIsRedrawnAFewTimesASecond) {
  {
    Progress progress(true, Display(true));
    for (int i = 0; i < 1000; ++i, now_ += 0.001) progress.Update(HalfWay());
  }
  ASSERT_EQ(written_.size(), 6u);  // at 0, 0.2, ... 0.8 s, and cleared at the end
  EXPECT_TRUE(written_[0].starts_with("\r\x1b[K[")) << written_[0];
  EXPECT_EQ(written_.back(), "\r\x1b[K");
}

TEST_F(ProgressTest, ALineFitsTheTerminalAsItIsNow) {
  Progress progress(true, Display(true));
  columns_ = 11;
  progress.Update(HalfWay());
  EXPECT_EQ(written_.back(), "\r\x1b[K50 %");
  columns_ = 1;
  now_ += 1;
  progress.Update(HalfWay());
  EXPECT_EQ(written_.back(), "\r\x1b[K5");
}

TEST_F(ProgressTest, ALogGetsALineAfterTenSecondsThenOneAMinute) {
  Progress progress(true, Display(false));
  for (int i = 0; i < 10; ++i, now_ += 1) progress.Update(HalfWay());
  EXPECT_TRUE(written_.empty());
  for (int i = 0; i < 50; ++i, now_ += 1) progress.Update(HalfWay());
  EXPECT_EQ(written_.size(), 1u);  // at 10 s
  for (int i = 0; i < 61; ++i, now_ += 1) progress.Update(HalfWay());
  EXPECT_EQ(written_.size(), 3u);  // at 60 and 120 s
  EXPECT_TRUE(written_[0].starts_with("gram-cpu: 50 %, 12,345 rows")) << written_[0];
  now_ += 1000;  // a long pause is not made up for
  for (int i = 0; i < 5; ++i) progress.Update(HalfWay());
  EXPECT_EQ(written_.size(), 4u);
}

TEST_F(ProgressTest, TotalsAreSaidOnceTheBarIsGone) {
  Progress log(true, Display(false));
  now_ += 2;
  log.Finish(HalfWay());
  EXPECT_EQ(written_, (std::vector<std::string>{
                          "gram-cpu: 12,345 rows in 2 s, 1 error, 310 flips, 156,000 tokens/s\n"}));
  written_.clear();
  Progress terminal(true, Display(true));
  terminal.Show("anything");
  terminal.Finish({});
  ASSERT_EQ(written_.size(), 3u);
  EXPECT_EQ(written_[0], "\r\x1b[Kanything");
  EXPECT_EQ(written_[1], "\r\x1b[K");
  EXPECT_EQ(written_[2], "gram-cpu: 0 rows in 0 s, 0 errors, 0 flips\n");
}

TEST_F(ProgressTest, QuietIsQuiet) {
  for (const bool terminal : {false, true}) {
    Progress progress(false, Display(terminal));
    now_ += 100;
    progress.Show("anything");
    progress.Update(HalfWay());
    progress.Finish(HalfWay());
  }
  EXPECT_TRUE(written_.empty());
}

TEST_F(ProgressTest, ALogIsShownNoBar) {
  Progress progress(true, Display(false));
  progress.Show("tensor 1 of 2");
  EXPECT_TRUE(written_.empty());
}

}  // namespace
}  // namespace gram::cli
