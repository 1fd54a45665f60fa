// The input options of `gram-cpu score` from outside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/cli/run_cli.h"
#include "tests/jobs/io/compress.h"

namespace gram::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kRows = R"({"prompt":"q","chosen":"a","rejected":"b"})"
                              "\n"
                              R"({"prompt":"p","chosen":"c","rejected":"d"})"
                              "\n";

class InputCliTest : public ::testing::Test {
 protected:
  CliResult Score(const std::vector<std::string>& more, const std::string& input = "") const {
    std::vector<std::string> args = {"score", "--model", model_};
    args.insert(args.end(), more.begin(), more.end());
    return RunCli(args, input);
  }

  testing::TempDir folder_;
  std::string model_ = ConvertTiny(folder_);
};

TEST_F(InputCliTest, EveryWayToGiveTheSameRowsGivesTheSame) {
  const CliResult expected = Score({"--input", "-"}, kRows);
  ASSERT_EQ(expected.exit_code, 0) << expected.err;
  ASSERT_EQ(expected.lines().size(), 2u);
  const std::string rows = kRows;
  const size_t half = rows.find('\n') + 1;
  testing::WriteBytes(folder_ / "a.gz", jobs::Gzip(rows.substr(0, half)));
  testing::WriteBytes(folder_ / "b.zst", jobs::Zstd(rows.substr(half)));
  std::string array(1, '[');
  array.append(rows, 0, half - 1).append(",\n").append(rows, half).append("]");
  testing::WriteBytes(folder_ / "array.json", array);
  EXPECT_EQ(Score({"--input", folder_ / "a.gz", "--input", folder_ / "b.zst"}).out, expected.out);
  EXPECT_EQ(Score({"--input", folder_ / "?.*z*"}).out, expected.out);
  EXPECT_EQ(Score({"--input", folder_ / "array.json"}).out, expected.out);
  EXPECT_EQ(Score({"--input", "-"}, jobs::Gzip(kRows)).out, expected.out);
}

