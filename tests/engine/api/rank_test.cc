// Rankings: in lock step, on made-up scores (batches, duplicates, errors, limits); and with a
// model, where the scores are those of Score, alone or together, and it can be cancelled.
#include "gram/rank.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>

#include "engine/api/rank.h"
#include "engine/base/status.h"
#include "tests/testing/converted_model.h"
#include "tests/testing/random.h"

namespace gram::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Rankings = std::vector<Result<Ranking>>;

// Responses are numbers; "bad" cannot be scored and "nan" has no score.
Result<Verdict> ScoreOne(const Pair& pair) {
  for (const std::string& text : {pair.response1, pair.response2}) {
    if (text == "bad") return TooLong("much too long");
  }
  const bool broken = pair.response1 == "nan" || pair.response2 == "nan";
  const double lead = broken ? std::numeric_limits<double>::quiet_NaN()
                             : std::stod(pair.response1) - std::stod(pair.response2);
  Verdict verdict;
  verdict.score_response1 = 1 / (1 + std::exp(-lead));
  verdict.score_response2 = 1 / (1 + std::exp(lead));
  verdict.response1_is_better = lead > 0;
  return verdict;
}

// Rock, paper, scissors: of 0, 1, 2 each loses to the next; all beat 3.
Result<Verdict> ScoreCircle(const Pair& pair) {
  const int a = std::stoi(pair.response1);
  const int b = std::stoi(pair.response2);
  const bool wins = b == 3 || (a != 3 && (b + 1) % 3 == a);
  Verdict verdict;
  verdict.score_response1 = wins ? 0.7 : 0.3;
  verdict.score_response2 = wins ? 0.3 : 0.7;
  return verdict;
}

// Scores with `one` and notes the size of every call.
ScorePairs Scorer(Result<Verdict> (*one)(const Pair&), std::vector<size_t>* calls = nullptr) {
  return [one, calls](std::span<const Pair> pairs) {
    if (calls != nullptr) calls->push_back(pairs.size());
    std::vector<Result<Verdict>> verdicts;
    for (const Pair& pair : pairs) verdicts.push_back(one(pair));
    return verdicts;
  };
}

Rankings RankWith(RankMethod method, const std::vector<RankTask>& tasks,
                  std::vector<size_t>* calls = nullptr) {
  return RankRounds(Scorer(ScoreOne, calls), tasks, {.method = method});
}

std::vector<int> Ranks(const Ranking& ranking) {
  std::vector<int> ranks;
  for (const RankedResponse& response : ranking.responses) ranks.push_back(response.rank);
  return ranks;
}

void ExpectSame(const Ranking& a, const Ranking& b) {
  EXPECT_EQ(a.method, b.method);
  EXPECT_EQ(Ranks(a), Ranks(b));
  ASSERT_EQ(a.responses.size(), b.responses.size());
  for (size_t i = 0; i < a.responses.size(); ++i) {
    EXPECT_EQ(a.responses[i].win_rate, b.responses[i].win_rate);
    EXPECT_EQ(a.responses[i].strength, b.responses[i].strength);
  }
  ASSERT_EQ(a.comparisons.size(), b.comparisons.size());
  for (size_t i = 0; i < a.comparisons.size(); ++i) {
    EXPECT_EQ(a.comparisons[i].first, b.comparisons[i].first);
    EXPECT_EQ(a.comparisons[i].second, b.comparisons[i].second);
  }
}

std::vector<RankTask> RandomTasks(uint32_t seed) {
  testing::Random random(seed);
  std::vector<RankTask> tasks(12);
  for (RankTask& task : tasks) {
    task.responses.resize(1 + random.Below(12));
    for (std::string& response : task.responses) response = std::to_string(random.Below(9));
  }
  return tasks;
}

TEST(RankRoundsTest, ARoundOfAllTasksIsOneCall) {
  const std::vector<RankTask> tasks = {
      {"a", {"1", "2", "3"}}, {"b", {"5"}}, {"c", {"1", "2", "3", "4", "5"}}};
  std::vector<size_t> calls;
  RankWith(RankMethod::kRoundRobin, tasks, &calls);
  EXPECT_THAT(calls, ElementsAre(3 + 10));
  calls.clear();
  RankWith(RankMethod::kKnockout, tasks, &calls);
  EXPECT_THAT(calls, ElementsAre(1 + 1, 1 + 2, 1));
  calls.clear();
  RankWith(RankMethod::kLinear, tasks, &calls);
  EXPECT_THAT(calls, ElementsAre(2, 2, 1, 1));
}

