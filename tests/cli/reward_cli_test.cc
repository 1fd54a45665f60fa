// Reward models from outside: result lines, resumed and filtered runs, rankings, and refusals.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/run_cli.h"
#include "tests/testing/paths.h"
#include "tests/testing/temp_dir.h"

namespace gram::cli {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

constexpr char kRows[] =
    "{\"id\":\"a\",\"question\":\"q\",\"chosen\":\"yes\",\"rejected\":\"no\"}\n"
    "{\"id\":\"b\",\"question\":\"q\",\"response1\":\"same\",\"response2\":\"same\"}\n";

class RewardCliTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const CliResult made = RunCli({"convert", testing::GoldenPath("skywork-llama-eotpad"), model_});
    ASSERT_EQ(made.exit_code, 0) << made.err;
  }

  CliResult Score(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> args = {"score", "--model", model_, "--input", "-"};
    args.insert(args.end(), more.begin(), more.end());
    return RunCli(args, kRows);
  }

  testing::TempDir folder_;
  std::string model_ = folder_ / "reward.gram";
};

TEST_F(RewardCliTest, LinesHoldRewardsAndNoOrders) {
  const CliResult result = Score();
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("protocol reward"));
  const Json line = Json::parse(result.out.substr(0, result.out.find('\n')));
  EXPECT_EQ(line["margin"].get<double>(),
            line["score_response1"].get<double>() - line["score_response2"].get<double>());
  EXPECT_EQ(line["prompts"][0]["response"], 1);
  EXPECT_GT(line["prompts"][1]["tokens"], 10);
  EXPECT_FALSE(line.contains("orders") || line.contains("order_gap") ||
               line.contains("orders_agree"));
  EXPECT_TRUE(line.contains("correct"));
}

TEST_F(RewardCliTest, AJobIsResumedAndFiltered) {
  const std::string rows = folder_ / "rows.jsonl";
  const std::string out = folder_ / "out.jsonl";
  testing::WriteBytes(rows, kRows);
  const std::vector<std::string> run = {"score", "--model", model_, rows, "--output", out};
  ASSERT_EQ(RunCli(run).exit_code, 0);
  const CliResult again = RunCli({"score", "--model", model_, rows, "--output", out, "--resume"});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  const CliResult other =
      RunCli({"score", "--model", model_, rows, "--output", out, "--resume", "--bos", "two"});
  EXPECT_NE(other.exit_code, 0);
  EXPECT_THAT(other.err, HasSubstr("bos"));
  const auto filter = [&](const std::string& rule, const std::string& value) {
    return RunCli({"filter", rows, "--verdicts", out, "--output", "-", rule, value});
  };
  const CliResult margin = filter("--min-margin", "0");
  EXPECT_EQ(margin.exit_code, 0) << margin.err;
  const CliResult gaps = filter("--max-order-gap", "0.5");
  EXPECT_THAT(gaps.err, HasSubstr("no_orders"));
  EXPECT_THAT(gaps.out, ::testing::IsEmpty());
}

TEST_F(RewardCliTest, TheBenchmarkKnowsThatThereAreNoOrders) {
  const CliResult result = RunCli({"bench", "--model", model_, "--quick"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("each response by itself"));
}

TEST_F(RewardCliTest, RankingGivesEachItsReward) {
  const CliResult result = RunCli({"rank", "--model", model_, "--quiet", "--json", "--query", "q",
                                   "--response", "x", "--response", "y", "--response", "x"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const Json ranking = Json::parse(result.out);
  EXPECT_EQ(ranking["method"], "reward");
  EXPECT_EQ(ranking["rewards"][0], ranking["rewards"][2]);
  EXPECT_EQ(ranking["comparisons_used"], 0);
  EXPECT_GT(ranking["tokens"], 20);
  const CliResult text =
      RunCli({"rank", "--model", model_, "--query", "q", "--response", "x", "--response", "y"});
  EXPECT_THAT(text.out, HasSubstr("By reward."));
  const CliResult knockout = RunCli(
      {"rank", "--model", model_, "--query", "q", "--response", "x", "--method", "knockout"});
  EXPECT_NE(knockout.exit_code, 0);
  EXPECT_THAT(knockout.err, HasSubstr("gives each a reward"));
}

TEST_F(RewardCliTest, TheSelfTestLooksAtRewards) {
  const CliResult result = RunCli({"selftest", "--model", model_});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("gave the same bits"));
}

TEST_F(RewardCliTest, OnePairForPeople) {
  const CliResult result =
      RunCli({"score", "--model", model_, "--query", "q", "--response1", "x", "--response2", "y"});
  EXPECT_THAT(result.out, HasSubstr("reward"));
  EXPECT_EQ(result.out.find('#'), std::string::npos);  // no bar: a reward has no range
  const CliResult card = RunCli({"score", "--model", model_, "--protocol", "card", "--query", "q",
                                 "--response1", "x", "--response2", "y"});
  EXPECT_NE(card.exit_code, 0);
  EXPECT_THAT(card.err, HasSubstr("gives a reward"));
}

TEST(ReadoutCliTest, ACausalModelIsReadAsAReward) {
  const testing::TempDir folder;
  const std::string model = folder / "m.gram";
  const std::string source = testing::GoldenPath("tiny-tied");
  const auto convert = [&](const std::string& readout) {
    return RunCli({"convert", source, model, "--force", "--readout", readout});
  };
  ASSERT_EQ(convert("token:A,B").exit_code, 0) << convert("token:A,B").err;
  const std::vector<std::string> pair = {"score", "--model",     model, "--json",      "--query",
                                         "q",     "--response1", "x",   "--response2", "y"};
  const double difference = Json::parse(RunCli(pair).out)["score_response1"].get<double>();
  ASSERT_EQ(convert("token:A").exit_code, 0);
  const double a = Json::parse(RunCli(pair).out)["score_response1"].get<double>();
  ASSERT_EQ(convert("token:B").exit_code, 0);
  const double b = Json::parse(RunCli(pair).out)["score_response1"].get<double>();
  EXPECT_DOUBLE_EQ(difference, a - b);
  for (const char* wrong : {"token:", "token:A,A", "token:99999999", "logit:3", "token:no such"}) {
    EXPECT_NE(convert(wrong).exit_code, 0) << wrong;
  }
  // Not taken for one that was not given.
  EXPECT_EQ(convert("").exit_code, 2);
  EXPECT_THAT(convert("").err, HasSubstr("--readout must not be empty"));
}

TEST(ReadoutCliTest, OptionsThatAreGivenAreNotEmpty) {
  for (const char* option : {"--prompt", "--date", "--format", "--map"}) {
    const CliResult result = RunCli({"score", "--model", "demo", option, "", "rows.jsonl"});
    EXPECT_EQ(result.exit_code, 2) << option;
    EXPECT_THAT(result.err, HasSubstr(std::string(option) + " must not be empty"));
  }
}

}  // namespace
}  // namespace gram::cli
