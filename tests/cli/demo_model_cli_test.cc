// The demo model: it judges as its training script says, and the program finds it wherever it is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/cli/run_cli.h"
#include "tests/testing/paths.h"

namespace gram::cli {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Json = nlohmann::json;

const std::string kHeldOut = testing::SourcePath("tools/demo-model/held-out.jsonl");
const std::vector<std::string> kPair = {"score",       "--query", "What is the capital of France?",
                                        "--response1", "Paris.",  "--response2",
                                        "Berlin."};

// kPair, judged by the program at `path`; with `more` options.
CliResult JudgeWith(const std::string& path, const std::vector<std::string>& more = {}) {
  std::vector<std::string> words = {path};
  words.insert(words.end(), kPair.begin(), kPair.end());
  words.insert(words.end(), more.begin(), more.end());
  return RunProgram(words);
}

// What the program at `path` says of the demo model that it finds.
std::string FoundBy(const std::string& path) { return JudgeWith(path, {"--model", "demo"}).err; }

// Pairs that training never saw, with the scores that PyTorch gave the same weights in f32.
class HeldOutTest : public ::testing::TestWithParam<const char*> {
 protected:
  static std::vector<Json> Rows() {
    std::vector<Json> rows;
    std::ifstream file(kHeldOut);
    for (std::string line; std::getline(file, line);) rows.push_back(Json::parse(line));
    return rows;
  }

  static std::vector<Json> Score(const std::string& isa) {
    const CliResult result = RunCli(
        {"score", "--model", "demo", kHeldOut, "--quiet", "--protocol", GetParam(), "--isa", isa});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    std::vector<Json> lines;
    for (const std::string& line : result.lines()) lines.push_back(Json::parse(line));
    return lines;
  }
};

TEST_P(HeldOutTest, InF32AllIsAsTheTrainingScriptSays) {
  std::vector<std::string> isas = Isas();
  std::erase_if(isas, [](const std::string& isa) { return isa.ends_with("_bf16"); });
  ASSERT_FALSE(isas.empty());
  const std::vector<Json> rows = Rows();
  const std::vector<Json> lines = Score(isas.front());
  ASSERT_EQ(rows.size(), 400u);
  ASSERT_EQ(lines.size(), rows.size());
  int expected = 0;
  int correct = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const double score = rows[i]["scores"][GetParam()];
    EXPECT_NEAR(lines[i]["score_response1"], score, 1e-4) << rows[i];
    EXPECT_EQ(lines[i]["response1_is_better"], score > 0.5) << rows[i];
    expected += (score > 0.5) == (rows[i]["label"] == 1);
    correct += lines[i]["correct"].get<bool>();
  }
  EXPECT_EQ(correct, expected);
}

// Rounding to bf16, which processors do in several ways, moves a few scores by a hundredth.
TEST_P(HeldOutTest, OnThisProcessorItJudgesAsWell) {
  const std::vector<Json> rows = Rows();
  const std::vector<Json> lines = Score("auto");
  ASSERT_EQ(lines.size(), rows.size());
  double distance = 0;
  int correct = 0;
  int agree = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const double score = rows[i]["scores"][GetParam()];
    distance += std::abs(lines[i]["score_response1"].get<double>() - score);
    if (std::abs(score - 0.5) > 0.05) {
      EXPECT_EQ(lines[i]["response1_is_better"], score > 0.5) << rows[i];
    }
    correct += lines[i]["correct"].get<bool>();
    agree += lines[i]["orders_agree"].get<bool>();
  }
  EXPECT_LE(distance / static_cast<double>(rows.size()), 0.002);
  EXPECT_GE(correct, 380);
  EXPECT_GE(agree, 380);
}

INSTANTIATE_TEST_SUITE_P(Protocols, HeldOutTest, ::testing::Values("card", "eval"),
                         [](const auto& protocol) { return std::string(protocol.param); });

