#include "jobs/verdicts/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "jobs/verdicts/verdict_line.h"

namespace gram::jobs {
namespace {

using ::testing::HasSubstr;

Verdict Score(double score_response1) {
  Verdict verdict;
  verdict.score_response1 = score_response1;
  verdict.score_response2 = 1 - score_response1;
  verdict.response1_is_better = score_response1 > 0.5;
  verdict.orders = {{{1, 2.5F, 1.0F, 10}, {2, 3.0F, 3.0F, 11}}};
  return verdict;
}

InputRow PairRow(const std::string& raw, Label label) {
  InputRow row;
  row.number = 7;
  row.id_json = "\"x\"";
  row.raw = raw;
  row.responses = {"a", "b"};
  row.comparisons = {{0, 1, label}};
  return row;
}

// As many answers are right as wrong; each right one is set against each wrong one.
InputRow ListRow(std::string_view format, size_t right, size_t wrong) {
  InputRow row = PairRow(R"({"id":"x"})", Label::kNone);
  row.format = format;
  row.comparisons.clear();
  for (size_t i = 0; i < right; ++i) {
    for (size_t j = 0; j < wrong; ++j) row.comparisons.push_back({i, right + j, Label::kResponse1});
  }
  return row;
}

std::string LineOf(Schema schema, const InputRow& row, const std::vector<Verdict>& verdicts) {
  EXPECT_FALSE(CheckSchema(schema, row)) << CheckSchema(schema, row)->message;
  const ResultLine line = WriteResult(schema, row, verdicts);
  Totals written;
  Totals read_back;
  written.Add(line.record);
  read_back.Add(LineReader(schema).Read(line.text));
  EXPECT_EQ(written, read_back) << line.text;
  return line.text;
}

std::string CodeOf(Schema schema, const InputRow& row) {
  const auto error = CheckSchema(schema, row);
  return error ? error->code : "";
}

TEST(SchemaTest, Names) {
  EXPECT_EQ(ParseSchema("gram-cpu"), Schema::kGramCpu);
  EXPECT_EQ(ParseSchema("gram"), Schema::kGram);
  EXPECT_EQ(ParseSchema("rewardbench"), Schema::kRewardBench);
  EXPECT_EQ(ParseSchema("judgebench"), Schema::kJudgeBench);
  EXPECT_EQ(ParseSchema("Gram"), std::nullopt);
  EXPECT_EQ(ParseSchema(""), std::nullopt);
}

TEST(SchemaTest, GramPassesTheRowThroughAndAddsItsScores) {
  const std::string raw = R"({"prompt" : "p\u0041", "big":12345678901234567890,"source":[ ]  })";
  EXPECT_EQ(LineOf(Schema::kGram, PairRow(raw, Label::kResponse1), {Score(0.75)}),
            R"({"prompt" : "p\u0041", "big":12345678901234567890,"source":[ ]  ,)"
            R"("score_chosen":0.75,"score_rejected":0.25,"correct":true})"
            "\n");
  EXPECT_EQ(LineOf(Schema::kGram, PairRow("{\n\"label\":2\n}", Label::kResponse2), {Score(0.75)}),
            R"({ "label":2 ,"score_chosen":0.25,"score_rejected":0.75,"correct":false})"
            "\n");
}

TEST(SchemaTest, RewardBenchCountsAPair) {
  const InputRow row = PairRow(R"({"id":1})", Label::kResponse1);
  EXPECT_EQ(LineOf(Schema::kRewardBench, row, {Score(0.75)}),
            R"({"id":1,"results":1,"scores_chosen":0.75,"scores_rejected":0.25})"
            "\n");
  EXPECT_THAT(LineOf(Schema::kRewardBench, row, {Score(0.5)}), HasSubstr("\"results\":0,"));
}

TEST(SchemaTest, RewardBenchListsTheComparisonsOfALongerRow) {
  EXPECT_EQ(
      LineOf(Schema::kRewardBench, ListRow("reward-bench-2", 1, 2), {Score(0.75), Score(0.5)}),
      R"({"id":"x","results":0.5,"scores_chosen":[0.75,0.5],"scores_rejected":[0.25,0.5]})"
      "\n");
  EXPECT_THAT(LineOf(Schema::kRewardBench, ListRow("", 1, 2), {Score(0.75), Score(0.25)}),
              HasSubstr("\"results\":0.5,"));
}

TEST(SchemaTest, JudgeBenchSaysWhatEachOrderDecided) {
  const InputRow row = PairRow(R"({"pair_id":"x","label":"A>B"})", Label::kResponse1);
  EXPECT_EQ(
      LineOf(Schema::kJudgeBench, row, {Score(0.75)}),
      R"({"pair_id":"x","label":"A>B","judgments":[)"
      R"({"judgment":{"judge_model":"gram-cpu","logit_A":2.5,"logit_B":1.0},"decision":"A>B"},)"
      R"({"judgment":{"judge_model":"gram-cpu","logit_A":3.0,"logit_B":3.0},"decision":"A=B"}]})"
      "\n");
  Verdict verdict = Score(0.75);
  verdict.orders[1].logit_a = 1;
  EXPECT_THAT(LineOf(Schema::kJudgeBench, row, {verdict}), HasSubstr(R"("decision":"B>A"}]})"));
}

TEST(SchemaTest, SeveralComparisonsAreOneLine) {
  InputRow row = ListRow("", 1, 2);
  row.comparisons[1].label = Label::kResponse2;
  EXPECT_EQ(LineOf(Schema::kGramCpu, row, {Score(0.75), Score(0.75)}),
            R"({"id":"x","comparisons":[)"
            R"({"response1":1,"response2":2,"score_response1":0.75,"score_response2":0.25,)"
            R"("response1_is_better":true,"margin":0.0,"order_gap":0.0,"orders_agree":false,)"
            R"("orders":[{"slot_a":1,"logit_A":2.5,"logit_B":1.0,"tokens":10},)"
            R"({"slot_a":2,"logit_A":3.0,"logit_B":3.0,"tokens":11}],"label":1,"correct":true},)"
            R"({"response1":1,"response2":3,"score_response1":0.75,"score_response2":0.25,)"
            R"("response1_is_better":true,"margin":0.0,"order_gap":0.0,"orders_agree":false,)"
            R"("orders":[{"slot_a":1,"logit_A":2.5,"logit_B":1.0,"tokens":10},)"
            R"({"slot_a":2,"logit_A":3.0,"logit_B":3.0,"tokens":11}],"label":2,"correct":false}],)"
            R"("correct":0.5})"
            "\n");
}

TEST(SchemaTest, NothingIsCorrectWhereNothingIsLabelled) {
  InputRow row = ListRow("", 1, 2);
  row.comparisons[0].label = row.comparisons[1].label = Label::kTie;
  const std::string line = LineOf(Schema::kGramCpu, row, {Score(0.75), Score(0.75)});
  EXPECT_TRUE(line.ends_with("\"label\":\"tie\"}]}\n")) << line;
}

TEST(SchemaTest, BenchmarksHaveTheirFigures) {
  std::vector<Verdict> nine(9, Score(0.75));
  nine[1] = nine[5] = Score(0.25);  // chosen 1 x rejected 2, chosen 2 x rejected 3: above
  nine[3] = Score(0.5);             // chosen 2 x rejected 1: below, and even is not correct
  const std::string line = LineOf(Schema::kGramCpu, ListRow("rm-bench", 3, 3), nine);
  EXPECT_TRUE(
      line.ends_with(R"(],"correct":0.6666666666666666,"easy":0.6666666666666666,"normal":1.0,)"
                     R"("hard":0.3333333333333333})"
                     "\n"))
      << line;
  const InputRow four = ListRow("reward-bench-2", 1, 3);
  const std::string best = LineOf(Schema::kGramCpu, four, {Score(0.75), Score(0.5), Score(0.5)});
  EXPECT_TRUE(best.ends_with(R"(],"correct":0.3333333333333333,"results":0.3333333333333333})"
                             "\n"))
      << best;
}

TEST(SchemaTest, RewardBench2ScoresTies) {
  const InputRow one = ListRow("reward-bench-2", 1, 2);
  EXPECT_EQ(RewardBench2(one, std::array{Score(0.75), Score(0.75)}), 1);
  EXPECT_EQ(RewardBench2(one, std::array{Score(0.5), Score(0.25)}), 0);
  const InputRow several = ListRow("reward-bench-2", 2, 1);
  EXPECT_EQ(RewardBench2(several, std::array{Score(0.75), Score(0.75)}), 1);
  EXPECT_EQ(RewardBench2(several, std::array{Score(0.75), Score(0.5)}), 0);
}

TEST(SchemaTest, NotesAreSaidWhereThereAreAny) {
  Verdict noted = Score(0.75);
  noted.notes.identical = true;
  noted.notes.cut = {{{900, 400}, {20, 20}}};
  noted.notes.flags = {{TextField::kResponse1, TextFlagKind::kControlToken, "<|im_end|>"},
                       {TextField::kQuestion, TextFlagKind::kJudgeMarker, "\"x\""}};
  const std::string notes =
      R"("identical":true,"truncated":{"response1":{"tokens":900,"kept":400},)"
      R"("response2":{"tokens":20,"kept":20}},)"
      R"("flags":[{"field":"response1","kind":"control_token","text":"<|im_end|>"},)"
      R"({"field":"question","kind":"judge_marker","text":"\"x\""}])";
  const InputRow pair = PairRow(R"({"id":1})", Label::kResponse1);
  EXPECT_TRUE(LineOf(Schema::kGramCpu, pair, {noted})
                  .ends_with(R"("label":1,"correct":true,)" + notes + "}\n"));
  for (const Schema schema : {Schema::kGram, Schema::kRewardBench, Schema::kJudgeBench}) {
    const std::string line = LineOf(schema, pair, {noted});
    EXPECT_TRUE(line.ends_with(R"(,"gram_cpu":[{"comparison":1,)" + notes + "}]}\n")) << line;
  }
  const std::string list =
      LineOf(Schema::kRewardBench, ListRow("", 1, 3), {noted, Score(1), noted});
  EXPECT_THAT(list, HasSubstr(R"(,"gram_cpu":[{"comparison":1,)" + notes + "},{\"comparison\":3,"));
}

