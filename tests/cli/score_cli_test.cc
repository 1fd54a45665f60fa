// `gram-cpu score` from outside: rows, exit codes, streams.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/cli/run_cli.h"

namespace gram::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using Json = nlohmann::json;

constexpr const char* kGoodRow = R"({"id":"g","question":"q","response1":"a","response2":"b"})";

class ScoreCliTest : public ::testing::Test {
 protected:
  // Scores `input` given on standard input, with `more` options.
  CliResult Score(const std::string& input, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> args = {"score", "--model", model_, "--input", "-"};
    args.insert(args.end(), more.begin(), more.end());
    return RunCli(args, input);
  }

  // Scores the single pair q, a, b, with `more` options.
  CliResult ScorePair(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> args = {"score",       "--model", model_,        "--query", "q",
                                     "--response1", "a",       "--response2", "b"};
    args.insert(args.end(), more.begin(), more.end());
    return RunCli(args);
  }

  testing::TempDir folder_;
  std::string model_ = ConvertTiny(folder_);
};

TEST_F(ScoreCliTest, EveryBadRowHasItsErrorInItsPlace) {
  const std::pair<std::string, std::string> kRows[] = {
      {kGoodRow, ""},
      {"not json", "invalid_json"},
      {R"({"question":"q","response1":"a"})", "missing_field"},
      {R"({"question":"q","response1":"a","response2":2})", "wrong_type"},
      {R"([1,2])", "wrong_type"},
      {kGoodRow, ""},
      {"{\"question\":\"\xff\",\"response1\":\"a\",\"response2\":\"b\"}", "invalid_utf8"},
      {R"({"question":"\ud800","response1":"a","response2":"b"})", "invalid_json"},
      {R"({"question":"q","question":"q","response1":"a","response2":"b"})", "duplicate_field"},
      {R"({"prompt":"q","query":"q","chosen":"a","rejected":"b"})", "ambiguous_fields"},
      {R"({"question":")" +
           [] {
             std::string text;
             for (int i = 0; i < 45000; ++i) text += "7 ";
             return text;
           }() +
           R"(","response1":"a","response2":"b"})",
       "too_long"},
      {kGoodRow, ""}};
  std::string input;
  for (const auto& [row, code] : kRows) input += row + "\n";
  const CliResult result = Score(input);
  EXPECT_EQ(result.exit_code, 3) << result.err;
  EXPECT_THAT(result.err, HasSubstr("9 of 12 rows could not be scored"));
  const std::vector<std::string> lines = result.lines();
  ASSERT_EQ(lines.size(), std::size(kRows));
  for (size_t i = 0; i < lines.size(); ++i) {
    const Json line = Json::parse(lines[i]);
    const std::string& code = kRows[i].second;
    EXPECT_EQ(line.contains("error"), !code.empty()) << lines[i];
    if (code.empty()) {
      EXPECT_EQ(lines[i], lines[0]);  // a row's result does not depend on its neighbours
    } else {
      EXPECT_EQ(line["error"]["code"], code);
      EXPECT_EQ(line["row"], i + 1);
      EXPECT_EQ(line["id"], i + 1);
    }
  }
}

TEST_F(ScoreCliTest, TextsAreData) {
  const CliResult result =
      Score(R"({"question":"","response1":"","response2":""})"
            "\n"
            R"({"question":"a\u0000b","response1":"<|im_end|>","response2":"{input}"})"
            "\n");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  ASSERT_EQ(result.lines().size(), 2u);
  EXPECT_EQ(Json::parse(result.lines()[0])["score_response1"], 0.5);
}

TEST_F(ScoreCliTest, LabelsAndIdsArePassedOn) {
  const CliResult result = Score(
      R"({"pair_id": 123456789012345678901234567890,"prompt":"q","chosen":"a","rejected":"b"})"
      "\n"
      R"({"id":"é\u00e9","question":"q","response_A":"a","response_B":"b","label":"B>A"})");
  ASSERT_EQ(result.lines().size(), 2u) << result.err;
  EXPECT_THAT(result.lines()[0], StartsWith("{\"id\":123456789012345678901234567890,"));
  EXPECT_THAT(result.lines()[1], StartsWith("{\"id\":\"é\\u00e9\","));
  const Json first = Json::parse(result.lines()[0]);
  const Json second = Json::parse(result.lines()[1]);
  EXPECT_EQ(first["label"], 1);
  EXPECT_EQ(first["correct"], first["response1_is_better"]);
  EXPECT_EQ(second["label"], 2);
  EXPECT_EQ(second["correct"], !first["response1_is_better"].get<bool>());
}

TEST_F(ScoreCliTest, NoRowsIsNoError) {
  const CliResult result = Score("\n\n");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, IsEmpty());
}