TEST(DemoModelCliTest, JudgesWhereNoModelIsNamedAndSaysSo) {
  const CliResult score = JudgeWith(GRAM_CPU_BINARY);
  EXPECT_EQ(score.exit_code, 0) << score.err;
  EXPECT_THAT(score.out, HasSubstr("Response 1 is better."));
  EXPECT_THAT(score.err, AllOf(HasSubstr("no --model given: judging with the demo model, a toy"),
                               HasSubstr("gram-cpu convert")));
  EXPECT_EQ(std::count(score.err.begin(), score.err.end(), '\n'), 1) << score.err;
  EXPECT_LE(score.err.size(), 101u);
  const CliResult result = RunCli(
      {"rank", "--quiet", "--query", "What is 2 + 2?", "--response", "5", "--response", "4"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("no --model given: judging with the demo model"));
}

TEST(DemoModelCliTest, ARunThatLastsRecordsIt) {
  const testing::TempDir folder;
  const std::string output = folder / "verdicts.jsonl";
  const CliResult score =
      RunCli({"score", "--model", "demo", kHeldOut, "--quiet", "--output", output});
  EXPECT_EQ(score.exit_code, 0) << score.err;
  EXPECT_THAT(score.err, IsEmpty());
  const Json manifest = Json::parse(std::ifstream(output + ".run.json"));
  EXPECT_THAT(manifest["run"]["about"]["model"], HasSubstr("share/gram-cpu/demo.gram"));
}

TEST(DemoModelCliTest, RowsWantItByName) {
  for (const char* verb : {"score", "rank"}) {
    const CliResult result = RunCli({verb, "--input", kHeldOut});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.out, IsEmpty());
    EXPECT_THAT(result.err, HasSubstr("--model M.gram, or --model demo"));
  }
}

TEST(DemoModelCliTest, AFileOfItsNameIsPointedOut) {
  const testing::TempDir folder;
  testing::WriteBytes(folder / "demo", "");
  const std::string score = std::string("cd '") + (folder / ".") + "' && exec " + GRAM_CPU_BINARY +
                            " score --model demo --query q --response1 a --response2 b";
  const CliResult result = RunProgram({"/bin/sh", "-c", score});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("--model ./demo"));
}

TEST(DemoModelCliTest, AnEmptyNameIsNoWishForIt) {
  for (const char* verb : {"score", "rank", "selftest"}) {
    const CliResult empty = RunCli({verb, "--model", ""});
    EXPECT_EQ(empty.exit_code, 2);
    EXPECT_THAT(empty.err, HasSubstr("--model"));
  }
}

TEST(DemoModelCliTest, IsFoundWhereverItIsInstalled) {
  const testing::TempDir folder;
  const std::string first = folder / "first";
  const std::string moved = folder / "moved";
  const CliResult install =
      RunProgram({GRAM_CMAKE, "--install", GRAM_BUILD_DIR, "--prefix", first});
  ASSERT_EQ(install.exit_code, 0) << install.err;
  EXPECT_THAT(FoundBy(first + "/bin/gram-cpu"), HasSubstr(first + "/share/gram-cpu/demo.gram"));

  fs::rename(first, moved);
  EXPECT_THAT(FoundBy(moved + "/bin/gram-cpu"), HasSubstr(moved + "/share/gram-cpu/demo.gram"));

  const std::string link = folder / "link";
  fs::create_symlink(moved + "/bin/gram-cpu", link);
  EXPECT_THAT(FoundBy(link), HasSubstr(moved + "/share/gram-cpu/demo.gram"));

  std::vector<std::string> by_path = {"/usr/bin/env", "PATH=" + moved + "/bin", "gram-cpu"};
  by_path.insert(by_path.end(), kPair.begin(), kPair.end());
  EXPECT_EQ(RunProgram(by_path).exit_code, 0);
}

TEST(DemoModelCliTest, IsNamedWithItsPlacesWhereItIsMissing) {
  if (fs::exists(std::string(GRAM_DATA_DIR) + "/demo.gram")) {
    GTEST_SKIP() << "the demo model is installed on this machine";
  }
  const testing::TempDir folder;
  fs::create_directory(folder / "bin");
  fs::copy_file(GRAM_CPU_BINARY, folder / "bin/gram-cpu");
  const CliResult result = JudgeWith(folder / "bin/gram-cpu");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, AllOf(HasSubstr("the demo model is not installed"),
                                HasSubstr(folder / "share/gram-cpu/demo.gram"),
                                HasSubstr(std::string(GRAM_DATA_DIR) + "/demo.gram"),
                                HasSubstr("gram-cpu convert "), Not(HasSubstr(".."))));
}

}  // namespace
}  // namespace gram::cli
