// Lines read back, as far as a filter needs them.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "jobs/verdicts/rank_line.h"
#include "jobs/verdicts/schema.h"
#include "jobs/verdicts/verdict_line.h"

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

Result<LineRecord> Read(const std::string& line) {
  return LineReader(Schema::kGramCpu).ReadWhole(line);
}

TEST(LineReaderTest, ReadsBackWhatIsWrittenOfAPair) {
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
    EXPECT_EQ(record->verdicts[0].orders_agree, true);
  }
}

TEST(LineReaderTest, ReadsBackWhatIsWrittenOfAList) {
  const InputRow row = Row({{0, 1, Label::kResponse1}, {0, 2, Label::kResponse2}});
  const std::vector<Verdict> verdicts = {Sample(1), Sample(-2)};
  const auto record = Read(WriteResult(Schema::kGramCpu, row, verdicts).text);
  ASSERT_TRUE(record.ok()) << record.status().message();
  ASSERT_EQ(record->verdicts.size(), 2u);
  EXPECT_EQ(record->verdicts[0].margin, 1);
  EXPECT_EQ(record->verdicts[0].label, Label::kResponse1);
  EXPECT_EQ(record->verdicts[1].margin, -2);
  EXPECT_EQ(record->verdicts[1].label, Label::kResponse2);
}

TEST(LineReaderTest, WhatJsonCannotHoldKeepsItsSide) {
  EXPECT_EQ(Read(VerdictLine(Row({{}}), Sample(kInfinity)))->verdicts[0].margin, kInfinity);
  EXPECT_EQ(Read(VerdictLine(Row({{}}), Sample(-kInfinity)))->verdicts[0].margin, -kInfinity);
  EXPECT_TRUE(std::isnan(Read(VerdictLine(Row({{}}), Sample(std::nan(""))))->verdicts[0].margin));
}

TEST(LineReaderTest, ErrorLinesHaveNoVerdicts) {
  const auto record = Read(ErrorLine(Row({{}}), {"too_long", "9 tokens"}));
  ASSERT_TRUE(record.ok());
  EXPECT_TRUE(record->failed);
  EXPECT_EQ(record->row, 4);
  EXPECT_TRUE(record->verdicts.empty());
}

TEST(LineReaderTest, SeesFlagsWhereverTheyAre) {
  const std::string verdict =
      R"("score_response1":0.5,"margin":0.0,"order_gap":0.0,"orders_agree":true)";
  EXPECT_TRUE(Read(R"({"id":1,)" + verdict + R"(,"flags":["x"]})")->flagged);
  EXPECT_FALSE(Read(R"({"id":1,)" + verdict + R"(,"flags":[]})")->flagged);
  EXPECT_TRUE(
      Read(R"({"id":1,"comparisons":[{)" + verdict + R"(},{)" + verdict + R"(,"flags":["x"]}]})")
          ->flagged);
}

TEST(LineReaderTest, SeesWhatWasIdenticalOrShortenedOrNotUnderstood) {
  Verdict verdict = Sample(1);
  EXPECT_FALSE(Read(VerdictLine(Row({{}}), verdict))->truncated);
  verdict.notes.identical = true;
  verdict.notes.cut = {ResponseCut{9, 4}, ResponseCut{9, 4}};
  InputRow row = Row({{}});
  row.unread_labels = {{"label", "?"}};
  const auto record = Read(VerdictLine(row, verdict));
  ASSERT_TRUE(record.ok()) << record.status().message();
  EXPECT_TRUE(record->truncated);
  EXPECT_TRUE(record->verdicts[0].identical);
  EXPECT_TRUE(record->label_not_understood);
}

// Ranks and strengths of three answers, and an order gap for each of two comparisons.
Ranking SampleRanking(const std::vector<int>& ranks, const std::vector<double>& strengths) {
  Ranking ranking;
  for (size_t i = 0; i < ranks.size(); ++i) {
    RankedResponse response;
    response.rank = ranks[i];
    response.strength = strengths[i];
    ranking.responses.push_back(response);
  }
  for (const double gap : {0.25, 0.5}) {
    RankComparison comparison;
    comparison.verdict = Sample(1);
    comparison.verdict.order_gap = gap;
    ranking.comparisons.push_back(comparison);
  }
  return ranking;
}

TEST(LineReaderTest, ReadsBackWhatIsWrittenOfARanking) {
  InputRow row = Row({});
  row.quality = {0, 1, 0};
  const Ranking ranking = SampleRanking({2, 1, 3}, {0.5, 2, -2.5});
  auto record = Read(RankLine(row, ranking));
  ASSERT_TRUE(record.ok()) << record.status().message();
  ASSERT_TRUE(record->ranking);
  EXPECT_TRUE(record->verdicts.empty());
  EXPECT_EQ(record->ranking->responses, 3u);
  EXPECT_EQ(record->ranking->lead, 1.5);
  EXPECT_EQ(record->ranking->correct, true);
  EXPECT_TRUE(record->ranking->orders_agree);
  EXPECT_EQ(record->ranking->order_gap, std::nullopt) << "known of listed comparisons only";
  record = Read(RankLine(row, ranking, {.matches = true}));
  EXPECT_EQ(record->ranking->order_gap, 0.5);
}

