// What the lines of an output hold, from outside: the shapes of `--schema`, and the fields of
// `--keep`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/cli/run_cli.h"

namespace gram::cli {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::ordered_json;

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

class KeepCliTest : public ::testing::Test {
 protected:
  KeepCliTest() {
    testing::WriteBytes(
        rows_,
        R"({"prompt":"q","chosen":"a","rejected":"b","group":"\u0067","source": {"n":1.50} })"
        "\n"
        R"({"prompt":"q","chosen":"a","rejected":"b"})"
        "\n"
        R"({"prompt":"q","chosen":"a","rejected":"b","group":NaN})"
        "\n"
        R"({"prompt":"q"})"
        "\n");
  }

  CliResult Run(const std::string& verb, const std::vector<std::string>& more) const {
    std::vector<std::string> words = {verb, "--model", model_, rows_};
    words.insert(words.end(), more.begin(), more.end());
    return RunCli(words);
  }

  testing::TempDir folder_;
  std::string rows_ = folder_ / "rows";
  std::string model_ = ConvertTiny(folder_);
};

TEST_F(KeepCliTest, LinesEndWithTheFieldsOfTheirRow) {
  for (const char* verb : {"score", "rank"}) {
    const CliResult result = Run(verb, {"--keep", "source,group", "--keep", "none_has"});
    EXPECT_EQ(result.exit_code, 3) << result.err;
    const auto lines = result.lines();
    ASSERT_EQ(lines.size(), 4u);
    EXPECT_THAT(lines[0], EndsWith(R"(,"kept":{"group":"\u0067","source":{"n":1.50}}})"));
    EXPECT_THAT(lines[1], EndsWith(R"(,"kept":{}})"));
    EXPECT_EQ(Json::parse(lines[2])["error"]["code"], "invalid_json");
    EXPECT_THAT(lines[2], HasSubstr(R"(field \"group\" cannot be kept)"));
    EXPECT_EQ(Json::parse(lines[3]).size(), 3u) << "error lines repeat nothing";
    EXPECT_THAT(result.err,
                HasSubstr("--keep: of 3 rows that could be read, none has \"none_has\""));
    EXPECT_THAT(result.err, Not(HasSubstr("none has \"group\"")));
  }
}

TEST_F(KeepCliTest, AllIsTheWholeRow) {
  const CliResult result = Run("score", {"--keep", "all", "--quiet"});
  const Json kept = Json::parse(result.lines()[0])["kept"];
  EXPECT_EQ(kept.size(), 5u);
  EXPECT_EQ(kept["source"]["n"], 1.5);
  EXPECT_EQ(Run("score", {"--quiet"}).lines()[0].find("kept"), std::string::npos);
}

TEST_F(KeepCliTest, IsPartOfTheRun) {
  const std::string output = folder_ / "v";
  ASSERT_EQ(Run("score", {"--keep", "source,group", "--output", output, "--quiet"}).exit_code, 3);
  EXPECT_EQ(Json::parse(testing::ReadBytes(output + ".run.json"))["settings"]["keep"],
            "group,source");
  const CliResult other = Run("score", {"--keep", "group", "--output", output, "--resume"});
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(other.err, HasSubstr("keep is group, but was group,source"));
  const CliResult without = Run("score", {"--output", output, "--resume"});
  EXPECT_EQ(without.exit_code, 1);
  EXPECT_THAT(without.err, HasSubstr("keep is not given, but was group,source (to continue: --keep "
                                     "group,source)"));
  EXPECT_EQ(Run("score",
                {"--keep", "group", "--keep", "source", "--output", output, "--resume", "--quiet"})
                .exit_code,
            3);
  // Verdicts that repeat fields of their rows are verdicts.
  const CliResult filtered =
      RunCli({"filter", rows_, "--verdicts", output, "--output", "-", "--attach", "v", "--quiet"});
  EXPECT_EQ(filtered.exit_code, 0) << filtered.err;
  ASSERT_EQ(filtered.lines().size(), 2u);
  EXPECT_EQ(Json::parse(filtered.lines()[0])["v"]["kept"]["group"], "g");
}

TEST_F(KeepCliTest, RefusesWhatMakesNoSense) {
  const CliResult schema = Run("score", {"--keep", "group", "--schema", "gram"});
  EXPECT_EQ(schema.exit_code, 2);
  EXPECT_THAT(schema.err, HasSubstr("whose lines carry the whole row"));
  EXPECT_EQ(Run("score", {"--keep", "all,group"}).exit_code, 2);
  EXPECT_EQ(Run("rank", {"--keep", ",group"}).exit_code, 2);
  const CliResult pair =
      RunCli({"score", "--query", "q", "--response1", "a", "--response2", "b", "--keep", "group"});
  EXPECT_EQ(pair.exit_code, 2);
  EXPECT_THAT(pair.err, HasSubstr("--keep needs a FILE of rows"));
  const CliResult dry = Run("score", {"--keep", "nobody", "--dry-run"});
  EXPECT_THAT(dry.err, HasSubstr("none has \"nobody\"")) << "found out before hours of scoring";
  EXPECT_THAT(Run("score", {"--keep", "nobody", "--quiet"}).err, Not(HasSubstr("nobody")));
}

}  // namespace
}  // namespace gram::cli
