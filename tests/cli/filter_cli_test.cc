// `gram-cpu filter` from outside, on what the tiny model says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/cli/run_cli.h"

namespace gram::cli {
namespace {

using Json = nlohmann::ordered_json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> Lines(const std::string& text) {
  CliResult result;
  result.out = text;
  return result.lines();
}

// A row that has been filtered, without what was attached.
std::string Stripped(const std::string& line) {
  return line.substr(0, line.rfind(",\"gram_cpu\":{")) + "}";
}

class FilterCliTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new testing::TempDir();
    model_ = ConvertTiny(*folder_);
    std::string rows;
    for (int i = 1; i <= 40; ++i) {
      rows += R"({"id": "r)" + std::to_string(i) + R"(", "prompt":"What is )" + std::to_string(i) +
              R"( and 1?" , "chosen":"It is )" + std::string(static_cast<size_t>(i), 'x') +
              R"(.","rejected":"No \u0069dea."})" + "\n";
    }
    rows += "not JSON\n";
    testing::WriteBytes(*folder_ / "rows.jsonl", rows);
    const CliResult scored = RunCli({"score", "--model", model_, "--input", *folder_ / "rows.jsonl",
                                     "--output", *folder_ / "verdicts.jsonl", "--quiet"});
    EXPECT_EQ(scored.exit_code, 3) << scored.err;
  }
  static void TearDownTestSuite() { delete folder_; }

  CliResult Filter(std::vector<std::string> options) const {
    options.insert(options.begin(), {"filter", "--input", *folder_ / "rows.jsonl"});
    return RunCli(options);
  }

  CliResult FilterVerdicts(std::vector<std::string> options) const {
    options.insert(options.end(), {"--verdicts", *folder_ / "verdicts.jsonl", "--output",
                                   out_ / "kept", "--dropped", out_ / "dropped"});
    return Filter(options);
  }

  static std::string Rows() { return testing::ReadBytes(*folder_ / "rows.jsonl"); }
  std::string Out(const std::string& name) const { return testing::ReadBytes(out_ / name); }

  static testing::TempDir* folder_;
  static std::string model_;
  testing::TempDir out_;
};

testing::TempDir* FilterCliTest::folder_ = nullptr;
std::string FilterCliTest::model_;

TEST_F(FilterCliTest, SplitsTheRowsAndSaysHow) {
  const CliResult result = FilterVerdicts({"--keep-agree"});
  EXPECT_EQ(result.exit_code, 3) << result.err;
  EXPECT_THAT(result.err, HasSubstr("gram-cpu: 41 rows: "));
  const auto kept = Lines(Out("kept"));
  const auto dropped = Lines(Out("dropped"));
  EXPECT_EQ(kept.size() + dropped.size(), 41u);
  const auto rows = Lines(Rows());
  for (const std::string& line : kept) {
    EXPECT_THAT(rows, ::testing::Contains(Stripped(line)));
    const Json verdict = Json::parse(line)["gram_cpu"];
    EXPECT_EQ(verdict["decision"], "kept");
    EXPECT_EQ(verdict["orders_agree"], true);
    EXPECT_EQ(verdict["id"], Json::parse(line)["id"]);
  }
  EXPECT_THAT(dropped.back(), HasSubstr(R"({"line":"not JSON","gram_cpu":{"decision":"dropped",)"));
  const Json manifest = Json::parse(Out("kept.run.json"));
  EXPECT_EQ(manifest["verb"], "filter");
  EXPECT_EQ(manifest["rows"], 41);
  EXPECT_EQ(manifest["kept"], kept.size());
  EXPECT_EQ(manifest["dropped"]["error"], 1);
  EXPECT_EQ(manifest["dropped"]["orders_disagree"], 40 - kept.size());
  EXPECT_EQ(manifest["rules"]["keep_agree"], true);
  EXPECT_EQ(manifest["inputs"][0]["bytes"], Rows().size());
}

TEST_F(FilterCliTest, SwapsWhatTheModelLikesBetter) {
  ASSERT_EQ(FilterVerdicts({"--swap-if-better", "--quiet"}).exit_code, 3);
  const auto kept = Lines(Out("kept"));
  ASSERT_EQ(kept.size(), 40u);
  const auto rows = Lines(Rows());
  int swapped = 0;
  for (size_t i = 0; i < kept.size(); ++i) {
    const Json row = Json::parse(rows[i]);
    const Json now = Json::parse(kept[i]);
    const bool other = now["gram_cpu"]["margin"] < 0;
    swapped += other ? 1 : 0;
    EXPECT_EQ(now["gram_cpu"]["decision"], other ? "swapped" : "kept");
    EXPECT_EQ(now["chosen"], row[other ? "rejected" : "chosen"]);
    EXPECT_EQ(now["rejected"], row[other ? "chosen" : "rejected"]);
    EXPECT_EQ(Stripped(kept[i]).size(), rows[i].size());
  }
  EXPECT_GT(swapped, 0);
}

