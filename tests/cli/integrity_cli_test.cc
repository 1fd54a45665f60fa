// What may not pass unsaid, from outside: damaged models and outputs, full and shut places, little
// memory, links.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/cli/run_cli.h"
#include "tests/testing/paths.h"

namespace gram::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using Json = nlohmann::json;

class IntegrityCliTest : public ::testing::Test {
 protected:
  IntegrityCliTest() {
    testing::WriteBytes(folder_ / "prompt", "{input}{response_a}{response_b}");
    WriteRows(200);
  }

  void WriteRows(int rows) {
    std::string text;
    for (int i = 1; i <= rows; ++i) {
      text += R"({"id":)" + std::to_string(i) + R"(,"question":"q","response1":"a)" +
              std::to_string(i) + R"(","response2":"b"})" + "\n";
    }
    testing::WriteBytes(folder_ / "in.jsonl", text);
  }

  std::vector<std::string> Args(const std::string& output, std::vector<std::string> more = {}) {
    std::vector<std::string> args = {"score",
                                     "--model",
                                     model_,
                                     "--prompt",
                                     folder_ / "prompt",
                                     "--input",
                                     folder_ / "in.jsonl",
                                     "--output",
                                     folder_ / output,
                                     "--threads",
                                     "1",
                                     "--quiet"};
    args.insert(args.end(), more.begin(), more.end());
    return args;
  }

  // Runs gram-cpu in the folder with `limit`, a command of the shell, before it.
  CliResult Limited(const std::string& limit, const std::vector<std::string>& args) {
    std::vector<std::string> words = {"/bin/bash", "-c", "cd \"$0\"; " + limit + "; exec \"$@\"",
                                      folder_.path(), GRAM_CPU_BINARY};
    words.insert(words.end(), args.begin(), args.end());
    return RunProgram(words);
  }

  // What the last line on standard error says to do, done.
  int Obey(const std::string& err) {
    const std::string words = "continue with: ";
    const size_t at = err.find(words);
    if (at == std::string::npos) return -1;
    const std::string command = "cd '" + folder_.path() + "'; " + err.substr(at + words.size());
    return WEXITSTATUS(std::system(command.c_str()));
  }

  std::string Whole() {
    EXPECT_EQ(RunCli(Args("whole", {"--force"})).exit_code, 0);
    return testing::ReadBytes(folder_ / "whole");
  }

  testing::TempDir folder_;
  std::string model_ = ConvertTiny(folder_);
};

TEST_F(IntegrityCliTest, ADamagedModelIsRefusedAndNothingIsPrinted) {
  std::string bytes = testing::ReadBytes(model_);
  bytes[bytes.size() - 100] ^= 1;
  testing::WriteBytes(model_, bytes);
  for (const std::vector<std::string>& args :
       {Args("-"),
        {"score", "--model", model_, "--query", "q", "--response1", "a", "--response2", "b"},
        {"rank", "--model", model_, "--query", "q", "--response", "a", "--response", "b"}}) {
    std::vector<std::string> to_stdout = args;
    for (std::string& word : to_stdout) word = word == folder_ / "-" ? "-" : word;
    const CliResult result = RunCli(to_stdout);
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err, AllOf(HasSubstr(model_ + ": tensor "), HasSubstr("wrong checksum")));
  }
  const CliResult file = RunCli(Args("out"));
  EXPECT_EQ(file.exit_code, 1);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
  EXPECT_EQ(RunCli(Args("out2", {"--no-verify"})).exit_code, 0);
  const Json manifest = Json::parse(testing::ReadBytes(folder_ / "out2.run.json"));
  EXPECT_EQ(manifest["run"]["about"]["model_verified"], "no");
}

TEST_F(IntegrityCliTest, AFileThatMayNotGrowStopsTheRunAndTheCommandGoesOn) {
  const std::string whole = Whole();
  const CliResult stopped = Limited("ulimit -f 16", Args("out"));
  EXPECT_EQ(stopped.exit_code, 1) << stopped.err;
  EXPECT_THAT(stopped.err,
              AllOf(HasSubstr("File too large"), HasSubstr("rows are done and on disk"),
                    HasSubstr("continue with: ")));
  EXPECT_EQ(Obey(stopped.err), 0) << stopped.err;
  EXPECT_TRUE(testing::ReadBytes(folder_ / "out") == whole);
  std::vector<std::string> args = Args("-");
  for (std::string& word : args) word = word == folder_ / "-" ? "-" : word;
  for (const std::vector<std::string>& writer :
       {args, {"convert", testing::GoldenPath("tiny-tied"), "m.gram"}}) {
    const CliResult result = Limited("ulimit -f 4; exec >printed", writer);
    EXPECT_EQ(result.exit_code, 1) << result.err;
    EXPECT_THAT(result.err, HasSubstr("File too large"));
  }
}

TEST_F(IntegrityCliTest, MemoryThatDoesNotSufficeStopsTheRunAndMakesNoErrorRows) {
#if defined(GRAM_SANITIZED) || defined(GRAM_EMULATED)
  GTEST_SKIP() << "this build takes terabytes of address space for itself";
#endif
  const std::string whole = Whole();
  bool stopped_once = false;
  for (int megabytes = 40; megabytes <= 400; megabytes += 2) {
    const CliResult result =
        Limited("ulimit -v " + std::to_string(megabytes * 1024), Args("out", {"--force"}));
    ASSERT_TRUE(result.exit_code == 0 || result.exit_code == 1 || result.exit_code == 127)
        << megabytes << " MB: " << result.exit_code << result.err;
    if (result.exit_code == 0) {
      ASSERT_TRUE(testing::ReadBytes(folder_ / "out") == whole) << megabytes;
      break;
    }
    ASSERT_FALSE(std::filesystem::exists(folder_ / "out")) << megabytes;
    // The program's own words, or those of a system call that it passes on.
    stopped_once = stopped_once || result.err.find("out of memory") != std::string::npos ||
                   result.err.find("Cannot allocate memory") != std::string::npos;
  }
  EXPECT_TRUE(stopped_once);
}

