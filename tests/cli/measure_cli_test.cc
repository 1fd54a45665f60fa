// gram-cpu bench and selftest from outside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/run_cli.h"
#include "tests/testing/emulated.h"

namespace gram::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Json = nlohmann::json;

class MeasureCliTest : public ::testing::Test {
 protected:
  testing::TempDir folder_;
  std::string model_ = ConvertTiny(folder_);
};

std::vector<std::string> Keys(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& item : object.items()) keys.push_back(item.key());
  return keys;  // sorted
}

TEST_F(MeasureCliTest, SelfTestPrintsALineForEachCheckAndTheVerdict) {
  const CliResult result = RunCli({"selftest", "--model", model_, "--threads", "2"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("same bits  each pair alone\n"), HasSubstr("same bits  2 threads\n"),
                    HasSubstr("All 7 checks gave the same bits.\n")));
}

TEST_F(MeasureCliTest, SelfTestOnAnIsaThatIsForced) {
  for (const std::string& isa : Isas()) {
    const CliResult result = RunCli({"selftest", "--model", model_, "--isa", isa});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, AllOf(HasSubstr(std::string(", isa ") + isa),
                                  HasSubstr("checks gave the same bits.\n")));
  }
}

// The whole of it, on every instruction set, is for `gram-cpu selftest` itself: the library's tests
// have each backend.
TEST_F(MeasureCliTest, SelfTestWithoutAModelTestsTheDemoModelAndARealShape) {
  if (testing::kSlowBuild) GTEST_SKIP() << "a real shape takes minutes without optimisation";
  const std::string isa = Isas().front();
  const CliResult result = RunCli({"selftest", "--isa", isa});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("same bits  " + isa + ", up to "), HasSubstr("demo.gram"),
                                HasSubstr("2 layers in the shape of Qwen3-1.7B"),
                                HasSubstr("checks gave the same bits.\n")));
  const CliResult json = RunCli({"selftest", "--isa", isa, "--threads", "1", "--json"});
  EXPECT_EQ(json.exit_code, 0) << json.err;
  const Json reports = Json::parse(json.out);
  EXPECT_EQ(reports["identical"], true);
  ASSERT_EQ(reports["reports"].size(), 2u);
  EXPECT_EQ(reports["reports"][1]["isa"], isa);
  EXPECT_EQ(reports["reports"][1]["checks"].size(), 6u);
}

TEST_F(MeasureCliTest, SelfTestJson) {
  const CliResult result = RunCli({"selftest", "--model", model_, "--threads", "1", "--json"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  ASSERT_EQ(result.lines().size(), 1u);
  const Json report = Json::parse(result.out);
  EXPECT_EQ(report["identical"], true);
  EXPECT_EQ(report["threads"], 1);
  EXPECT_EQ(report["checks"].size(), 6u);
  EXPECT_EQ(report["checks"][0], (Json{{"name", "a second run"}, {"identical", true}}));
}

TEST_F(MeasureCliTest, BenchPrintsItsTables) {
  const CliResult result = RunCli({"bench", "--model", model_, "--quick"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_THAT(result.out, AllOf(HasSubstr("peak "), HasSubstr("\n    64 "), HasSubstr("pairs/hour"),
                                HasSubstr("4 generated pairs"), HasSubstr("first score"),
                                HasSubstr("memory ")));
}

TEST_F(MeasureCliTest, BenchJson) {
  const CliResult result = RunCli(
      {"bench", "--model", model_, "--quick", "--json", "--threads", "2", "--tokens", "16,40"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  ASSERT_EQ(result.lines().size(), 1u);
  const Json report = Json::parse(result.out);
  EXPECT_EQ(Keys(report),
            (std::vector<std::string>{"auto_isa", "auto_limit_gflops", "first_score_compute_s",
                                      "first_score_s", "isa", "limit_gflops", "pairs_per_hour",
                                      "peak_extra_mb", "runs", "threads"}));
  EXPECT_EQ(report["auto_isa"], report["isa"]);
  EXPECT_EQ(report["auto_limit_gflops"], report["limit_gflops"]);
  EXPECT_EQ(report["threads"], 2);
  EXPECT_EQ(Keys(report["pairs_per_hour"]), (std::vector<std::string>{"shared", "unshared"}));
  ASSERT_EQ(report["runs"].size(), 2u);
  EXPECT_EQ(report["runs"][1]["tokens"], 40);
  EXPECT_EQ(Keys(report["runs"][0]),
            (std::vector<std::string>{"gflops", "limit_gflops", "prompts", "share", "stages",
                                      "tokens", "tokens_per_s"}));
  EXPECT_EQ(
      Keys(report["runs"][0]["stages"]),
      (std::vector<std::string>{"attention", "embed", "matmul", "norm_rope", "other", "readout"}));
}

TEST_F(MeasureCliTest, WhatCannotRunIsOneLineOnStandardError) {
  const auto lines = [](const CliResult& result) {
    return std::count(result.err.begin(), result.err.end(), '\n');
  };
  for (const char* verb : {"bench", "selftest"}) {
    const CliResult missing = RunCli({verb, "--model", folder_ / "none"});
    EXPECT_EQ(missing.exit_code, 1);
    EXPECT_EQ(lines(missing), 1) << missing.err;
    EXPECT_EQ(RunCli({verb, "--model", model_, "--threads", "0"}).exit_code, 2);
    EXPECT_EQ(RunCli({verb, "--model", model_, "--isa", "mmx"}).exit_code, 2);
  }
  EXPECT_EQ(RunCli({"bench"}).exit_code, 2);
  EXPECT_EQ(RunCli({"bench", "--model", model_, "--tokens", "12,x"}).exit_code, 2);
  EXPECT_EQ(RunCli({"bench", "--model", model_, "--tokens", "0"}).exit_code, 2);
  const CliResult long_prompt = RunCli({"bench", "--model", model_, "--tokens", "50000"});
  EXPECT_EQ(long_prompt.exit_code, 1);
  EXPECT_THAT(long_prompt.err, HasSubstr("40960"));
}

}  // namespace
}  // namespace gram::cli
