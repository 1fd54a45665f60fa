// Every family of models from checkpoint to score: token ids and rewards against PyTorch's
// (tests/golden, and the shared folder's), and what reward models promise.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "gram/judge.h"
#include "gram/rank.h"
#include "tests/testing/backends.h"
#include "tests/testing/paths.h"
#include "tests/testing/temp_dir.h"
#include "tools/convert/convert.h"

namespace gram {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

struct Golden {
  const char* name;
  bool committed;  // in tests/golden, without the rows that may not be copied
  const char* readout = "";
};

constexpr Golden kGolden[] = {{"skywork-gemma2", true},       {"internlm2-reward", true},
                              {"skywork-llama-eotpad", true}, {"internlm2-reward-prepend", false},
                              {"skywork-llama", false},       {"skywork-qwen3", false},
                              {"nemotron", false, "token:0"}, {"llama32-gram", false},
                              {"llama32-gram-om64", false}};

std::string Folder(const Golden& golden) {
  return golden.committed ? testing::GoldenPath(golden.name)
                          : testing::SharedPath(std::string("models/") + golden.name);
}

/// The rows that hold their texts.
std::vector<Json> Rows(const Golden& golden) {
  const std::string name = std::string(golden.name) + ".golden.jsonl";
  std::ifstream file(golden.committed ? testing::GoldenPath(name)
                                      : testing::SharedPath("golden/" + name));
  std::vector<Json> rows;
  for (std::string line; std::getline(file, line);) {
    Json row = Json::parse(line);
    if (row.contains("question")) rows.push_back(std::move(row));
  }
  EXPECT_GT(rows.size(), 5U) << golden.name;
  return rows;
}

class Packed {
 public:
  explicit Packed(const Golden& golden) {
    const Status status =
        convert::Convert({.folder = Folder(golden), .output = path_, .readout = golden.readout});
    EXPECT_TRUE(status.ok()) << status.message();
  }
  Judge Open(const JudgeOptions& options = {}) const {
    auto judge = Judge::Open(path_, options);
    EXPECT_TRUE(judge.ok()) << judge.status().message();
    return std::move(judge).value();
  }
  const std::string& path() const { return path_; }

 private:
  testing::TempDir folder_;
  std::string path_ = folder_ / "m.gram";
};

ScoreOptions OptionsOf(const Json& row) {
  ScoreOptions options = {.parse_special = true};
  if (row.value("protocol", "") == "eval") options.protocol = Protocol::kEval;
  if (row.value("bos", "") == "double") options.bos = Bos::kTwo;
  return options;
}

Pair PairOf(const Json& row) {
  const bool judge = row.contains("response_a");
  return {row["question"], row[judge ? "response_a" : "response1"],
          row[judge ? "response_b" : "response2"]};
}

/// Differences from PyTorch's f32: ours, and those of PyTorch's bf16.
struct Errors {
  std::vector<double> ours;
  std::vector<double> torch;

  void Add(double got, double f32, double bf16) {
    ours.push_back(std::abs(got - f32));
    torch.push_back(std::abs(bf16 - f32));
  }
  static double Mean(const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
  }
  static double Max(const std::vector<double>& values) {
    return *std::max_element(values.begin(), values.end());
  }
};

void Compare(Judge& judge, const Json& row, Errors* errors) {
  const Pair pair = PairOf(row);
  const auto verdict = judge.Score({&pair, 1}, OptionsOf(row))[0];
  ASSERT_TRUE(verdict.ok()) << row["id"] << verdict.status().message();
  if (verdict->is_reward) {
    errors->Add(verdict->score_response1, row["score1_f32"], row["score1_bf16"]);
    errors->Add(verdict->score_response2, row["score2_f32"], row["score2_bf16"]);
    return;
  }
  for (size_t i = 0; i < 2; ++i) {
    const Json& order = row["orders"][i];
    errors->Add(verdict->orders[i].logit_a, order["logits_f32"][0], order["logits_bf16"][0]);
    errors->Add(verdict->orders[i].logit_b, order["logits_f32"][1], order["logits_bf16"][1]);
  }
}

class FamiliesTest : public ::testing::TestWithParam<Golden> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(Folder(GetParam()))) {
      GTEST_SKIP() << "needs " << Folder(GetParam()) << ", not here";
    }
  }
};