TEST_F(ScoreCliTest, AFileGivesWhatAStreamGives) {
  const std::string input = std::string(kGoodRow) + "\n";
  testing::WriteBytes(folder_ / "in.jsonl", input);
  const std::string out = folder_ / "out.jsonl";
  const std::vector<std::string> args = {
      "score", "--model", model_, "--input", folder_ / "in.jsonl", "--output", out};
  EXPECT_EQ(RunCli(args).exit_code, 0);
  EXPECT_EQ(testing::ReadBytes(out), Score(input).out);
  const CliResult again = RunCli(args);
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.err, HasSubstr("--force"));
  std::vector<std::string> onto_input = args;
  onto_input.back() = folder_ / "in.jsonl";
  onto_input.emplace_back("--force");
  EXPECT_EQ(RunCli(onto_input).exit_code, 1);
  EXPECT_EQ(testing::ReadBytes(folder_ / "in.jsonl"), input);
}

TEST_F(ScoreCliTest, ChoicesThatMustNotMatterDoNot) {
  const std::string input = std::string(kGoodRow) + "\n" +
                            R"({"question":"why?","response1":"x y z","response2":""})" + "\n";
  const std::string expected = Score(input, {"--isa", "scalar"}).out;
  EXPECT_EQ(Score(input, {"--isa", "scalar", "--threads", "1"}).out, expected);
  EXPECT_EQ(Score(input, {"--isa", "scalar", "--threads", "3"}).out, expected);
  EXPECT_NE(Score(input, {"--isa", "scalar", "--protocol", "eval"}).out, expected);
}

TEST_F(ScoreCliTest, WriteErrorsEndTheRun) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "needs /dev/full";
  const CliResult result =
      RunCli({"score", "--model", model_, "--input", "-"}, kGoodRow, "/dev/full");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("cannot write standard output"));
}

// As `head` does: nobody reads what is written, from the first byte on.
TEST_F(ScoreCliTest, AReaderThatHasEnoughEndsTheRunQuietly) {
  testing::WriteBytes(folder_ / "in", std::string(kGoodRow) + "\n");
  testing::WriteBytes(folder_ / "text", "{\"text\":\"a\"}\n");
  const std::string rows = " --model " + model_ + " " + (folder_ / "in");
  const std::string output = folder_ / "out";
  const std::string commands[] = {
      "score --quiet" + rows,
      "score --quiet --dry-run" + rows,
      "score --explain-map " + (folder_ / "in"),
      "score --quiet --query q --response1 a --response2 b --model " + model_,
      "rank --quiet" + rows,
      "tokenize --model " + model_ + " " + (folder_ / "text"),
      "inspect " + model_,
      "--help",
      "score --help",
      "--version"};
  for (const std::string& command : commands) {
    // The reader has closed the pipe before anything is written to it.
    const CliResult result = RunProgram(
        {"/bin/sh", "-c",
         "mkfifo '" + output + "'; (exec 3<'" + output + "') & exec 4>'" + output + "'; wait; " +
             GRAM_CPU_BINARY + " " + command + " >&4; code=$?; rm '" + output + "'; exit $code"});
    EXPECT_EQ(result.exit_code, 0) << command << result.err;
    EXPECT_THAT(result.err, IsEmpty()) << command;
  }
}

TEST_F(ScoreCliTest, APairIsShownToPeopleOrAsJson) {
  const CliResult text = ScorePair();
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("Response 1  "));
  EXPECT_THAT(text.out, HasSubstr("better."));
  EXPECT_THAT(text.err, HasSubstr("protocol card"));
  const CliResult json = ScorePair({"--json", "--quiet"});
  EXPECT_EQ(json.exit_code, 0);
  EXPECT_THAT(json.err, IsEmpty());
  EXPECT_EQ(Json::parse(json.out)["id"], 1);
}

TEST_F(ScoreCliTest, TextsMayLookLikeOptions) {
  for (const char* text : {"", "-", "--", "-5", "--json", "[a,b]", "{}", "%%", "a=b", "'x'"}) {
    const CliResult result = RunCli({"score", "--model", model_, "--json", "--query", text,
                                     "--response1", text, "--response2", text});
    EXPECT_EQ(result.exit_code, 0) << text << ": " << result.err;
    const std::string quoted = Json(text).dump();
    const CliResult row = Score("{\"question\":" + quoted + ",\"response1\":" + quoted +
                                ",\"response2\":" + quoted + "}");
    EXPECT_EQ(result.out, row.out) << text;
  }
}

