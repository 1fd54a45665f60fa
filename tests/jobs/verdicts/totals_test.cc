#include "jobs/verdicts/totals.h"

#include <gtest/gtest.h>

#include "jobs/verdicts/schema.h"

namespace gram::jobs {
namespace {

Totals Tally(std::string_view schema, std::initializer_list<std::string_view> lines) {
  LineReader reader(ParseSchema(schema).value());
  Totals totals;
  for (const std::string_view line : lines) totals.Add(reader.Read(line));
  return totals;
}

constexpr const char* kError = R"({"id":3,"row":3,"error":{"code":"invalid_json","message":"no"}})"
                               "\n";

TEST(TotalsTest, AddUpVerdictsAndErrors) {
  const Totals totals = Tally(
      "gram-cpu",
      {R"({"id":1,"score_response1":0.75,"score_response2":0.25,"response1_is_better":true,)"
       R"("margin":1.1,"order_gap":0.5,"orders_agree":false,"orders":[{"slot_a":1,"tokens":7},)"
       R"({"slot_a":2,"tokens":8}],"label":1,"correct":true})",
       R"({"id":2,"score_response1":0.5,"score_response2":0.5,"margin":0.0,"order_gap":0.25,)"
       R"("orders_agree":true,"orders":[{"tokens":1},{"tokens":2}],"label":"tie"})",
       kError, kError, R"({"id":4,"row":4,"error":{"code":"too_long","message":""}})"});
  Totals expected;
  expected.rows = 5;
  expected.failed = {{"invalid_json", 2}, {"too_long", 1}};
  expected.labelled = 1;
  expected.correct = 1;
  expected.label_ties = 1;
  expected.undecided = 1;
  expected.orders_agree = 1;
  expected.orders_disagree = 1;
  expected.order_gaps = 2;
  expected.order_gap_sum = 0.75;
  expected.tokens = 18;
  EXPECT_EQ(totals, expected);
  EXPECT_EQ(totals.failed_rows(), 3);
}

TEST(TotalsTest, CountEveryComparisonOfARow) {
  const Totals totals =
      Tally("gram-cpu",
            {R"({"id":1,"comparisons":[{"response1":1,"response2":2,"score_response1":0.1,)"
             R"("score_response2":0.9,"order_gap":0.5,"orders_agree":true,"orders":[],"label":1,)"
             R"("correct":false},{"score_response1":0.9,"score_response2":0.1,"order_gap":0.5,)"
             R"("orders_agree":true,"orders":[],"label":1,"correct":true}],"correct":0.5})"});
  EXPECT_EQ(totals.rows, 1);
  EXPECT_EQ(totals.labelled, 2);
  EXPECT_EQ(totals.correct, 1);
  EXPECT_EQ(totals.orders_agree, 2);
}

TEST(TotalsTest, LookAtNothingButWhatTheSchemaAdds) {
  const Totals gram =
      Tally("gram", {R"({"chosen":"a","orders_agree":true,"orders":[{"tokens":9}],)"
                     R"("score_chosen":0.75,"score_rejected":0.25,"correct":true})",
                     R"({"score_chosen":0.5,"score_rejected":0.5,"correct":false})"});
  EXPECT_EQ(gram.labelled, 2);
  EXPECT_EQ(gram.correct, 1);
  EXPECT_EQ(gram.undecided, 1);
  EXPECT_EQ(gram.orders_agree + gram.tokens, 0);

  const Totals bench = Tally(
      "rewardbench", {R"({"results":1,"scores_chosen":0.9,"scores_rejected":0.1})",
                      R"({"results":0.5,"scores_chosen":[0.9,0.1],"scores_rejected":[0.1,0.9]})"});
  EXPECT_EQ(bench.labelled, 3);
  EXPECT_EQ(bench.correct, 2);

  const Totals judge =
      Tally("judgebench", {R"({"judgments":[{"decision":"A>B"},{"decision":"B>A"}]})",
                           R"({"judgments":[{"decision":"A>B"},{"decision":"A>B"}]})",
                           R"({"judgments":[{"decision":"A=B"},{"decision":"A=B"}]})",
                           R"({"judgments":[{"decision":"A=B"},{"decision":"A>B"}]})"});
  EXPECT_EQ(judge.orders_agree, 2);
  EXPECT_EQ(judge.orders_disagree, 2);
}

TEST(TotalsTest, TakeNumbersOfAnySize) {
  const char* kVerdict = R"({"id":123456789012345678901234567890,"score_response1":0.75,)"
                         R"("score_response2":0.25,"orders":[{"tokens":9223372036854775807},)"
                         R"({"tokens":5},{"tokens":-3},{"tokens":1e400}],"order_gap":1e999,)"
                         R"("correct":true,"x":-1e999})";
  const Totals totals = Tally("gram-cpu", {kVerdict, kVerdict});
  EXPECT_EQ(totals.rows, 2);
  EXPECT_EQ(totals.correct, 2);
  EXPECT_EQ(totals.tokens, INT64_MAX) << "as many as can be told";
  EXPECT_EQ(totals.order_gaps, 0);
  const Totals ranking =
      Tally("gram-cpu", {R"({"id":1e999,"comparisons_used":3,"orders_disagree":4,"tokens":7})",
                         R"({"id":1,"comparisons_used":3,"orders_disagree":1,"tokens":7})"});
  EXPECT_EQ(ranking.orders_disagree, 1);
  EXPECT_EQ(ranking.orders_agree, 2);
  EXPECT_EQ(Tally("gram", {R"({"seed":99999999999999999999,"score_chosen":1,"score_rejected":0})"})
                .correct,
            1);
}

TEST(TotalsTest, CountLabelsThatWereNotUnderstoodByTheirField) {
  const Totals totals =
      Tally("gram-cpu", {R"({"id":1,"not_understood":{"label":"7","winner":"?"}})",
                         R"({"id":2,"comparisons":[],"not_understood":{"label":"x"}})",
                         R"({"id":3,"comparisons_used":1,"not_understood":{"preference":"x"}})",
                         R"({"id":4,"not_understood":5})"});
  const std::map<std::string, int64_t> expected = {{"label", 2}, {"preference", 1}, {"winner", 1}};
  EXPECT_EQ(totals.not_understood, expected);
}

TEST(TotalsTest, TellErrorsFromRowsThatHoldAFieldOfThatName) {
  LineReader reader(Schema::kGram);
  EXPECT_EQ(reader.Read(kError).kind, LineKind::kError);
  for (const char* line :
       {R"({"error":{"code":"x"},"score_chosen":1.0,"score_rejected":0.0,"correct":true})",
        R"({"id":1,"row":1,"error":{"code":"x"},"score_chosen":1.0})",
        R"({"row":1,"id":1,"error":{"code":"x"}})", R"({"id":1,"row":1,"error":"x"})", "{}"}) {
    EXPECT_EQ(reader.Read(line).kind, LineKind::kResult) << line;
  }
  for (const char* line : {"", "x", "[1]", "{\"id\":1", "1", "{\"id\":\"\xff\"}", "{}{}"}) {
    EXPECT_EQ(reader.Read(line).kind, LineKind::kDamaged) << line;
  }
}

}  // namespace
}  // namespace gram::jobs
