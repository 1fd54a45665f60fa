// eval, report, calibrate and audit from outside, on what the tiny model and made-up judges say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "tests/cli/run_cli.h"
#include "tests/testing/paths.h"

namespace gram::cli {
namespace {

using Json = nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<Json> Lines(const std::string& text) {
  std::vector<Json> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(Json::parse(line));
  return lines;
}

class EvalCliTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    shared_ = new testing::TempDir();
    model_ = ConvertTiny(*shared_);
    std::mt19937 random(5);
    std::string rows;
    for (int i = 0; i < 60; ++i) {
      const std::string tail(random() % 30, 'x');
      rows += R"({"id":"r)" + std::to_string(i) + R"(","prompt":"What is )" + std::to_string(i) +
              R"(?","chosen":"It is )" + tail + R"(.","rejected":"No idea.","topic":")" +
              (i % 2 == 0 ? "even" : "odd") + "\"}\n";
    }
    testing::WriteBytes(*shared_ / "rows.jsonl", rows);
    const CliResult scored = RunCli({"score", "--model", model_, *shared_ / "rows.jsonl",
                                     "--output", *shared_ / "v.jsonl", "--quiet"});
    EXPECT_EQ(scored.exit_code, 0) << scored.err;
  }
  static void TearDownTestSuite() { delete shared_; }

  static std::string Shared(const std::string& name) { return *shared_ / name; }
  std::string Path(const std::string& name) const { return folder_ / name; }
  std::string Read(const std::string& name) const { return testing::ReadBytes(Path(name)); }

  // The verdicts with other margins, and a manifest that they agree with: as if another run of the
  // same judge had said so. Returns their path.
  std::string WithMargins(const std::string& name, const std::vector<double>& margins) const {
    std::string text;
    size_t next = 0;
    for (Json line : Lines(testing::ReadBytes(Shared("v.jsonl")))) {
      const double margin = margins[next++ % margins.size()];
      line["margin"] = margin;
      line["score_response1"] = 1 / (1 + std::exp(-margin));
      line["score_response2"] = 1 / (1 + std::exp(margin));
      line["correct"] = margin > 0;
      text += line.dump() + "\n";
    }
    testing::WriteBytes(Path(name), text);
    Json manifest = Json::parse(testing::ReadBytes(Shared("v.jsonl.run.json")));
    manifest["output"] = nullptr;
    testing::WriteBytes(Path(name) + ".run.json", manifest.dump());
    return Path(name);
  }

  static testing::TempDir* shared_;
  static std::string model_;
  testing::TempDir folder_;
};

testing::TempDir* EvalCliTest::shared_ = nullptr;
std::string EvalCliTest::model_;

TEST_F(EvalCliTest, EvalPrintsTheTableAndWritesThePage) {
  const std::vector<std::string> words = {
      "eval",  "pairs",    Shared("rows.jsonl"), "--model",  model_,         "--group-by",
      "topic", "--output", Path("e.jsonl"),      "--report", Path("r.html"), "--quiet"};
  const CliResult result = RunCli(words);
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("even"), HasSubstr("odd"), HasSubstr("All pairs"),
                                HasSubstr("1,000 resamples of 60 questions, seed 1")));
  EXPECT_THAT(Read("r.html"),
              HasSubstr("<title>Labelled pairs: how well the judge judges</title>"));
  const Json manifest = Json::parse(Read("e.jsonl.run.json"));
  EXPECT_EQ(manifest["settings"]["protocol"], "eval") << "the benchmarks' protocol is the default";
  EXPECT_THAT(RunCli(words).err, HasSubstr("r.html exists; --force replaces it"));
  std::vector<std::string> again = words;
  again.emplace_back("--resume");
  EXPECT_EQ(RunCli(again).out, result.out) << "the table of what is complete";
}