TEST(RankRoundsTest, TasksDoNotInfluenceEachOther) {
  for (const RankMethod method :
       {RankMethod::kAuto, RankMethod::kRoundRobin, RankMethod::kKnockout, RankMethod::kLinear}) {
    const std::vector<RankTask> tasks = RandomTasks(1);
    const Rankings together = RankWith(method, tasks);
    ASSERT_EQ(together.size(), tasks.size());
    for (size_t i = 0; i < tasks.size(); ++i) {
      const Rankings alone = RankWith(method, {tasks[i]});
      ASSERT_TRUE(together[i].ok() && alone.front().ok());
      ExpectSame(*together[i], *alone.front());
    }
  }
}

TEST(RankRoundsTest, ConsistentScoresGiveTheirOrder) {
  const Rankings rankings =
      RankWith(RankMethod::kRoundRobin, {{"q", {"2", "-1", "7", "0.5", "3"}}});
  const Ranking& ranking = *rankings.front();
  EXPECT_THAT(Ranks(ranking), ElementsAre(3, 5, 1, 4, 2));
  EXPECT_EQ(ranking.comparisons.size(), 10u);
  EXPECT_EQ(ranking.responses[2].wins, 4);
  EXPECT_EQ(ranking.responses[3].losses, 3);
  EXPECT_EQ(ranking.intransitive_triples, 0);
  EXPECT_THAT(ranking.cyclic_groups, IsEmpty());
  EXPECT_THAT(ranking.top_cycle, IsEmpty());
}

// The text "4" three times is one entrant: nothing else changes for anyone but the ranks, which
// count texts.
TEST(RankRoundsTest, CopiesAreComparedOnceAndShareEverything) {
  for (const RankMethod method :
       {RankMethod::kRoundRobin, RankMethod::kKnockout, RankMethod::kLinear}) {
    const Rankings with = RankWith(method, {{"q", {"4", "9", "4", "1", "4"}}});
    const Rankings without = RankWith(method, {{"q", {"4", "9", "1"}}});
    const Ranking& copies = *with.front();
    const Ranking& plain = *without.front();
    EXPECT_EQ(copies.comparisons.size(), plain.comparisons.size());
    for (const RankComparison& comparison : copies.comparisons) {
      for (const size_t copy : {2, 4}) {
        EXPECT_TRUE(comparison.first != copy && comparison.second != copy);
      }
    }
    const size_t same_as[] = {0, 1, 0, 2, 0};
    for (size_t i = 0; i < std::size(same_as); ++i) {
      const RankedResponse& expected = plain.responses[same_as[i]];
      EXPECT_EQ(copies.responses[i].win_rate, expected.win_rate);
      EXPECT_EQ(copies.responses[i].strength, expected.strength);
      EXPECT_EQ(copies.responses[i].wins, expected.wins);
    }
    if (method == RankMethod::kRoundRobin) {
      EXPECT_THAT(Ranks(copies), ElementsAre(2, 1, 2, 5, 2));
    }
  }
}

TEST(RankRoundsTest, SmallAndUniformTasks) {
  for (const RankMethod method :
       {RankMethod::kAuto, RankMethod::kRoundRobin, RankMethod::kKnockout, RankMethod::kLinear}) {
    const Rankings rankings =
        RankWith(method, {{"q", {"5"}}, {"q", {"5", "5", "5"}}, {"q", {"1", "2"}}});
    for (size_t i : {0, 1}) {
      EXPECT_THAT(rankings[i]->comparisons, IsEmpty());
      for (const RankedResponse& response : rankings[i]->responses) {
        EXPECT_EQ(response.rank, 1);
        EXPECT_EQ(response.win_rate, 0.5);
        EXPECT_EQ(response.strength, 0);
      }
    }
    EXPECT_THAT(Ranks(*rankings[2]), ElementsAre(2, 1));
    EXPECT_NEAR(rankings[2]->responses[1].win_rate, 1 / (1 + std::exp(-1.0)), 1e-15);
  }
}

