#include "jobs/verdicts/verdict_line.h"

#include <gtest/gtest.h>

#include <limits>

#include "cli/output/verdict_text.h"

namespace gram::cli {
namespace {

Verdict SampleVerdict() {
  Verdict verdict;
  verdict.score_response1 = 0.71;
  verdict.score_response2 = 0.29;
  verdict.response1_is_better = true;
  verdict.margin = 0.895;
  verdict.order_gap = 0.18;
  verdict.orders_agree = true;
  verdict.orders = {{{1, 18.25F, 16.875F, 414}, {2, 16.5F, 17.0F, 415}}};
  return verdict;
}

jobs::InputRow SampleRow(jobs::Label label) {
  jobs::InputRow row;
  row.number = 3;
  row.id_json = "\"x\"";
  row.comparisons = {{0, 1, label}};
  return row;
}

TEST(OutputRowTest, VerdictLineHasEveryFieldInOrder) {
  EXPECT_EQ(jobs::VerdictLine(SampleRow(jobs::Label::kNone), SampleVerdict()),
            R"({"id":"x","score_response1":0.71,"score_response2":0.29,"response1_is_better":true,)"
            R"("margin":0.895,"order_gap":0.18,"orders_agree":true,"orders":[)"
            R"({"slot_a":1,"logit_A":18.25,"logit_B":16.875,"tokens":414},)"
            R"({"slot_a":2,"logit_A":16.5,"logit_B":17.0,"tokens":415}]})"
            "\n");
}

TEST(OutputRowTest, LabelledRowsSayWhetherTheyAreCorrect) {
  const auto ends_with = [](jobs::Label label, const std::string& end) {
    return jobs::VerdictLine(SampleRow(label), SampleVerdict()).ends_with("]" + end + "}\n");
  };
  EXPECT_TRUE(ends_with(jobs::Label::kResponse1, R"(,"label":1,"correct":true)"));
  EXPECT_TRUE(ends_with(jobs::Label::kResponse2, R"(,"label":2,"correct":false)"));
  EXPECT_TRUE(ends_with(jobs::Label::kTie, R"(,"label":"tie")"));
}

TEST(OutputRowTest, AnEvenScoreIsCorrectForNeitherLabel) {
  Verdict even;
  even.score_response1 = even.score_response2 = 0.5;
  for (const jobs::Label label : {jobs::Label::kResponse1, jobs::Label::kResponse2}) {
    EXPECT_NE(jobs::VerdictLine(SampleRow(label), even).find("\"correct\":false"),
              std::string::npos);
  }
}

TEST(OutputRowTest, NumbersAreShortAndReadBack) {
  EXPECT_EQ(jobs::JsonNumber(0.1F), "0.1");
  EXPECT_EQ(jobs::JsonNumber(0.1), "0.1");
  EXPECT_EQ(jobs::JsonNumber(1.0), "1.0");
  EXPECT_EQ(jobs::JsonNumber(-0.0F), "-0.0");
  EXPECT_EQ(jobs::JsonNumber(1e-20), "1e-20");
  EXPECT_EQ(jobs::JsonNumber(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(jobs::JsonNumber(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(jobs::JsonNumber(std::numeric_limits<float>::quiet_NaN()), "null");
}

TEST(OutputRowTest, ErrorLinesEscapeTheirMessage) {
  EXPECT_EQ(jobs::ErrorLine(SampleRow(jobs::Label::kNone), {"wrong_type", "a \"b\"\n"}),
            R"({"id":"x","row":3,"error":{"code":"wrong_type","message":"a \"b\"\n"}})"
            "\n");
  EXPECT_EQ(jobs::ErrorLine(4, {"c", "\xff"}),
            "{\"row\":4,\"error\":{\"code\":\"c\",\"message\":\"\xEF\xBF\xBD\"}}\n");
}

TEST(OutputRowTest, Ids) {
  EXPECT_EQ(jobs::IdsLine({}), "{\"ids\":[]}\n");
  const int32_t ids[] = {1, 151935};
  EXPECT_EQ(jobs::IdsLine(ids), "{\"ids\":[1,151935]}\n");
}

TEST(VerdictTextTest, BarsFillToTheNearestCharacter) {
  EXPECT_EQ(Bar(0, 4), "....");
  EXPECT_EQ(Bar(0.5, 4), "##..");
  EXPECT_EQ(Bar(1, 4), "####");
  EXPECT_EQ(Bar(7, 4), "####");
  EXPECT_EQ(Bar(-1, 4), "....");
}

TEST(VerdictTextTest, SaysWhoWinsAndWhetherTheOrdersAgree) {
  Verdict verdict = SampleVerdict();
  EXPECT_EQ(VerdictText(verdict),
            "Response 1  ############################............  0.7100\n"
            "Response 2  ############............................  0.2900\n\n"
            "Response 1 is better. Both orders of the answers agree (gap 0.180).\n");
  verdict.orders_agree = false;
  verdict.response1_is_better = false;
  verdict.score_response1 = verdict.score_response2 = 0.5;
  EXPECT_NE(VerdictText(verdict).find("Neither response is better. The two orders"),
            std::string::npos);
}

}  // namespace
}  // namespace gram::cli