TEST_F(IntegrityCliTest, ALinkToWhatIsNotThereYetIsFollowed) {
  const std::string whole = Whole();
  std::filesystem::create_directory(folder_ / "big");
  std::filesystem::create_symlink("big/v.jsonl", folder_ / "v.jsonl");
  std::filesystem::create_symlink("v.jsonl", folder_ / "w.jsonl");
  EXPECT_EQ(RunCli(Args("w.jsonl")).exit_code, 0);
  EXPECT_TRUE(testing::ReadBytes(folder_ / "big/v.jsonl") == whole);
  EXPECT_TRUE(std::filesystem::is_symlink(folder_ / "v.jsonl"));
  EXPECT_TRUE(std::filesystem::is_symlink(folder_ / "w.jsonl"));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "big/v.jsonl.run.json"));
  EXPECT_EQ(RunCli(Args("w.jsonl", {"--resume"})).exit_code, 0);
  const CliResult merged =
      RunCli({"merge", "--force", "--quiet", "--output", folder_ / "v.jsonl", folder_ / "whole"});
  EXPECT_EQ(merged.exit_code, 0) << merged.err;
  EXPECT_TRUE(std::filesystem::is_symlink(folder_ / "v.jsonl"));
  std::filesystem::create_symlink("none/v.jsonl", folder_ / "n.jsonl");
  const CliResult nowhere = RunCli(Args("n.jsonl"));
  EXPECT_EQ(nowhere.exit_code, 1);
  EXPECT_THAT(nowhere.err, AllOf(HasSubstr("is a link to "), HasSubstr("there is no folder")));
  std::filesystem::create_symlink("big/m.gram", folder_ / "m.gram");
  for (int i = 0; i < 2; ++i) {
    const CliResult converted =
        RunCli({"convert", "--force", testing::GoldenPath("tiny-tied"), folder_ / "m.gram"});
    EXPECT_EQ(converted.exit_code, 0) << converted.err;
    EXPECT_TRUE(std::filesystem::is_symlink(folder_ / "m.gram"));
    EXPECT_TRUE(std::filesystem::is_regular_file(folder_ / "big/m.gram"));
  }
}

TEST_F(IntegrityCliTest, AnOutputThatWasCutOrEditedIsNotComplete) {
  const std::string whole = Whole();
  for (const char* name : {"out", "out.gz", "out.zst"}) {
    ASSERT_EQ(RunCli(Args(name)).exit_code, 0);
    const std::string good = testing::ReadBytes(folder_ / name);
    std::string edited = good;
    edited[edited.size() - 5] ^= 1;
    for (const std::string& bad :
         {good.substr(0, good.find('\n') + 1), edited, std::string(), good + good}) {
      testing::WriteBytes(folder_ / name, bad);
      const CliResult result = RunCli(Args(name, {"--resume"}));
      EXPECT_EQ(result.exit_code, 1) << name;
      EXPECT_THAT(result.err, AllOf(HasSubstr("was changed after it was complete"),
                                    HasSubstr("records 200 rows"), HasSubstr("--force")));
      EXPECT_TRUE(testing::ReadBytes(folder_ / name) == bad);
      EXPECT_EQ(RunCli({"merge", "--output", folder_ / "merged", folder_ / name}).exit_code, 1);
      const CliResult filtered =
          RunCli({"filter", "--input", folder_ / "in.jsonl", "--verdicts", folder_ / name,
                  "--min-margin", "1", "--output", folder_ / "kept"});
      EXPECT_EQ(filtered.exit_code, 1) << filtered.err;
    }
    testing::WriteBytes(folder_ / name, good);
    EXPECT_EQ(RunCli(Args(name, {"--resume"})).exit_code, 0);
  }
}

TEST_F(IntegrityCliTest, NumbersOfAnySizeStopNoJob) {
  testing::WriteBytes(
      folder_ / "in.jsonl",
      "{\"id\":123456789012345678901234567890,\"question\":\"q\",\"response1\":\"a\","
      "\"response2\":\"b\",\"label\":1}\n"
      "{\"id\":1e999,\"question\":\"q\",\"response1\":\"a\",\"response2\":\"b\",\"label\":1,"
      "\"seed\":-99999999999999999999999}\n");
  for (const char* schema : {"gram-cpu", "gram", "rewardbench", "judgebench"}) {
    const std::string output = std::string("out-") + schema;
    const CliResult result = RunCli(Args(output, {"--schema", schema, "--resume"}));
    EXPECT_EQ(result.exit_code, 0) << schema << result.err;
    EXPECT_THAT(testing::ReadBytes(folder_ / output),
                AllOf(HasSubstr("123456789012345678901234567890,"), HasSubstr("1e999,")));
    EXPECT_EQ(RunCli(Args(output, {"--schema", schema, "--resume"})).exit_code, 0);
  }
}

}  // namespace
}  // namespace gram::cli