TEST_P(FamiliesTest, PromptsAreTokenForTokenThoseOfTransformers) {
  const Packed model(GetParam());
  const Judge judge = model.Open();
  for (const Json& row : Rows(GetParam())) {
    const auto prompts = judge.Prompts(PairOf(row), OptionsOf(row));
    ASSERT_TRUE(prompts.ok()) << prompts.status().message();
    for (size_t i = 0; i < 2; ++i) {
      const Json expected = row.contains("orders") ? row["orders"][i]["token_ids"]
                                                   : row["ids" + std::to_string(i + 1)];
      EXPECT_EQ(Json((*prompts)[i]), expected) << row["id"] << " prompt " << i;
    }
  }
}

// In f32 as in PyTorch; in bf16 no further from it than PyTorch's own bf16: the mean of so few
// values is itself uncertain by some percent.
TEST_P(FamiliesTest, ScoresAreThoseOfPyTorchOnEveryBackend) {
  const Packed model(GetParam());
  const std::vector<Json> rows = Rows(GetParam());
  for (const std::string& isa : testing::BackendNames()) {
    auto judge = Judge::Open(model.path(), {.isa = isa});
    if (!judge.ok()) continue;  // not of this CPU, or not for f32 weights
    Errors errors;
    for (const Json& row : rows) {
      // The long ones take minutes where nothing is optimised.
      if (testing::kSlowBuild && row["question"].get<std::string>().size() > 200) continue;
      if (testing::kSlowBuild && errors.ours.size() >= 8) break;
      Compare(*judge, row, &errors);
    }
    if (isa.find("bf16") == isa.npos) {
      EXPECT_LT(Errors::Max(errors.ours), 2e-3) << isa;
      continue;
    }
    if (testing::kSlowBuild) continue;  // a mean of so few says nothing
    EXPECT_LT(Errors::Mean(errors.ours), 1.15 * Errors::Mean(errors.torch)) << isa;
    EXPECT_LT(Errors::Max(errors.ours), 2 * Errors::Max(errors.torch)) << isa;
  }
}

