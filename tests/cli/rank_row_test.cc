// Rankings as JSON lines and as text.
#include "jobs/verdicts/rank_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/output/verdict_text.h"
#include "engine/base/status.h"
#include "jobs/run/answers.h"
#include "jobs/verdicts/rank_pairs.h"
#include "jobs/verdicts/schema.h"
#include "jobs/verdicts/totals.h"

namespace gram::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

RankComparison Compared(size_t first, size_t second, double score, bool orders_agree) {
  Verdict verdict;
  verdict.score_response1 = score;
  verdict.order_gap = 0.25;
  verdict.orders_agree = orders_agree;
  verdict.orders = {{{1, 0, 0, 9}, {2, 0, 0, 11}}};
  return {first, second, verdict};
}

std::vector<std::string> Texts(const jobs::RowAnswers& answers) {
  std::vector<std::string> texts;
  for (const jobs::ResultLine& line : answers.lines) texts.push_back(line.text);
  return texts;
}

// 1 and 3 tied before 2.
Ranking SampleRanking() {
  Ranking ranking;
  ranking.method = RankMethod::kRoundRobin;
  ranking.responses = {{1, 0.625, 1, 0, 1, 0.5}, {3, 0.25, 0, 2, 0, -1}, {1, 0.625, 1, 0, 1, 0.5}};
  ranking.comparisons = {Compared(0, 1, 0.75, true), Compared(0, 2, 0.5, false)};
  return ranking;
}

jobs::InputRow SampleRow(const std::vector<double>& quality = {}) {
  jobs::InputRow row;
  row.number = 3;
  row.id_json = "\"x\"";
  row.responses = {"a", "b", "c"};
  row.quality = quality;
  return row;
}

TEST(RankRowTest, TheLineHasEveryFieldInOrder) {
  EXPECT_EQ(jobs::RankLine(SampleRow(), SampleRanking(), {}),
            R"({"id":"x","method":"round_robin","best":[1,3],"ranks":[1,3,1],)"
            R"("win_rates":[0.625,0.25,0.625],"wins":[1,0,1],"losses":[0,2,0],"ties":[1,0,1],)"
            R"("strengths":[0.5,-1.0,0.5],"comparisons_used":2,"orders_disagree":1,"tokens":40,)"
            R"("intransitive_triples":0,"cyclic_groups":[],"top_cycle":[]})"
            "\n");
}

TEST(RankRowTest, ContradictionsAreCountedFromOne) {
  Ranking ranking = SampleRanking();
  ranking.intransitive_triples = 1;
  ranking.cyclic_groups = {{0, 1, 2}};
  ranking.top_cycle = {2, 0, 1};
  EXPECT_THAT(
      jobs::RankLine(SampleRow(), ranking, {}),
      HasSubstr(R"("intransitive_triples":1,"cyclic_groups":[[1,2,3]],"top_cycle":[3,1,2])"));
  ranking.method = RankMethod::kKnockout;
  const std::string line = jobs::RankLine(SampleRow(), ranking, {});
  EXPECT_THAT(line, HasSubstr(R"("method":"knockout")"));
  EXPECT_THAT(line, Not(HasSubstr("cycl"))) << "only a round robin can tell";
}

TEST(RankRowTest, MatchesAreListedOnRequest) {
  EXPECT_THAT(
      jobs::RankLine(SampleRow(), SampleRanking(), {.matches = true}),
      EndsWith(R"(,"matches":[)"
               R"({"first":1,"second":2,"score_first":0.75,"order_gap":0.25,"orders_agree":true},)"
               R"({"first":1,"second":3,"score_first":0.5,"order_gap":0.25,"orders_agree":false}]})"
               "\n"));
}

TEST(RankRowTest, TextsAndTheTopComeOnRequest) {
  const std::string plain = jobs::RankLine(SampleRow(), SampleRanking());
  const std::string start = plain.substr(0, plain.size() - 2);
  jobs::InputRow row = SampleRow();
  row.question = "why \"x\"?";
  EXPECT_EQ(jobs::RankLine(row, SampleRanking(), {.attach = true}),
            start + R"(,"question":"why \"x\"?","responses":["a","b","c"]})" + "\n");
  EXPECT_EQ(jobs::RankLine(row, SampleRanking(), {.top = 2}),
            start + R"(,"top":[{"response":1,"rank":1,"win_rate":0.625,"strength":0.5},)"
                    R"({"response":3,"rank":1,"win_rate":0.625,"strength":0.5}]})"
                    "\n");
  row.responses = {"a", "b", "a"};  // a copy is not listed again
  EXPECT_EQ(jobs::RankLine(row, SampleRanking(), {.attach = true, .top = 5}),
            start + R"(,"question":"why \"x\"?",)"
                    R"("top":[{"response":1,"rank":1,"win_rate":0.625,"strength":0.5,"text":"a"},)"
                    R"({"response":2,"rank":3,"win_rate":0.25,"strength":-1.0,"text":"b"}]})"
                    "\n");
}