TEST(LineReaderTest, TheBestLeadsByItsStrength) {
  const auto lead = [](const std::vector<int>& ranks, const std::vector<double>& strengths) {
    return Read(RankLine(Row({}), SampleRanking(ranks, strengths)))->ranking->lead;
  };
  EXPECT_EQ(lead({1, 1, 3}, {1, 1, -2}), 0) << "two are the best";
  EXPECT_EQ(lead({1, 2}, {-1, 1}), -2) << "of a knockout the winner may be the weaker one";
  EXPECT_EQ(lead({1}, {0}), kInfinity) << "nothing to lead";
}

TEST(LineReaderTest, ARowsNumberCountsFromOne) {
  const auto error = [](const std::string& row) {
    return Read(R"({"id":1,"row":)" + row + R"(,"error":{"code":"c","message":"m"}})");
  };
  EXPECT_EQ(error("9223372036854775807")->row, INT64_MAX);
  for (const char* row :
       {"null", "1.2e29", "0", "-1", "1.5", "9223372036854775808", "\"1\"", "[]"}) {
    const auto record = error(row);
    ASSERT_FALSE(record.ok()) << row;
    EXPECT_EQ(record.status().code(), StatusCode::kCorrupt);
    EXPECT_NE(record.status().message().find("\"row\" is not the number of a row"),
              std::string::npos);
  }
}

TEST(LineReaderTest, RankingsThatContradictThemselvesAreErrors) {
  const auto line = [](const std::string& ranks, const std::string& strengths,
                       const std::string& more) {
    return R"({"id":1,"ranks":)" + ranks + R"(,"strengths":)" + strengths +
           R"(,"comparisons_used":1)" + more + "}";
  };
  const std::string good = R"(,"orders_disagree":0)";
  EXPECT_TRUE(Read(line("[1,2]", "[1.0,0.0]", good)).ok());
  for (const std::string& bad :
       {line("[1,2]", "[1.0]", good), line("[]", "[]", good), line("[1,2]", "[1.0,0.0]", ""),
        line("5", "5", good), line("[1,2]", "[1.0,0.0]", good + R"(,"matches":[{}])")}) {
    EXPECT_FALSE(Read(bad).ok()) << bad;
  }
}

TEST(LineReaderTest, ATextDoesNotCompeteWithItself) {
  const auto lead = [](std::vector<double> ranks, std::vector<double> strengths,
                       const std::vector<std::string>& texts) {
    LineRanking ranking;
    ranking.ranks = std::move(ranks);
    ranking.strengths = std::move(strengths);
    return LeadOfBest(ranking, texts);
  };
  EXPECT_EQ(lead({1, 1, 3}, {1, 1, -2}, {"a", "a", "b"}), 3);
  EXPECT_EQ(lead({1, 1, 3}, {1, 1, -2}, {"a", "b", "c"}), 0);
  EXPECT_EQ(lead({3, 1, 1}, {-2, 1, 1}, {"a", "b", "b"}), 3);
  EXPECT_EQ(lead({1, 1}, {0, 0}, {"a", "a"}), kInfinity);
}

TEST(LineReaderTest, WhatNoRunWritesIsAnError) {
  const auto pair = [](const std::string& score, const std::string& gap, const std::string& agree,
                       const std::string& more) {
    return R"({"id":1,"score_response1":)" + score + R"(,"margin":0.0,"order_gap":)" + gap +
           R"(,"orders_agree":)" + agree + more + "}";
  };
  const auto list = [](const std::string& more) {
    return R"({"id":1,"comparisons_used":1,)" + more + "}";
  };
  EXPECT_TRUE(Read(pair("0.5", "0.0", "true", "")).ok());
  EXPECT_TRUE(Read(list(R"("orders_disagree":0,"ranks":[1],"strengths":[0])")).ok());
  for (const std::string& bad :
       {pair("1.5", "0.0", "true", ""), pair("0.5", "-0.1", "true", ""),
        pair("0.5", "1e300", "true", ""), pair("0.5", "0.0", "1", ""),
        pair("0.5", "0.0", "true", R"(,"label":3)"), pair("0.5", "0.0", "true", R"(,"label":"1")"),
        std::string(R"({"id":1,"error":{"code":"c","message":"m"}})"),
        list(R"("orders_disagree":-1,"ranks":[1],"strengths":[0])"),
        list(R"("orders_disagree":0,"ranks":[2],"strengths":[0])"),
        list(R"("orders_disagree":0,"ranks":[1],"strengths":[null])")}) {
    EXPECT_FALSE(Read(bad).ok()) << bad;
  }
}

TEST(LineReaderTest, OtherLinesAreErrors) {
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
