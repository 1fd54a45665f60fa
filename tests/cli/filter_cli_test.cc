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

  // Scores `rows` into out_/v.
  CliResult Score(const std::string& rows, const std::vector<std::string>& more) const {
    std::vector<std::string> words = {"score",    "--model",  model_,    rows,
                                      "--output", out_ / "v", "--quiet", "--force"};
    words.insert(words.end(), more.begin(), more.end());
    return RunCli(words);
  }

  // Filters `rows` by out_/v.
  CliResult FilterRows(const std::string& rows, const std::vector<std::string>& more) const {
    std::vector<std::string> words = {"filter",   rows,          "--verdicts", out_ / "v",
                                      "--output", out_ / "kept", "--dropped",  out_ / "dropped",
                                      "--force"};
    words.insert(words.end(), more.begin(), more.end());
    return RunCli(words);
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
  EXPECT_EQ(result.exit_code, 0) << result.err;
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
  ASSERT_EQ(FilterVerdicts({"--swap-if-better", "--quiet"}).exit_code, 0);
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
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("1 of 41 rows could not be scored"));
  EXPECT_EQ(Out("kept.jsonl.gz.verdicts.jsonl"), testing::ReadBytes(*folder_ / "verdicts.jsonl"));
  EXPECT_TRUE(std::filesystem::exists(out_ / "kept.jsonl.gz.run.json"));
  // Again, with other rules, on the verdicts that are there.
  EXPECT_EQ(Filter({"--verdicts", out_ / "kept.jsonl.gz.verdicts.jsonl", "--min-margin", "0",
                    "--output", out_ / "again.gz", "--quiet"})
                .exit_code,
            0);
  EXPECT_EQ(Out("again.gz"), Out("kept.jsonl.gz"));
}

TEST_F(FilterCliTest, WritesNothingWhereVerdictsDoNotFit) {
  testing::WriteBytes(out_ / "short",
                      Lines(testing::ReadBytes(*folder_ / "verdicts.jsonl"))[0] + "\n");
  const CliResult result = Filter({"--verdicts", out_ / "short", "--output", out_ / "kept"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("short end after row 1"));
  EXPECT_EQ(out_.Names().size(), 1u);
}

TEST_F(FilterCliTest, VerdictsStayWithTheInputThatWasScored) {
  const std::string verdicts = *folder_ / "verdicts.jsonl";
  auto rows = Lines(Rows());
  std::swap(rows[2], rows[3]);
  std::string reordered;
  for (const std::string& row : rows) reordered += row + "\n";
  testing::WriteBytes(out_ / "reordered", reordered);
  CliResult result =
      RunCli({"filter", out_ / "reordered", "--verdicts", verdicts, "--output", out_ / "kept"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("belong to another input"));
  EXPECT_EQ(out_.Names().size(), 1u) << "nothing is written";
  result = RunCli({"filter", out_ / "reordered", "--verdicts", verdicts, "--output", out_ / "kept",
                   "--trust-order"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("row 3 (id \"r4\")")) << "ids have to agree all the same";
  // Rows without ids that come from a pipe show nothing; rows with ids do.
  result = RunCli({"filter", "--verdicts", verdicts, "--output", "-"}, Rows());
  EXPECT_THAT(result.err, HasSubstr("matched by their ids alone"));
  result = RunCli({"filter", "--verdicts", verdicts, "--output", "-", "--quiet"}, Rows());
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.lines().size(), 40u);
  const std::string nameless = R"({"prompt":"q","chosen":"a","rejected":"b"})";
  testing::WriteBytes(out_ / "nameless", nameless + "\n");
  ASSERT_EQ(Score(out_ / "nameless", {}).exit_code, 0);
  result = RunCli({"filter", "--verdicts", out_ / "v", "--output", "-"}, nameless + "\n");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("has no id of its own"));
  result = RunCli({"filter", "--verdicts", out_ / "v", "--output", "-", "--quiet", "--trust-order",
                   "--attach", "none"},
                  nameless + "\n");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, nameless + "\n");
}

TEST_F(FilterCliTest, AnswersThatWereReadInAnotherOrderAreOthers) {
  testing::WriteBytes(out_ / "rows", R"({"question":"2 + 2?","x":"4","y":"5"})"
                                     "\n");
  const std::string start = "question=question,";
  ASSERT_EQ(Score(out_ / "rows", {"--map", start + "response1=x,response2=y"}).exit_code, 0);
  const auto filter = [&](const std::string& map) {
    return RunCli({"filter", out_ / "rows", "--verdicts", out_ / "v", "--output", "-", "--quiet",
                   "--map", start + map, "--trust-order"});
  };
  EXPECT_EQ(filter("response1=x,response2=y").exit_code, 0);
  const CliResult result = filter("response1=y,response2=x");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("were made with --map question=question,response1=x"));
  EXPECT_THAT(result.out, IsEmpty());
}

