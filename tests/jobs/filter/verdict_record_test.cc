#include "jobs/filter/verdict_record.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "jobs/verdicts/output_row.h"
#include "jobs/verdicts/schema.h"

namespace gram::jobs {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Verdict Sample(double margin) {
  Verdict verdict;
  verdict.score_response1 = 1 / (1 + std::exp(-margin));
  verdict.score_response2 = 1 - verdict.score_response1;
  verdict.margin = margin;
  verdict.order_gap = 0.125;
  verdict.orders_agree = true;
  return verdict;
}

InputRow Row(std::vector<Comparison> comparisons) {
  InputRow row;
  row.number = 4;
  row.id_json = R"("a\u0062 ")";
  row.comparisons = std::move(comparisons);
  return row;
}

Result<VerdictRecord> Read(std::string line) {
  JsonLineParser parser;
  return ReadVerdict(parser, line);
}

TEST(VerdictRecordTest, ReadsBackWhatIsWrittenOfAPair) {
  for (const Label label : {Label::kNone, Label::kResponse1, Label::kResponse2, Label::kTie}) {
    const auto record = Read(VerdictLine(Row({{0, 1, label}}), Sample(-1.5)));
    ASSERT_TRUE(record.ok()) << record.status().message();
    EXPECT_EQ(record->id_json, R"("a\u0062 ")");
    EXPECT_FALSE(record->failed);
    EXPECT_FALSE(record->flagged);
    ASSERT_EQ(record->verdicts.size(), 1u);
    EXPECT_EQ(record->verdicts[0].label, label);
    EXPECT_EQ(record->verdicts[0].margin, -1.5);
    EXPECT_EQ(record->verdicts[0].order_gap, 0.125);
    EXPECT_TRUE(record->verdicts[0].orders_agree);
  }
}

TEST(VerdictRecordTest, ReadsBackWhatIsWrittenOfAList) {
  const InputRow row = Row({{0, 1, Label::kResponse1}, {0, 2, Label::kResponse2}});
  const std::vector<Verdict> verdicts = {Sample(1), Sample(-2)};
  const auto record = Read(ResultLine(Schema::kGramCpu, row, verdicts));
  ASSERT_TRUE(record.ok()) << record.status().message();
  ASSERT_EQ(record->verdicts.size(), 2u);
  EXPECT_EQ(record->verdicts[0].margin, 1);
  EXPECT_EQ(record->verdicts[0].label, Label::kResponse1);
  EXPECT_EQ(record->verdicts[1].margin, -2);
  EXPECT_EQ(record->verdicts[1].label, Label::kResponse2);
}

TEST(VerdictRecordTest, WhatJsonCannotHoldKeepsItsSide) {
  EXPECT_EQ(Read(VerdictLine(Row({{}}), Sample(kInfinity)))->verdicts[0].margin, kInfinity);
  EXPECT_EQ(Read(VerdictLine(Row({{}}), Sample(-kInfinity)))->verdicts[0].margin, -kInfinity);
  EXPECT_TRUE(std::isnan(Read(VerdictLine(Row({{}}), Sample(std::nan(""))))->verdicts[0].margin));
}

TEST(VerdictRecordTest, ErrorLinesHaveNoVerdicts) {
  const auto record = Read(ErrorLine(Row({{}}), {"too_long", "9 tokens"}));
  ASSERT_TRUE(record.ok());
  EXPECT_TRUE(record->failed);
  EXPECT_EQ(record->row, 4);
  EXPECT_TRUE(record->verdicts.empty());
}

TEST(VerdictRecordTest, SeesFlagsWhereverTheyAre) {
  const std::string verdict =
      R"("score_response1":0.5,"margin":0.0,"order_gap":0.0,"orders_agree":true)";
  EXPECT_TRUE(Read(R"({"id":1,)" + verdict + R"(,"flags":["x"]})")->flagged);
  EXPECT_FALSE(Read(R"({"id":1,)" + verdict + R"(,"flags":[]})")->flagged);
  EXPECT_TRUE(
      Read(R"({"id":1,"comparisons":[{)" + verdict + R"(},{)" + verdict + R"(,"flags":["x"]}]})")
          ->flagged);
}

TEST(VerdictRecordTest, ATextDoesNotCompeteWithItself) {
  const auto lead = [](std::vector<double> ranks, std::vector<double> strengths,
                       const std::vector<std::string>& texts) {
    RecordedRanking ranking;
    ranking.ranks = std::move(ranks);
    ranking.strengths = std::move(strengths);
    return LeadOfBest(ranking, texts);
  };
  EXPECT_EQ(lead({1, 1, 3}, {1, 1, -2}, {"a", "a", "b"}), 3);
  EXPECT_EQ(lead({1, 1, 3}, {1, 1, -2}, {"a", "b", "c"}), 0);
  EXPECT_EQ(lead({3, 1, 1}, {-2, 1, 1}, {"a", "b", "b"}), 3);
  EXPECT_EQ(lead({1, 1}, {0, 0}, {"a", "a"}), kInfinity);
}

TEST(VerdictRecordTest, OtherLinesAreErrors) {
  for (const char* line :
       {"", "{}", "not JSON", "[1]", R"({"id":1})", R"({"id":1,"score_chosen":0.5})",
        R"({"id":1,"score_response1":"x","margin":0,"order_gap":0,"orders_agree":true})",
        R"({"id":1,"comparisons":[{}]})", R"({"id":1,"comparisons":[1]})",
        R"({"id":1,"error":"text"})"}) {
    EXPECT_FALSE(Read(line).ok()) << line;
  }
}

}  // namespace
}  // namespace gram::jobs