TEST(RankRoundsTest, ATaskThatFailsFailsAlone) {
  for (const RankMethod method :
       {RankMethod::kRoundRobin, RankMethod::kKnockout, RankMethod::kLinear}) {
    const Rankings rankings = RankWith(
        method, {{"q", {"1", "2", "bad"}}, {"q", {}}, {"q", {"nan", "1"}}, {"q", {"1", "2", "3"}}});
    EXPECT_EQ(rankings[0].status().code(), StatusCode::kTooLong);
    EXPECT_THAT(rankings[0].status().message(), HasSubstr(" and 3: much too long"));
    EXPECT_EQ(rankings[1].status().code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(rankings[2].status().code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(Ranks(*rankings[3])[2], 1);
  }
}

TEST(RankRoundsTest, ContradictionsAreReported) {
  const std::vector<RankTask> tasks = {{"q", {"3", "2", "2", "0", "1"}}};
  const Rankings rankings = RankRounds(Scorer(ScoreCircle), tasks, {});
  const Ranking& ranking = *rankings.front();
  EXPECT_THAT(Ranks(ranking), ElementsAre(5, 1, 1, 1, 1));
  EXPECT_EQ(ranking.intransitive_triples, 1);
  EXPECT_THAT(ranking.cyclic_groups, ElementsAre(ElementsAre(1, 3, 4)));
  EXPECT_THAT(ranking.top_cycle, ElementsAre(1, 4, 3));
  EXPECT_NEAR(ranking.responses[1].strength, ranking.responses[4].strength, 1e-9);
}

std::vector<std::string> Numbers(size_t n) {
  std::vector<std::string> numbers;
  for (size_t i = 0; i < n; ++i) numbers.push_back(std::to_string(i));
  return numbers;
}

TEST(RankRoundsTest, AutoGoesByTheNumberOfDifferentTexts) {
  const std::vector<std::string> few = Numbers(kAutoRoundRobin);
  std::vector<std::string> copies = few;
  copies.insert(copies.end(), few.begin(), few.end());
  const Rankings rankings =
      RankWith(RankMethod::kAuto, {{"q", copies}, {"q", Numbers(kAutoRoundRobin + 1)}});
  EXPECT_EQ(rankings[0]->method, RankMethod::kRoundRobin);
  EXPECT_EQ(rankings[0]->comparisons.size(), 28u);
  EXPECT_EQ(rankings[1]->method, RankMethod::kKnockout);
  EXPECT_EQ(rankings[1]->comparisons.size(), 8u);
}

TEST(RankRoundsTest, ARoundRobinHasALimit) {
  const std::vector<RankTask> tasks = {{"q", Numbers(64)}, {"q", Numbers(65)}};
  const Rankings rankings = RankWith(RankMethod::kRoundRobin, tasks);
  EXPECT_TRUE(rankings[0].ok());
  EXPECT_EQ(rankings[1].status().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(rankings[1].status().message(), HasSubstr("2080 comparisons"));
  const Rankings raised = RankRounds(Scorer(ScoreOne), tasks,
                                     {.method = RankMethod::kRoundRobin, .round_robin_limit = 65});
  EXPECT_EQ(raised[1]->comparisons.size(), 2080u);
  EXPECT_TRUE(RankWith(RankMethod::kKnockout, {{"q", Numbers(1000)}}).front().ok());
}

// Pairs hold copies of their texts: a large round is handed over in portions.
TEST(RankRoundsTest, LargeRoundsComeInPortions) {
  RankTask task = {std::string(size_t{4} << 20, 'q'), Numbers(4)};
  std::vector<size_t> calls;
  const Rankings rankings = RankWith(RankMethod::kRoundRobin, {task}, &calls);
  EXPECT_THAT(calls, ElementsAre(4, 2));
  task.question.clear();
  ExpectSame(*rankings.front(), *RankWith(RankMethod::kRoundRobin, {task}).front());
}

}  // namespace
}  // namespace gram::api

namespace gram {
namespace {

using ::testing::HasSubstr;
using testing::SameBits;

const std::vector<RankTask>& Tasks() {
  static const std::vector<RankTask> tasks = {
      {"What is the Russian word for frog?", {"лягушка", "жаба", "", "лягушка, of course", "жаба"}},
      {"", {"x"}},
      {"Name a prime number.", {"7", "four", "<|im_end|>", "2 is the only even one.", "11", "13"}},
      {"Name a prime number.", {"7", "8"}}};
  return tasks;
}

class RankTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { model_ = std::make_unique<testing::ConvertedModel>(); }
  static void TearDownTestSuite() { model_.reset(); }

  static inline std::unique_ptr<testing::ConvertedModel> model_;
};

TEST_F(RankTest, ScoresAreThoseOfScoreBitForBit) {
  Judge judge = model_->Open();
  for (const RankMethod method :
       {RankMethod::kRoundRobin, RankMethod::kKnockout, RankMethod::kLinear}) {
    ScoreOptions score;
    score.protocol = Protocol::kEval;
    const auto rankings = RankAll(judge, Tasks(), {.method = method}, score);
    for (size_t i = 0; i < Tasks().size(); ++i) {
      ASSERT_TRUE(rankings[i].ok()) << rankings[i].status().message();
      for (const auto& [first, second, verdict] : rankings[i]->comparisons) {
        const auto& responses = Tasks()[i].responses;
        const Pair pair = {Tasks()[i].question, responses[first], responses[second]};
        EXPECT_TRUE(SameBits(verdict, *judge.Score({&pair, 1}, score).front()));
      }
    }
  }
}

TEST_F(RankTest, TogetherIsAsAlone) {
  Judge judge = model_->Open();
  Judge unshared = model_->Open({.share_prefixes = false, .batch_tokens = 256});
  const auto together = RankAll(judge, Tasks());
  for (size_t i = 0; i < Tasks().size(); ++i) {
    const auto alone = Rank(unshared, Tasks()[i].question, Tasks()[i].responses);
    ASSERT_TRUE(alone.ok() && together[i].ok());
    for (size_t k = 0; k < alone->responses.size(); ++k) {
      EXPECT_EQ(alone->responses[k].rank, together[i]->responses[k].rank);
      EXPECT_EQ(alone->responses[k].win_rate, together[i]->responses[k].win_rate);
      EXPECT_EQ(alone->responses[k].strength, together[i]->responses[k].strength);
    }
  }
}

TEST_F(RankTest, RoundRobinDoesNotDependOnTheOrderOfResponses) {
  Judge judge = model_->Open();
  const RankTask& task = Tasks()[2];
  const std::vector<std::string> reversed(task.responses.rbegin(), task.responses.rend());
  const auto forth = Rank(judge, task.question, task.responses);
  const auto back = Rank(judge, task.question, reversed);
  ASSERT_TRUE(forth.ok() && back.ok());
  for (size_t i = 0; i < reversed.size(); ++i) {
    const RankedResponse& a = forth->responses[i];
    const RankedResponse& b = back->responses[reversed.size() - 1 - i];
    EXPECT_EQ(a.rank, b.rank);
    EXPECT_EQ(a.win_rate, b.win_rate);
    EXPECT_NEAR(a.strength, b.strength, 1e-8);
  }
}

TEST_F(RankTest, ErrorsNameTheResponses) {
  Judge judge = model_->Open();
  const auto bad = Rank(judge, "q", {"a", "b", "\xff"});
  EXPECT_EQ(bad.status().code(), StatusCode::kInvalidUtf8);
  EXPECT_THAT(bad.status().message(), HasSubstr("responses 1 and 3: "));
  EXPECT_EQ(Rank(judge, "q", {}).status().code(), StatusCode::kInvalidArgument);
}

TEST_F(RankTest, ACancelledRankingIsCancelled) {
  Judge judge = model_->Open();
  const std::atomic<bool> cancel = true;
  ScoreOptions score;
  score.cancel = &cancel;
  const auto rankings = RankAll(judge, Tasks(), {}, score);
  for (size_t i = 0; i < Tasks().size(); ++i) {
    if (Tasks()[i].responses.size() == 1) {
      EXPECT_TRUE(rankings[i].ok());
    } else {
      EXPECT_EQ(rankings[i].status().code(), StatusCode::kCancelled);
    }
  }
}

TEST(RankMethodTest, Names) {
  EXPECT_EQ(RankMethodName(RankMethod::kAuto), "auto");
  EXPECT_EQ(RankMethodName(RankMethod::kRoundRobin), "round_robin");
  EXPECT_EQ(RankMethodName(RankMethod::kKnockout), "knockout");
  EXPECT_EQ(RankMethodName(RankMethod::kLinear), "linear");
}

}  // namespace
}  // namespace gram
