#include "cli/dry_run_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gram::cli {
namespace {

using ::testing::HasSubstr;

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
