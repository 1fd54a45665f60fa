// Outputs and inputs that are Parquet, in builds with it and without;
// python/tests/test_parquet_program.py runs jobs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/run_cli.h"
#include "tests/testing/temp_dir.h"

namespace gram::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

bool HasParquet() {
  return RunCli({"--version"}).out.find("Parquet: Apache Arrow") != std::string::npos;
}

class ParquetCliTest : public ::testing::Test {
 protected:
  ParquetCliTest() {
    testing::WriteBytes(folder_ / "rows.jsonl",
                        R"({"question":"q","response1":"a","response2":"b"})"
                        "\n");
    testing::WriteBytes(folder_ / "bad.parquet", "PAR1 and nothing else");
  }

  CliResult Run(const std::string& verb, const std::string& input,
                std::vector<std::string> options) const {
    std::vector<std::string> words = {verb, "--model", "demo", folder_ / input, "--quiet"};
    words.insert(words.end(), options.begin(), options.end());
    return RunCli(words);
  }

  testing::TempDir folder_;
};

TEST_F(ParquetCliTest, OptionsThatAreAboutLinesAreRefusedByName) {
  const std::string output = folder_ / "out.parquet";
  for (const std::vector<std::string>& options :
       std::vector<std::vector<std::string>>{{"--schema", "gram"},
                                             {"--calibration", "c.json"},
                                             {"--shard", "1/2"},
                                             {"--retry-failed"}}) {
    std::vector<std::string> words = {"--output", output};
    words.insert(words.end(), options.begin(), options.end());
    const CliResult result = Run("score", "rows.jsonl", words);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, HasSubstr(HasParquet() ? options[0] : "built without Parquet"));
    EXPECT_THAT(result.err, HasSubstr(".jsonl"));
  }
}

TEST_F(ParquetCliTest, VerbsThatWriteLinesSayThatTheNameIsWrong) {
  for (const std::string verb : {"rank", "audit"}) {
    const CliResult result = Run(verb, "rows.jsonl", {"--output", folder_ / "out.pq"});
    EXPECT_EQ(result.exit_code, 2) << verb;
    EXPECT_THAT(result.err, AllOf(HasSubstr("out.pq"), HasSubstr("name it .jsonl")));
  }
  const std::string named = folder_ / "out.parquet";
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"merge", folder_ / "rows.jsonl", "--output", named},
           {"filter", folder_ / "rows.jsonl", "--verdicts", "v", "--output", named},
           {"filter", folder_ / "rows.jsonl", "--verdicts", "v", "--dropped", named},
           {"rank", "--model", "demo", folder_ / "rows.jsonl", "--pairs", named}}) {
    const CliResult result = RunCli(words);
    EXPECT_EQ(result.exit_code, 2) << words[0];
    EXPECT_THAT(result.err, AllOf(HasSubstr("out.parquet"), HasSubstr("be named .jsonl")));
  }
  EXPECT_THAT(folder_.Names(), ::testing::UnorderedElementsAre("bad.parquet", "rows.jsonl"));
}

TEST_F(ParquetCliTest, ABuildWithoutNamesTheWaysThatWork) {
  if (HasParquet()) GTEST_SKIP() << "this build has Parquet";
  const CliResult read = Run("score", "bad.parquet", {});
  EXPECT_EQ(read.exit_code, 1);
  EXPECT_THAT(read.err, AllOf(HasSubstr("is a Parquet file"), HasSubstr("docs/python.md"),
                              HasSubstr("read_parquet")));
  const CliResult written = Run("score", "rows.jsonl", {"--output", folder_ / "out.parquet"});
  EXPECT_EQ(written.exit_code, 2);
  EXPECT_THAT(written.err, AllOf(HasSubstr("docs/python.md"), HasSubstr(".jsonl")));
}

TEST_F(ParquetCliTest, ABuildWithItWritesWhatLinesSay) {
  if (!HasParquet()) GTEST_SKIP() << "this build has no Parquet";
  const CliResult bad = Run("score", "bad.parquet", {});
  EXPECT_EQ(bad.exit_code, 1);
  EXPECT_THAT(bad.err, HasSubstr("no Parquet file that can be read"));
  const std::string output = folder_ / "out.parquet";
  EXPECT_EQ(Run("score", "rows.jsonl", {"--output", output}).exit_code, 0);
  const std::string bytes = testing::ReadBytes(output);
  EXPECT_TRUE(bytes.starts_with("PAR1") && bytes.ends_with("PAR1"));
  const CliResult kept =
      Run("score", "rows.jsonl", {"--output", output, "--force", "--keep", "id"});
  EXPECT_EQ(kept.exit_code, 1);
  EXPECT_THAT(kept.err, AllOf(HasSubstr("--keep"), HasSubstr("no Parquet file")));
  EXPECT_EQ(testing::ReadBytes(output), bytes);
}

}  // namespace
}  // namespace gram::cli