TEST_F(InputCliTest, AnUnknownFormatEndsTheRunBeforeAnythingIsScored) {
  testing::WriteBytes(folder_ / "good", kRows);
  testing::WriteBytes(folder_ / "strange", "{\"text\":1}\n");
  const CliResult result = Score({"--input", folder_ / "good", "--input", folder_ / "strange"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, AllOf(HasSubstr("strange"), HasSubstr("text (a number)")));
}

TEST_F(InputCliTest, RowsBeforeTruncatedDataAreScoredAndTheRunFails) {
  std::string many;
  for (int i = 0; i < 200; ++i) many += kRows;
  const std::string packed = jobs::Gzip(std::string(kRows)) + jobs::Gzip(many);
  testing::WriteBytes(folder_ / "cut.gz", packed.substr(0, packed.size() - 1));
  const CliResult result = Score({"--input", folder_ / "cut.gz"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("cut.gz"), HasSubstr("cut short")));
}

TEST_F(InputCliTest, OutputOntoAnInputIsRefused) {
  testing::WriteBytes(folder_ / "a", kRows);
  testing::WriteBytes(folder_ / "b", kRows);
  const CliResult result = Score(
      {"--input", folder_ / "a", "--input", folder_ / "b", "--output", folder_ / "b", "--force"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(testing::ReadBytes(folder_ / "b"), kRows);
}

TEST_F(InputCliTest, ExplainMapNeedsNoModelAndScoresNothing) {
  const CliResult result = RunCli({"score", "--input", "-", "--explain-map"}, kRows);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(RunCli({"score", "--explain-map"}, kRows).out, result.out);
  EXPECT_THAT(result.out, AllOf(HasSubstr("(generic)"), HasSubstr("chosen")));
}

TEST_F(InputCliTest, FilesNeedNoOption) {
  const std::string rows = kRows;
  const size_t half = rows.find('\n') + 1;
  testing::WriteBytes(folder_ / "a", rows.substr(0, half));
  testing::WriteBytes(folder_ / "b", rows.substr(half));
  const CliResult expected = Score({"--input", "-"}, kRows);
  ASSERT_EQ(expected.lines().size(), 2u) << expected.err;
  EXPECT_EQ(Score({folder_ / "a", folder_ / "b"}).out, expected.out);
  EXPECT_EQ(Score({"--input", folder_ / "a", folder_ / "b"}).out, expected.out);
  EXPECT_EQ(Score({folder_ / "a", "--input", folder_ / "b"}).out, expected.out);
  EXPECT_EQ(Score({folder_ / "a", "-"}, rows.substr(half)).out, expected.out);
}

TEST_F(InputCliTest, RowsOnStandardInputNeedNoName) {
  const CliResult expected = Score({"--input", "-"}, kRows);
  const CliResult file = Score({}, kRows);
  EXPECT_EQ(file.out, expected.out);
  EXPECT_THAT(file.err, HasSubstr("reading rows from standard input"));
  const auto shell = [&](const std::string& before, const std::string& after) {
    return RunProgram(
        {"/bin/sh", "-c", before + " " + GRAM_CPU_BINARY + " score --model " + model_ + after});
  };
  EXPECT_EQ(shell(std::string("printf '") + kRows + "' |", "").out, expected.out);
  // An input that is there and holds nothing is what cron, nohup and ssh give.
  for (const char* nothing : {" </dev/null", " <&-"}) {
    const CliResult result = shell("", nothing);
    EXPECT_EQ(result.exit_code, 2) << nothing;
    EXPECT_THAT(result.err, HasSubstr("nothing to score"));
  }
  EXPECT_EQ(shell("true |", "").exit_code, 2);
  // A pair on the command line leaves it alone.
  EXPECT_EQ(shell(std::string("printf '") + kRows + "' |",
                  " --json --query q --response1 a --response2 b")
                .lines()
                .size(),
            1u);
}

TEST_F(InputCliTest, FieldsThatNobodyJudgesHaveToBeIgnoredByName) {
  const std::string extra = R"({"prompt":"q","chosen":"a","rejected":"b","context":"It rains.",)"
                            R"("persona":"a pirate"})"
                            "\n";
  testing::WriteBytes(folder_ / "rows", extra);
  const CliResult refused = Score({folder_ / "rows"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.out, IsEmpty());
  EXPECT_THAT(refused.err, HasSubstr("--ignore context"));
  const CliResult half = Score({folder_ / "rows", "--ignore", "context"});
  EXPECT_EQ(half.exit_code, 1);
  EXPECT_THAT(half.err, HasSubstr("--ignore persona"));
  const std::string expected = Score({}, R"({"prompt":"q","chosen":"a","rejected":"b"})").out;
  for (const std::vector<std::string>& ignored :
       {std::vector<std::string>{"--ignore", "context,persona"},
        std::vector<std::string>{"--ignore", "persona", "--ignore", "context"}}) {
    std::vector<std::string> args = {folder_ / "rows"};
    args.insert(args.end(), ignored.begin(), ignored.end());
    EXPECT_EQ(Score(args).out, expected);
    args.insert(args.end(), {"--output", folder_ / "out", "--force"});
    EXPECT_EQ(Score(args).exit_code, 0);
    EXPECT_THAT(testing::ReadBytes(folder_ / "out.run.json"),
                HasSubstr(R"("ignore": "context,persona")"));
  }
}

// Linux gives an error to whoever reads the first byte of this file.
TEST_F(InputCliTest, AReadErrorEndsTheRunAndNamesTheFile) {
  const std::string unreadable = "/proc/self/mem";
  testing::WriteBytes(folder_ / "rows", kRows);
  const std::vector<std::vector<std::string>> runs = {
      {"score", "--model", model_, folder_ / "rows", unreadable, "--output", folder_ / "out"},
      {"rank", "--model", model_, unreadable},
      {"tokenize", "--model", model_, unreadable},
      {"filter", folder_ / "rows", "--verdicts", unreadable, "--output", folder_ / "out"}};
  for (const std::vector<std::string>& args : runs) {
    const CliResult result = RunCli(args);
    EXPECT_EQ(result.exit_code, 1) << args[0];
    EXPECT_THAT(result.out, IsEmpty()) << args[0];
    EXPECT_THAT(result.err, HasSubstr("cannot read /proc/self/mem: Input/output error")) << args[0];
    EXPECT_FALSE(std::filesystem::exists(folder_ / "out")) << args[0];
  }
  // Standard input that is open for writing only.
  const CliResult closed = RunProgram(
      {"/bin/sh", "-c",
       std::string(GRAM_CPU_BINARY) + " score --model " + model_ + " - 0>" + (folder_ / "in")});
  EXPECT_EQ(closed.exit_code, 1);
  EXPECT_THAT(closed.err, HasSubstr("cannot read standard input: Bad file descriptor"));
}

TEST_F(InputCliTest, UsageErrors) {
  const std::vector<std::vector<std::string>> kArgs = {
      {"--input", "-", "--format", "nonsense"},
      {"--input", "-", "--turns", "some"},
      {"--input", "-", "--map", "nonsense"},
      {"--input", "-", "--map", "question="},
      {"--map", "question=x"},
      {"--explain-map"},
      {"--input", "-", "--format", "shp", "--map", "question=x"}};
  for (const auto& args : kArgs) {
    EXPECT_EQ(Score(args).exit_code, 2) << ::testing::PrintToString(args);
  }
}

}  // namespace
}  // namespace gram::cli