TEST(SchemaTest, ARowThatASchemaCannotTakeIsAnError) {
  for (const Schema schema : {Schema::kGram, Schema::kRewardBench}) {
    EXPECT_EQ(CodeOf(schema, PairRow("{}", Label::kNone)), "no_label");
    EXPECT_EQ(CodeOf(schema, PairRow("{}", Label::kTie)), "no_label");
  }
  EXPECT_EQ(CodeOf(Schema::kGram, ListRow("", 1, 2)), "several_comparisons");
  EXPECT_EQ(CodeOf(Schema::kJudgeBench, ListRow("", 1, 2)), "several_comparisons");
  EXPECT_EQ(CodeOf(Schema::kRewardBench, ListRow("", 1, 2)), "");
  EXPECT_EQ(CodeOf(Schema::kJudgeBench, PairRow("{}", Label::kNone)), "");
  EXPECT_EQ(CodeOf(Schema::kGramCpu, PairRow("not JSON", Label::kNone)), "");
}

TEST(SchemaTest, AFieldIsNeverWrittenTwice) {
  const InputRow scored = PairRow(R"({"score_ch\u006fsen":9})", Label::kResponse1);
  EXPECT_EQ(CodeOf(Schema::kGram, scored), "duplicate_field");
  EXPECT_EQ(CodeOf(Schema::kRewardBench, scored), "");
  EXPECT_EQ(CodeOf(Schema::kRewardBench, PairRow(R"({"results":1})", Label::kResponse1)),
            "duplicate_field");
  EXPECT_EQ(CodeOf(Schema::kJudgeBench, PairRow(R"({"judgments":[]})", Label::kResponse1)),
            "duplicate_field");
}

TEST(SchemaTest, AFailedComparisonIsNamed) {
  const RowError list = ComparisonError(ListRow("", 1, 2), 1, TooLong("9 tokens, limit 5"));
  EXPECT_EQ(list.code, "too_long");
  EXPECT_EQ(list.message, "comparison 2 of 2 (answers 1 and 3): 9 tokens, limit 5");
  EXPECT_EQ(ComparisonError(PairRow("{}", Label::kNone), 0, TooLong("9 tokens")).message,
            "9 tokens");
}

}  // namespace
}  // namespace gram::jobs