// The pairs of a ranking of "a", "b" and "c" with these ranks.
std::vector<std::string> PairsOf(std::vector<int> ranks, jobs::PairChoice choice,
                                 const jobs::InputRow& row = SampleRow(),
                                 std::vector<std::vector<size_t>> circles = {}) {
  Ranking ranking;
  ranking.cyclic_groups = std::move(circles);
  for (const int rank : ranks) {
    const double place = rank;
    ranking.responses.push_back({rank, 1 / place, 0, 0, 0, -place});
  }
  jobs::PairMaker maker(choice);
  const auto pairs = maker.Make(jobs::RankLine(row, ranking, {.attach = true}));
  EXPECT_TRUE(pairs.ok()) << pairs.status().message();
  return pairs.ok() ? *pairs : std::vector<std::string>();
}

TEST(RankPairsTest, TheBestAgainstTheWorstOrEach) {
  using jobs::PairChoice;
  EXPECT_THAT(PairsOf({2, 1, 4}, PairChoice::kBestWorst),
              ElementsAre(R"({"prompt":"","chosen":"b","rejected":"c","id":"x",)"
                          R"("score_chosen":1.0,"score_rejected":0.25,"margin":3.0})"
                          "\n"));
  EXPECT_THAT(PairsOf({2, 1, 4}, PairChoice::kBestEach),
              ElementsAre(HasSubstr(R"("chosen":"b","rejected":"a")"),
                          HasSubstr(R"("chosen":"b","rejected":"c")")));
}

TEST(RankPairsTest, EqualsMakeNoPair) {
  using jobs::PairChoice;
  for (const PairChoice choice : {PairChoice::kBestWorst, PairChoice::kBestEach}) {
    EXPECT_THAT(PairsOf({1, 1, 1}, choice), ElementsAre());
    EXPECT_THAT(PairsOf({1, 1, 3}, choice),
                ElementsAre(HasSubstr(R"("chosen":"a","rejected":"c")")));
    EXPECT_THAT(PairsOf({1, 2, 3}, choice, SampleRow(), {{0, 1, 2}}), ElementsAre());
  }
  EXPECT_THAT(PairsOf({1, 2, 2}, PairChoice::kBestEach).size(), 2u);
  EXPECT_THAT(PairsOf({1, 2, 3}, PairChoice::kBestEach, SampleRow(), {{0, 1}}),
              ElementsAre(HasSubstr(R"("rejected":"c")")));
  jobs::InputRow copies = SampleRow();
  copies.responses = {"a", "b", "b"};
  EXPECT_EQ(PairsOf({1, 2, 2}, PairChoice::kBestEach, copies).size(), 1u);
}

TEST(RankPairsTest, OtherLinesAreNamed) {
  jobs::PairMaker maker(jobs::PairChoice::kBestWorst);
  const auto none = maker.Make(R"({"id":1,"row":1,"error":{"code":"x","message":"y"}})");
  ASSERT_TRUE(none.ok());
  EXPECT_TRUE(none->empty());
  EXPECT_EQ(maker.Make(jobs::RankLine(SampleRow(), SampleRanking())).status().code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(maker.Make("not JSON").status().code(), StatusCode::kCorrupt);
  EXPECT_EQ(
      maker.Make(R"({"id":1,"method":"linear","ranks":[1,2],"question":"q","responses":["a"]})")
          .status()
          .code(),
      StatusCode::kCorrupt);
}

TEST(RankRowTest, TheTopIsCorrectWhereAllOfItIs) {
  const Ranking ranking = SampleRanking();
  EXPECT_EQ(jobs::TopIsCorrect(SampleRow(), ranking), std::nullopt);
  EXPECT_EQ(jobs::TopIsCorrect(SampleRow({2, 2, 2}), ranking), std::nullopt);
  EXPECT_EQ(jobs::TopIsCorrect(SampleRow({2, 0, 2}), ranking), true);
  EXPECT_EQ(jobs::TopIsCorrect(SampleRow({2, 0, 1}), ranking), false);
  EXPECT_EQ(jobs::TopIsCorrect(SampleRow({1, 2, 1}), ranking), false);
  EXPECT_THAT(jobs::RankLine(SampleRow({2, 0, 2}), ranking, {}), EndsWith(",\"correct\":true}\n"));
  EXPECT_THAT(jobs::RankLine(SampleRow({0, 1, 0}), ranking, {}), EndsWith(",\"correct\":false}\n"));
}

TEST(RankRowTest, RowsGetTheirRankingOrTheirError) {
  std::vector<jobs::InputRow> rows = {SampleRow(), SampleRow()};
  rows[1].question = "why?";
  rows[1].id_json = "7";
  const std::vector<Result<Ranking>> rankings = {SampleRanking(), TooLong("so \"long\"")};
  const jobs::RowAnswers answers = jobs::RankLines({}, rows, rankings);
  ASSERT_TRUE(answers.stopped.ok());
  EXPECT_THAT(Texts(answers),
              ElementsAre(jobs::RankLine(rows[0], SampleRanking(), {}),
                          R"({"id":7,"row":3,"error":{"code":"too_long","message":"so \"long\""}})"
                          "\n"));
  const std::vector<RankTask> asked = jobs::RankTasksOf(rows);
  ASSERT_EQ(asked.size(), 2u);
  EXPECT_EQ(asked[1].question, "why?");
  EXPECT_EQ(std::vector<std::string>(asked[1].responses.begin(), asked[1].responses.end()),
            rows[1].responses);
}