INSTANTIATE_TEST_SUITE_P(All, FamiliesTest, ::testing::ValuesIn(kGolden), [](const auto& test) {
  std::string name = test.param.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

std::vector<Pair> SomePairs(const Golden& golden) {
  std::vector<Pair> pairs;
  for (const Json& row : Rows(golden)) pairs.push_back(PairOf(row));
  return pairs;
}

TEST(RewardModelsTest, SameBitsAloneTogetherSharedOrNot) {
  // One with windows and one whose long prompts have rotary frequencies of their own.
  for (const Golden& golden : {kGolden[0], kGolden[1]}) {
    const Packed model(golden);
    const std::vector<Pair> pairs = SomePairs(golden);
    const auto expected = model.Open({.threads = 1}).Score(pairs, {});
    for (const JudgeOptions& options :
         {JudgeOptions{.threads = 3}, JudgeOptions{.threads = 2, .share_prefixes = false},
          JudgeOptions{.threads = 2, .batch_tokens = 1}}) {
      Judge judge = model.Open(options);
      const auto together = judge.Score(pairs, {});
      for (size_t i = 0; i < pairs.size(); ++i) {
        const auto alone = judge.Score({&pairs[i], 1}, {})[0];
        EXPECT_EQ(together[i]->score_response1, expected[i]->score_response1) << i;
        EXPECT_EQ(alone->score_response2, expected[i]->score_response2) << i;
      }
    }
  }
}

TEST(RewardModelsTest, AVerdictComparesTwoRewards) {
  const Packed model(kGolden[2]);
  Judge judge = model.Open();
  EXPECT_TRUE(judge.info().gives_reward);
  const std::vector<Pair> pairs = {{"q", "yes", "no"}, {"q", "no", "yes"}, {"q", "same", "same"}};
  const auto verdicts = judge.Score(pairs, {});
  const Verdict& first = *verdicts[0];
  EXPECT_TRUE(first.is_reward);
  EXPECT_EQ(first.margin, first.score_response1 - first.score_response2);
  EXPECT_EQ(first.response1_is_better, first.score_response1 > first.score_response2);
  EXPECT_TRUE(std::isnan(first.order_gap));
  EXPECT_EQ(verdicts[1]->score_response1, first.score_response2);  // alone with its question
  EXPECT_EQ(verdicts[1]->margin, -first.margin);
  EXPECT_EQ(verdicts[2]->score_response1, verdicts[2]->score_response2);
  EXPECT_EQ(verdicts[2]->margin, 0);
  EXPECT_TRUE(verdicts[2]->notes.identical);
  // Read before the end: the padding token is the one that ends the text.
  const auto prompts = judge.Prompts(pairs[0], {});
  EXPECT_EQ(static_cast<size_t>(first.prompts[0].tokens), (*prompts)[0].size());
}

TEST(RewardModelsTest, RankingTakesOnePassForEachResponse) {
  const Packed model(kGolden[0]);
  for (const size_t count : {1U, 2U, 19U, 20U}) {
    Judge judge = model.Open({.share_prefixes = false});
    std::vector<std::string> responses;
    for (size_t i = 0; i < count; ++i) responses.push_back("answer " + std::to_string(i * i));
    const auto ranking = Rank(judge, "which?", responses);
    ASSERT_TRUE(ranking.ok()) << ranking.status().message();
    EXPECT_EQ(ranking->method, RankMethod::kReward);
    EXPECT_TRUE(ranking->comparisons.empty());
    int64_t tokens = 0;
    double strengths = 0;
    for (const RankedResponse& response : ranking->responses) {
      tokens += response.tokens;
      strengths += response.strength;
      EXPECT_EQ(response.wins + response.losses + response.ties, static_cast<int>(count) - 1);
      EXPECT_EQ(response.rank, 1 + response.losses);
    }
    // An odd number's last response is in a pair with itself, and computed once even so.
    EXPECT_LE(judge.tokens_computed(),
              tokens + (count % 2 == 0 ? 0 : ranking->responses.back().tokens));
    EXPECT_GE(judge.tokens_computed(), tokens);
    EXPECT_NEAR(strengths, 0, 1e-9);
    const Pair pair = {"which?", responses.front(), responses.back()};
    EXPECT_EQ(judge.Score({&pair, 1}, {})[0]->score_response2, ranking->responses.back().reward);
  }
}

TEST(RewardModelsTest, WhatIsForJudgesIsRefused) {
  const Packed model(kGolden[1]);
  Judge judge = model.Open();
  const Pair pair = {"q", "a", "b"};
  const auto message = [&](const ScoreOptions& options) {
    return judge.Score({&pair, 1}, options)[0].status().message();
  };
  EXPECT_THAT(message({.protocol = Protocol::kCard}), HasSubstr("protocol card is for judges"));
  EXPECT_THAT(message({.prompt = "{input}{response_a}{response_b}"}), HasSubstr("judging prompt"));
  EXPECT_THAT(message({.scoring = Scoring::kCardSnippet}), HasSubstr("for judges"));
  EXPECT_THAT(message({.labels = {"yes", "no"}}), HasSubstr("labels"));
  EXPECT_THAT(message({.date = "1 Jan 2026"}), HasSubstr("does not write one"));
  EXPECT_TRUE(judge.Score({&pair, 1}, {.protocol = Protocol::kReward})[0].ok());
  const auto knockout = Rank(judge, "q", {"a", "b"}, {.method = RankMethod::kKnockout});
  EXPECT_THAT(knockout.status().message(), HasSubstr("gives each a reward"));
}

TEST(RewardModelsTest, ABosTextInAPrefixGivenByHandComesOnce) {
  const testing::TempDir folder;
  std::filesystem::copy(Folder(kGolden[2]), folder / "source");
  Json config = Json::parse(testing::ReadBytes(folder / "source/tokenizer_config.json"));
  config["chat_template"] = "{{ nobody.knows(this) }}";
  testing::WriteBytes(folder / "source/tokenizer_config.json", config.dump());
  const auto prompts = [&](const std::string& prefix, const ScoreOptions& options) {
    const Status status =
        convert::Convert({.folder = folder / "source",
                          .output = folder / "m.gram",
                          .chat = {.prefix = prefix, .between = " ", .end = "<|eot_id|>"}});
    EXPECT_TRUE(status.ok()) << status.message();
    return *(*Judge::Open(folder / "m.gram", {})).Prompts({"q", "a", "b"}, options);
  };
  EXPECT_EQ(prompts("<|begin_of_text|>Q: ", {}), prompts("Q: ", {}));
  EXPECT_EQ(prompts("<|begin_of_text|>Q: ", {.bos = Bos::kTwo}),
            prompts("Q: ", {.bos = Bos::kTwo}));
}

TEST(RewardModelsTest, TheDateIsTheTemplatesUntilAnotherIsGiven) {
  const Packed model(kGolden[2]);
  const Judge judge = model.Open();
  const Pair pair = {"q", "a", "b"};
  const auto usual = judge.Prompts(pair, {});
  EXPECT_EQ(*usual, *judge.Prompts(pair, {.date = "26 Jul 2024"}));
  EXPECT_NE(*usual, *judge.Prompts(pair, {.date = "27 Nov 2026"}));
  EXPECT_THAT(judge.Prompts(pair, {.date = "two\nlines"}).status().message(),
              HasSubstr("one line"));
}

}  // namespace
}  // namespace gram