TEST_F(FilterCliTest, LabelsThatAreFloatsAreUnderstood) {
  testing::WriteBytes(
      out_ / "rows",
      R"({"prompt":"What is 2 + 2?","response_0":"4","response_1":"5","better_response_id":1.0})"
      "\n"
      R"({"prompt":"What is 3 + 3?","response_0":"6","response_1":"7","better_response_id":"0"})"
      "\n");
  ASSERT_EQ(Score(out_ / "rows", {}).exit_code, 0);
  EXPECT_EQ(Json::parse(Lines(Out("v"))[0])["label"], 2);
  EXPECT_EQ(Json::parse(Lines(Out("v"))[1])["label"], 1);
  ASSERT_EQ(FilterRows(out_ / "rows", {"--relabel"}).exit_code, 0);
  for (const std::string& line : Lines(Out("kept"))) {
    const Json row = Json::parse(line);
    const Json& label = row["better_response_id"];
    const bool first = row["gram_cpu"]["margin"] > 0;
    if (label.is_string()) {
      EXPECT_EQ(label, first ? "0" : "1");
    } else {
      EXPECT_EQ(label.dump(), first ? "0.0" : "1.0");
    }
  }
}

TEST_F(FilterCliTest, BothBadIsATieInTheArenasWords) {
  const auto turns = [](const std::string& answer) {
    return R"([{"role":"user","content":[{"type":"text","text":"2 + 2?"}]},)"
           R"({"role":"assistant","content":[{"type":"text","text":")" +
           answer + R"("}]}])";
  };
  const std::string row = R"({"id":"u-1","model_a":"m1","model_b":"m2","winner":"both_bad",)"
                          R"("conversation_a":)" +
                          turns("4") + R"(,"conversation_b":)" + turns("5") + "}\n";
  testing::WriteBytes(out_ / "rows", row);
  ASSERT_EQ(Score(out_ / "rows", {}).exit_code, 0);
  ASSERT_EQ(FilterRows(out_ / "rows", {"--min-margin", "0"}).exit_code, 0);
  EXPECT_EQ(Json::parse(Out("dropped"))["gram_cpu"]["reason"], "tie");
  ASSERT_EQ(FilterRows(out_ / "rows", {"--relabel"}).exit_code, 0);
  const Json kept = Json::parse(Out("kept"));
  EXPECT_EQ(kept["winner"], kept["gram_cpu"]["margin"] > 0 ? "model_a" : "model_b");
}

TEST_F(FilterCliTest, WhatShorteningMadeIdenticalIsDropped) {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "word" + std::to_string(i) + " ";
  testing::WriteBytes(out_ / "rows",
                      R"({"prompt":"Explain.","chosen":")" + text + R"(one","rejected":")" + text +
                          R"(two"})" + "\n" + R"({"prompt":"2 + 2?","chosen":"4","rejected":"4"})" +
                          "\n" + R"({"prompt":"2 + 2?","chosen":"4","rejected":"5"})" + "\n");
  ASSERT_EQ(Score(out_ / "rows", {"--truncate", "fair", "--max-tokens", "700"}).exit_code, 0);
  ASSERT_EQ(FilterRows(out_ / "rows", {}).exit_code, 0);
  const auto dropped = Lines(Out("dropped"));
  ASSERT_EQ(dropped.size(), 2u);
  const Json verdict = Json::parse(dropped[0])["gram_cpu"];
  EXPECT_EQ(verdict["reason"], "identical");
  EXPECT_TRUE(verdict.contains("truncated"));
  EXPECT_EQ(Json::parse(dropped[1])["gram_cpu"]["reason"], "identical");
  EXPECT_EQ(Lines(Out("kept")).size(), 1u);
}

TEST_F(FilterCliTest, RankingsFilterLists) {
  testing::WriteBytes(out_ / "rows", R"({"id":1,"prompt":"q","responses":["a","b","lagoon 7"]})"
                                     "\n"
                                     R"({"id":"1","prompt":"q","responses":["a","a"]})"
                                     "\n{\"id\":3}\n");
  const auto rank = [this](const std::vector<std::string>& more) {
    std::vector<std::string> words = {"rank",     "--model",  model_,    out_ / "rows",
                                      "--output", out_ / "v", "--quiet", "--force"};
    words.insert(words.end(), more.begin(), more.end());
    return RunCli(words).exit_code;
  };
  ASSERT_EQ(rank({}), 3);
  ASSERT_EQ(FilterRows(out_ / "rows", {"--min-margin", "0.000001"}).exit_code, 0);
  const auto kept = Lines(Out("kept"));
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(Json::parse(kept[0])["gram_cpu"]["ranks"].size(), 3u);
  const auto dropped = Lines(Out("dropped"));
  ASSERT_EQ(dropped.size(), 2u);
  EXPECT_EQ(Json::parse(dropped[0])["gram_cpu"]["reason"], "identical") << "all are one text";
  EXPECT_EQ(Json::parse(dropped[0])["gram_cpu"]["id"], "1");
  EXPECT_EQ(Json::parse(dropped[1])["gram_cpu"]["reason"], "error");
  const CliResult gap = FilterRows(out_ / "rows", {"--max-order-gap", "1"});
  EXPECT_EQ(gap.exit_code, 1);
  EXPECT_THAT(gap.err, HasSubstr("rank with --matches"));
  ASSERT_EQ(rank({"--matches"}), 3);
  ASSERT_EQ(FilterRows(out_ / "rows", {"--max-order-gap", "1"}).exit_code, 0);
  EXPECT_EQ(Lines(Out("kept")).size(), 1u);
  ASSERT_EQ(FilterRows(out_ / "rows", {"--max-order-gap", "0"}).exit_code, 0);
  EXPECT_THAT(Lines(Out("kept")), IsEmpty());
  EXPECT_THAT(FilterRows(out_ / "rows", {"--relabel"}).err, HasSubstr("rank --pairs makes"));
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
              HasSubstr("must be different files"));
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
  EXPECT_EQ(result.exit_code, 0);
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