TEST_F(EvalCliTest, ReportsOnEarlierRunsFindTheirRows) {
  const CliResult result = RunCli({"report", Shared("v.jsonl"), "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const Json json = Json::parse(result.out);
  EXPECT_EQ(json["diagnostics"]["labelled"], 60);
  EXPECT_TRUE(json["diagnostics"]["longer_preferred"]["value"].is_number()) << "texts were found";
  EXPECT_EQ(json["intervals"]["questions"], 60);
  EXPECT_EQ(json["provenance"]["settings"]["protocol"], "card");
}

TEST_F(EvalCliTest, RowsThatAreGoneLeaveFiguresOutAndOthersAreRefused) {
  testing::WriteBytes(Path("v.jsonl"), testing::ReadBytes(Shared("v.jsonl")));
  const CliResult alone = RunCli({"report", Path("v.jsonl"), "--json"});
  ASSERT_EQ(alone.exit_code, 0) << alone.err;
  EXPECT_TRUE(Json::parse(alone.out)["diagnostics"]["longer_preferred"]["value"].is_null());
  testing::WriteBytes(Path("other.jsonl"), R"({"prompt":"q","chosen":"a","rejected":"b"})"
                                           "\n");
  const CliResult other = RunCli({"report", Shared("v.jsonl"), "--input", Path("other.jsonl")});
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(other.err, HasSubstr("belong to another input"));
  const CliResult shorter = RunCli({"report", Path("v.jsonl"), "--input", Path("other.jsonl")});
  EXPECT_THAT(shorter.err, HasSubstr("do not belong together"));
}

TEST_F(EvalCliTest, FieldsThatTheRunKeptAreGroupsWithoutTheRows) {
  ASSERT_EQ(RunCli({"score", "--model", model_, Shared("rows.jsonl"), "--keep", "topic", "--output",
                    Path("k.jsonl"), "--quiet"})
                .exit_code,
            0);
  std::filesystem::remove(Path("k.jsonl.run.json"));
  const CliResult result = RunCli({"report", Path("k.jsonl"), "--group-by", "topic"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("even"), HasSubstr("of 30"), HasSubstr("60 rows")));
}

TEST_F(EvalCliTest, TwoRunsAreCompared) {
  const std::string first = WithMargins("a.jsonl", {1, 1, 1, -1});
  const std::string second = WithMargins("b.jsonl", {1, 1, -1, 1, -1, 1});
  const CliResult result = RunCli({"report", first, second, "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const Json json = Json::parse(result.out);
  // Of twelve: right by the first alone 3, by the second alone 2, by both 6.
  EXPECT_EQ(json["pairs"], 60);
  EXPECT_EQ(json["only_first_right"].get<int>() + json["only_second_right"].get<int>(),
            json["other_winner"].get<int>());
  EXPECT_EQ(RunCli({"report", first, second, "--output", Path("c.html")}).exit_code, 0);
  EXPECT_THAT(Read("c.html"), HasSubstr("two judges on the same pairs"));
  EXPECT_EQ(RunCli({"report", first, second, first}).exit_code, 2);
}

TEST_F(EvalCliTest, ACalibrationIsMadeAppliedAndGoodForOneJudge) {
  // Wrong where the margin is small: those that lead by 2 or more are right.
  std::vector<double> margins;
  for (int i = 0; i < 60; ++i)
    margins.push_back(i % 3 == 0 ? (i % 2 == 0 ? 0.1 : -0.2) : 2 + i / 60.0);
  const std::string verdicts = WithMargins("l.jsonl", margins);
  const std::string cal = Path("cal.json");
  const CliResult made = RunCli({"calibrate", verdicts, "-o", cal, "--max-error", "20%"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(made.out, AllOf(HasSubstr("60 labelled verdicts, 10 of them wrong"),
                              HasSubstr("5-fold cross-validated"), HasSubstr("temperature")));
  EXPECT_THAT(RunCli({"calibrate", verdicts, "-o", cal}).err, HasSubstr("--force replaces it"));

  const CliResult scored = RunCli({"score", "--model", model_, Shared("rows.jsonl"),
                                   "--calibration", cal, "--output", Path("c.jsonl"), "--quiet"});
  ASSERT_EQ(scored.exit_code, 0) << scored.err;
  for (const Json& line : Lines(Read("c.jsonl"))) {
    EXPECT_GT(line["probability"], 0);
    EXPECT_LT(line["probability"], 1);
    const double probability = line["probability"];
    EXPECT_TRUE(line["margin"] > 0 ? probability >= 0.5 : probability <= 0.5) << line;
    EXPECT_TRUE(line["decision"] == 1 || line["decision"] == 2 || line["decision"] == "abstain" ||
                line["decision"] == "tie");
  }
  EXPECT_THAT(Read("c.jsonl.run.json"), HasSubstr("\"calibration\""));
  const CliResult other = RunCli({"score", "--model", model_, Shared("rows.jsonl"), "--protocol",
                                  "eval", "--calibration", cal, "--output", Path("d.jsonl")});
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(other.err, HasSubstr("the calibration is of another judge"));
  EXPECT_EQ(RunCli({"score", "--model", model_, Shared("rows.jsonl"), "--schema", "gram",
                    "--calibration", cal})
                .exit_code,
            2);
}

TEST_F(EvalCliTest, FilterKeepsWhatTheGuaranteeCovers) {
  std::vector<double> margins;
  for (int i = 0; i < 60; ++i)
    margins.push_back(i % 3 == 0 ? (i % 2 == 0 ? 0.1 : -0.2) : 2 + i / 60.0);
  const std::string verdicts = WithMargins("l.jsonl", margins);
  const std::string cal = Path("cal.json");
  ASSERT_EQ(RunCli({"calibrate", verdicts, "-o", cal}).exit_code, 0);
  const auto filter = [&](const std::string& error, const std::string& guarantee) {
    const CliResult result = RunCli({"filter", Shared("rows.jsonl"), "--verdicts", verdicts,
                                     "--calibration", cal, "--max-error", error, "--guarantee",
                                     guarantee, "--output", Path("kept.jsonl"), "--force"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return std::pair(Lines(Read("kept.jsonl")), result.err);
  };
  const auto [kept, said] = filter("20%", "kept");
  EXPECT_GE(kept.size(), 20u);
  EXPECT_LT(kept.size(), 60u);
  EXPECT_THAT(said, HasSubstr("abstained"));
  for (const Json& row : kept) EXPECT_GE(std::abs(row["gram_cpu"]["margin"].get<double>()), 2);
  EXPECT_TRUE(filter("1%", "kept").first.empty()) << "60 rows promise no such thing";
  EXPECT_THAT(filter("1%", "kept").second, HasSubstr("no margin of the calibration promises"));
  EXPECT_EQ(filter("50%", "all").first.size(), 60u);
}

TEST_F(EvalCliTest, FilterWantsBothOptionsAndAManifest) {
  const std::string verdicts = WithMargins("l.jsonl", {1, -1, 2});
  const std::string cal = Path("cal.json");
  ASSERT_EQ(RunCli({"calibrate", verdicts, "-o", cal}).exit_code, 0);
  std::vector<std::string> words = {
      "filter",  Shared("rows.jsonl"), "--verdicts", verdicts, "--output",
      Path("k"), "--max-error",        "5%"};
  EXPECT_EQ(RunCli(words).exit_code, 2);
  words.insert(words.end(), {"--calibration", cal});
  std::filesystem::remove(verdicts + ".run.json");
  EXPECT_THAT(RunCli(words).err, HasSubstr("shows which judge made the verdicts"));
  words[7] = "five";
  EXPECT_THAT(RunCli(words).err, HasSubstr("--max-error must be a share between 0 and 1"));
  EXPECT_EQ(RunCli({"calibrate", verdicts, "-o", Path("c2")}).exit_code, 1) << "no manifest";
}

TEST_F(EvalCliTest, AnAuditAsksEveryProbeAndCanBeResumed) {
  const std::vector<std::string> words = {
      "audit",  Shared("rows.jsonl"), "--model",       model_,     "--sample",     "3",
      "--json", "--output",           Path("a.jsonl"), "--report", Path("a.html"), "--quiet"};
  const CliResult result = RunCli(words);
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const Json json = Json::parse(result.out);
  EXPECT_EQ(json["rows"], 3);
  EXPECT_EQ(json["probes"].size(), 5u);
  EXPECT_EQ(json["probes"][0]["flips"]["count"], 6);
  EXPECT_EQ(Lines(Read("a.jsonl")).size(), 33u);
  EXPECT_THAT(Read("a.html"), HasSubstr("What steers the judge"));
  std::vector<std::string> again = words;
  again.emplace_back("--resume");
  EXPECT_EQ(RunCli(again).out, result.out);
}

TEST_F(EvalCliTest, WhatCannotBeEvaluatedIsSaid) {
  testing::WriteBytes(Path("u.jsonl"), R"({"question":"q","response1":"a","response2":"b"})"
                                       "\n");
  const auto eval = [&](const std::string& benchmark, const std::string& file) {
    return RunCli({"eval", benchmark, file, "--model", model_, "--output", Path("x.jsonl"),
                   "--force", "--quiet"});
  };
  const CliResult unlabelled = eval("pairs", Path("u.jsonl"));
  EXPECT_EQ(unlabelled.exit_code, 1);
  EXPECT_THAT(unlabelled.err, HasSubstr("no row has a label that prefers an answer"));
  const CliResult other = eval("judgebench", Shared("rows.jsonl"));
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(other.err, HasSubstr("JudgeBench is in judgebench or gram-eval"));
  EXPECT_EQ(eval("jugdebench", Shared("rows.jsonl")).exit_code, 2);
  EXPECT_THAT(eval("jugdebench", Shared("rows.jsonl")).err, HasSubstr("did you mean judgebench?"));
  EXPECT_EQ(RunCli({"eval", "pairs", "-", "--model", model_}).exit_code, 2);
  EXPECT_EQ(RunCli({"report", Path("nowhere.jsonl")}).exit_code, 1);
  testing::WriteBytes(Path("ranks.jsonl"), "");
  EXPECT_THAT(RunCli({"report", Path("ranks.jsonl")}).err, HasSubstr("there are no rows"));
}

TEST_F(EvalCliTest, OneShardHasNoTable) {
  const CliResult result = RunCli({"eval", "pairs", Shared("rows.jsonl"), "--model", model_,
                                   "--output", Path("s.jsonl"), "--shard", "1/2"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr("the table needs all shards"));
}

}  // namespace
}  // namespace gram::cli