TEST_F(ScoreCliTest, CustomPrompts) {
  testing::WriteBytes(folder_ / "good.txt", "Q {input} A {response_a} B {response_b} Answer:");
  testing::WriteBytes(folder_ / "bad.txt", "Q {input}");
  testing::WriteBytes(folder_ / "empty.txt", "");
  EXPECT_EQ(ScorePair({"--prompt", folder_ / "good.txt"}).exit_code, 0);
  EXPECT_NE(ScorePair({"--prompt", folder_ / "good.txt"}).out, ScorePair().out);
  const CliResult bad = Score(kGoodRow, {"--prompt", folder_ / "bad.txt"});
  EXPECT_EQ(bad.exit_code, 1);
  EXPECT_THAT(bad.err, HasSubstr("response_a"));
  EXPECT_EQ(ScorePair({"--prompt", folder_ / "empty.txt"}).exit_code, 1);
  EXPECT_EQ(ScorePair({"--prompt", folder_ / "none.txt"}).exit_code, 1);
}

TEST_F(ScoreCliTest, BadTextOfAPairIsNamed) {
  const CliResult result = RunCli(
      {"score", "--model", model_, "--query", "q", "--response1", "a", "--response2", "b\xff"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("UTF-8"));
  EXPECT_THAT(result.out, IsEmpty());
}

TEST_F(ScoreCliTest, UsageErrors) {
  const std::vector<std::vector<std::string>> kArgs = {
      {},
      {"--model", model_},
      {"--model", model_, "--query", "q"},
      {"--model", model_, "--query", "q", "--response1", "a"},
      {"--model", model_, "--query", "q", "--input", "-"},
      {"--model", "", "--input", "-"},
      {"--model", model_, "--input", "-", "--threads", "0"},
      {"--model", model_, "--input", "-", "--threads", "-1"},
      {"--model", model_, "--input", "-", "--threads", "99999999999"},
      {"--model", model_, "--input", "-", "--threads", "two"},
      {"--model", model_, "--input", "-", "--isa", "sse2"},
      {"--model", model_, "--input", "-", "--protocol", "x"},
      {"--model", model_, "--input", "-", "--scoring", "x"},
      {"--model", model_, "--input", "-", "--nonsense"},
      {"--input", "-"},
      {"rows.jsonl"},
      {"rows.jsonl", "--dry-run"},
      {"--model", model_, "--query", "q", "rows.jsonl"}};
  for (std::vector<std::string> args : kArgs) {
    args.insert(args.begin(), "score");
    const CliResult result = RunCli(args);
    EXPECT_EQ(result.exit_code, 2) << ::testing::PrintToString(args);
    EXPECT_THAT(result.err, StartsWith("gram-cpu: "));
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  }
}

TEST_F(ScoreCliTest, BadModelFilesAreOneLine) {
  const std::string good = testing::ReadBytes(model_);
  std::string newer = good;
  newer[8] = static_cast<char>(newer[8] + 1);
  const std::pair<const char*, std::string> kFiles[] = {{"text", "hello, this is no model"},
                                                        {"empty", ""},
                                                        {"newer", newer},
                                                        {"cut", good.substr(0, good.size() - 1)},
                                                        {"head", good.substr(0, 20)}};
  for (const auto& [name, bytes] : kFiles) {
    testing::WriteBytes(folder_ / name, bytes);
    const CliResult result = RunCli({"score", "--model", folder_ / name, "--input", "-"}, kGoodRow);
    EXPECT_EQ(result.exit_code, 1) << name;
    EXPECT_THAT(result.out, IsEmpty());
    EXPECT_THAT(result.err, HasSubstr(name));
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  }
  const CliResult missing = RunCli({"score", "--model", folder_ / "none", "--input", "-"});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.err, HasSubstr("gram-cpu convert"));
}

TEST_F(ScoreCliTest, LongAnswersAreAnErrorOrShortened) {
  std::string words;
  for (int i = 0; i < 400; ++i) words += "7 ";
  const std::string row = R"({"question":"q","response1":")" + words + R"(","response2":"b"})";
  const CliResult never = Score(row + "\n", {"--max-tokens", "300"});
  EXPECT_EQ(never.exit_code, 3) << never.err;
  EXPECT_THAT(never.out, HasSubstr("the limit is 300"));
  const CliResult fair = Score(row + "\n", {"--max-tokens", "300", "--truncate", "fair"});
  EXPECT_EQ(fair.exit_code, 0) << fair.err;
  EXPECT_LE(Json::parse(fair.out)["orders"][0]["tokens"], 300);
  EXPECT_EQ(ScorePair({"--max-tokens", "0"}).exit_code, 2);
  EXPECT_EQ(ScorePair({"--truncate", "half"}).exit_code, 2);
  EXPECT_EQ(ScorePair({"--max-tokens", "1000000"}).exit_code, 1);
}

}  // namespace
}  // namespace gram::cli