TEST_F(FilterCliTest, ScoresFirstWhereGivenAModel) {
  const std::vector<std::string> options = {
      "--model", model_, "--min-margin", "0", "--output", out_ / "kept.jsonl.gz", "--quiet"};
  const CliResult result = Filter(options);
  EXPECT_EQ(result.exit_code, 3) << result.err;
  EXPECT_THAT(result.err, HasSubstr("1 of 41 rows could not be scored"));
  EXPECT_EQ(Out("kept.jsonl.gz.verdicts.jsonl"), testing::ReadBytes(*folder_ / "verdicts.jsonl"));
  EXPECT_TRUE(std::filesystem::exists(out_ / "kept.jsonl.gz.run.json"));
  // Again, with other rules, on the verdicts that are there.
  EXPECT_EQ(Filter({"--verdicts", out_ / "kept.jsonl.gz.verdicts.jsonl", "--min-margin", "0",
                    "--output", out_ / "again.gz", "--quiet"})
                .exit_code,
            3);
  EXPECT_EQ(Out("again.gz"), Out("kept.jsonl.gz"));
}

TEST_F(FilterCliTest, WritesNothingWhereVerdictsDoNotFit) {
  testing::WriteBytes(out_ / "short",
                      Lines(testing::ReadBytes(*folder_ / "verdicts.jsonl"))[0] + "\n");
  const CliResult result = Filter({"--verdicts", out_ / "short", "--output", out_ / "kept"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("the verdicts end after row 1"));
  EXPECT_EQ(out_.Names().size(), 1u);
}

TEST_F(FilterCliTest, RefusesWhatMakesNoSense) {
  const std::string verdicts = *folder_ / "verdicts.jsonl";
  const auto usage = [&](const std::vector<std::string>& options) {
    const CliResult result = Filter(options);
    EXPECT_EQ(result.exit_code, 2) << result.err;
    return result.err;
  };
  EXPECT_THAT(usage({"--output", "x"}), HasSubstr("give either --verdicts FILE"));
  EXPECT_THAT(usage({"--verdicts", verdicts}), HasSubstr("--output FILE is required"));
  EXPECT_THAT(usage({"--verdicts", verdicts, "--model", "m", "--output", "x"}),
              HasSubstr("either"));
  EXPECT_THAT(usage({"--verdicts", verdicts, "--output", "x", "--dropped", "x"}),
              HasSubstr("are one file"));
  EXPECT_THAT(usage({"--verdicts", verdicts, "--output", "x", "--relabel", "--swap-if-better"}),
              HasSubstr("choose one"));
  EXPECT_THAT(usage({"--verdicts", verdicts, "--output", "x", "--min-margin", "inf"}),
              HasSubstr("finite"));
  EXPECT_EQ(usage({"--verdicts", verdicts, "--output", "x", "--max-order-gap", "2"}).empty(),
            false);
  const CliResult input = Filter({"--verdicts", verdicts, "--output", *folder_ / "rows.jsonl"});
  EXPECT_EQ(input.exit_code, 1);
  const CliResult onto = Filter({"--verdicts", verdicts, "--output", verdicts, "--force"});
  EXPECT_EQ(onto.exit_code, 1);
}

TEST_F(FilterCliTest, KeptRowsMayGoToStandardOutput) {
  const CliResult result =
      Filter({"--verdicts", *folder_ / "verdicts.jsonl", "--output", "-", "--quiet"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.lines().size(), 40u);
  EXPECT_THAT(result.err, IsEmpty());
}

TEST_F(FilterCliTest, DryRunWritesNothing) {
  const CliResult result = RunCli({"score", "--model", model_, "--input", *folder_ / "rows.jsonl",
                                   "--output", out_ / "verdicts", "--dry-run", "--quiet"});
  EXPECT_EQ(result.exit_code, 3) << result.err;
  EXPECT_THAT(out_.Names(), IsEmpty());
  EXPECT_THAT(result.out, HasSubstr("rows              41 in 1 file\n"));
  EXPECT_THAT(result.out, HasSubstr("  invalid_json    1\n"));
  EXPECT_THAT(result.out, HasSubstr("rows.jsonl row 41: "));
  EXPECT_THAT(result.out, HasSubstr("prompts           80\n"));
  EXPECT_THAT(result.out, HasSubstr("computed tokens/s"));
}

}  // namespace
}  // namespace gram::cli