TEST(RankPlanTest, CountsWhatAMethodCompares) {
  const auto count = [](const RankOptions& options) {
    jobs::InputRow row = SampleRow();
    row.responses = {"a", "b", "a", "c", "d"};  // a copy is compared once
    jobs::PlanRanking(options, row);
    return row.error ? -1 : static_cast<int>(row.comparisons.size());
  };
  EXPECT_EQ(count({}), 6);
  EXPECT_EQ(count({.method = RankMethod::kRoundRobin}), 6);
  EXPECT_EQ(count({.method = RankMethod::kKnockout}), 3);
  EXPECT_EQ(count({.method = RankMethod::kLinear}), 3);
  EXPECT_EQ(count({.round_robin_limit = 3}), -1);
}

TEST(RankRowTest, AStopLeavesTheLinesBeforeIt) {
  const std::vector<jobs::InputRow> rows = {SampleRow(), SampleRow()};
  for (const Status& why : {Cancelled("stopped"), OutOfMemory("no memory"), Corrupt("tensor x")}) {
    const std::vector<Result<Ranking>> rankings = {SampleRanking(), why};
    const jobs::RowAnswers answers = jobs::RankLines({}, rows, rankings);
    EXPECT_EQ(answers.stopped.code(), why.code());
    EXPECT_THAT(Texts(answers), ElementsAre(jobs::RankLine(rows[0], SampleRanking(), {})));
  }
}

TEST(RankRowTest, ARunCountsWhatItsLinesSay) {
  jobs::Totals totals;
  jobs::Totals read_back;
  jobs::LineReader reader(jobs::Schema::kGramCpu);
  for (const std::vector<double>& quality : {std::vector<double>{2, 0, 2}, {0, 1, 0}, {}}) {
    const jobs::ResultLine line =
        jobs::WriteRanking(SampleRow(quality), SampleRanking(), {.matches = true});
    const jobs::LineRecord record = reader.Read(line.text);
    EXPECT_EQ(record.kind, jobs::LineKind::kResult);
    totals.Add(line.record);
    read_back.Add(record);
  }
  EXPECT_EQ(totals, read_back);
  EXPECT_EQ(totals.rows, 3);
  EXPECT_EQ(totals.labelled, 2);
  EXPECT_EQ(totals.correct, 1);
  EXPECT_EQ(totals.orders_agree, 3);
  EXPECT_EQ(totals.orders_disagree, 3);
  EXPECT_EQ(totals.tokens, 120);
}

TEST(RankTextTest, ShowsTheBestFirst) {
  const std::string text = RankText(SampleRanking());
  EXPECT_EQ(text,
            "Rank                 Win rate                      Strength  Wins  Losses  Ties\n"
            "   1  Response 1     #############.......  0.6250    +0.500     1       0     1\n"
            "   1  Response 3     #############.......  0.6250    +0.500     1       0     1\n"
            "   3  Response 2     #####...............  0.2500    -1.000     0       2     0\n"
            "\n"
            "Responses 1 and 3 are tied for the best. Round robin, 2 comparisons; in 1 the two "
            "orders of the answers disagree.\n");
}

TEST(RankTextTest, TellsOfContradictions) {
  Ranking ranking = SampleRanking();
  ranking.intransitive_triples = 2;
  ranking.top_cycle = {2, 0, 1};
  EXPECT_THAT(RankText(ranking),
              HasSubstr("Contradictions: 2 triples of responses beat each other in a circle."));
  EXPECT_THAT(RankText(ranking),
              EndsWith("The best response is in doubt: 3 beats 1 beats 2 beats 3.\n"));
  ranking.intransitive_triples = 1;
  EXPECT_THAT(RankText(ranking),
              HasSubstr("Contradictions: 1 triple of responses beats each other in a circle."));
}

TEST(RankTextTest, OneResponseIsBest) {
  Ranking ranking;
  ranking.method = RankMethod::kLinear;
  ranking.responses = {{1, 0.5, 0, 0, 0, 0}};
  EXPECT_THAT(RankText(ranking), StartsWith("Rank"));
  EXPECT_THAT(RankText(ranking), HasSubstr("\nResponse 1 is best. Linear scan, 0 comparisons.\n"));
}

}  // namespace
}  // namespace gram::cli
