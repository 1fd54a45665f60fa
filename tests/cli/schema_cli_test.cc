// `score --schema` from outside: rows of the benchmarks, in the shapes that their tools read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/cli/run_cli.h"

namespace gram::cli {
namespace {

using Json = nlohmann::ordered_json;
using ::testing::HasSubstr;

class SchemaCliTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new testing::TempDir();
    model_ = ConvertTiny(*folder_);
  }
  static void TearDownTestSuite() { delete folder_; }

  static CliResult Score(const std::string& schema, const std::string& row) {
    return RunCli({"score", "--model", model_, "--input", "-", "--schema", schema, "--quiet"}, row);
  }

  static testing::TempDir* folder_;
  static std::string model_;
};

testing::TempDir* SchemaCliTest::folder_ = nullptr;
std::string SchemaCliTest::model_;

const char* const kRmBench =
    R"({"id":"x","prompt":"Say hi","chosen":["hi","hi there","**hi** there"],)"
    R"("rejected":["no","no way","**no** way"],"domain":"chat"})";

TEST_F(SchemaCliTest, RmBenchRowsHaveTheirMatrix) {
  const CliResult result = Score("gram-cpu", kRmBench);
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const Json line = Json::parse(result.out);
  ASSERT_EQ(line["comparisons"].size(), 9u);
  double correct[3][3] = {};
  for (const Json& comparison : line["comparisons"]) {
    const int chosen = comparison["response1"].get<int>() - 1;
    const int rejected = comparison["response2"].get<int>() - 4;
    correct[chosen][rejected] = comparison["correct"].get<bool>() ? 1 : 0;
  }
  EXPECT_DOUBLE_EQ(line["normal"], (correct[0][0] + correct[1][1] + correct[2][2]) / 3);
  EXPECT_DOUBLE_EQ(line["easy"], (correct[1][0] + correct[2][0] + correct[2][1]) / 3);
  EXPECT_DOUBLE_EQ(line["hard"], (correct[0][1] + correct[0][2] + correct[1][2]) / 3);
}

TEST_F(SchemaCliTest, RewardBench2RowsHaveTheirScore) {
  const std::string row =
      R"({"id":"y","subset":"Focus","prompt":"Say hi","chosen":["hi"],"rejected":["no","nope","bye"],)"
      R"("num_correct":1})";
  const Json line = Json::parse(Score("gram-cpu", row).out);
  EXPECT_EQ(line["results"], line["correct"] == 1.0 ? 1.0 : 0.0);
  const Json other = Json::parse(Score("rewardbench", row).out);
  EXPECT_EQ(other["results"], line["results"]);
  EXPECT_EQ(other["scores_chosen"].size(), 3u);
  EXPECT_EQ(other["subset"], "Focus");
}

TEST_F(SchemaCliTest, JudgeBenchRowsHaveBothJudgments) {
  const std::string row =
      R"({"pair_id":"p","original_id":1,"source":"s","question":"2 + 2?","response_model":"m",)"
      R"("response_A":"4","response_B":"5","label":"B>A")";
  const CliResult result = Score("judgebench", row + "}");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(result.out.starts_with(row + ",\"judgments\":[")) << result.out;
  const Json verdict = Json::parse(Score("gram-cpu", row + "}").out);
  const Json judgments = Json::parse(result.out)["judgments"];
  ASSERT_EQ(judgments.size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    const bool a = verdict["orders"][i]["logit_A"] > verdict["orders"][i]["logit_B"];
    EXPECT_EQ(judgments[i]["decision"], a ? "A>B" : "B>A");
  }
}

TEST_F(SchemaCliTest, RowsThatDoNotFitAreErrorRows) {
  const CliResult list = Score("gram", kRmBench);
  EXPECT_EQ(list.exit_code, 3);
  EXPECT_THAT(list.out, HasSubstr(R"({"id":"x","row":1,"error":{"code":"several_comparisons",)"));
  const CliResult bare = Score("gram", R"({"question":"q","response1":"a","response2":"b"})");
  EXPECT_EQ(bare.exit_code, 3);
  EXPECT_THAT(bare.out, HasSubstr(R"("code":"no_label")"));
  EXPECT_EQ(Score("other", kRmBench).exit_code, 2);
}

}  // namespace
}  // namespace gram::cli
