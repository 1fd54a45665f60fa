// Jobs from outside: the built program is stopped, killed, resumed, sharded and merged.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "tests/cli/run_cli.h"
#include "tests/testing/paths.h"

namespace gram::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Json = nlohmann::json;

constexpr int kRows = 1200;

std::string Rows(int rows) {
  std::string text;
  for (int i = 1; i <= rows; ++i) {
    const std::string number = std::to_string(i);
    text += i % 100 == 0 ? "not JSON\n"
                         : R"({"question":"q)" + std::to_string(i / 3) + R"(","response1":"a)" +
                               number + R"(","response2":"b","label":1})" + "\n";
  }
  return text;
}

class JobCliTest : public ::testing::Test {
 protected:
  JobCliTest() {
    testing::WriteBytes(input_, Rows(kRows));
    // A prompt of a few tokens: rows are to take little time.
    testing::WriteBytes(folder_ / "prompt", "{input}{response_a}{response_b}");
  }

  std::vector<std::string> Args(const std::string& output, std::vector<std::string> more = {}) {
    std::vector<std::string> args = {
        "score",   "--model", model_,     "--prompt", folder_ / "prompt",
        "--input", input_,    "--output", output,     "--quiet"};
    args.insert(args.end(), more.begin(), more.end());
    return args;
  }

  // Runs it, and sends `number` after `delay` unless it has ended by then.
  CliResult RunAndSignal(const std::vector<std::string>& args, int number,
                         std::chrono::milliseconds delay) {
    std::vector<std::string> words = {GRAM_CPU_BINARY};
    words.insert(words.end(), args.begin(), args.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const std::string err = folder_ / "err";
    const pid_t child = ::fork();
    if (child == 0) {
      if (std::freopen(err.c_str(), "w", stderr) == nullptr) ::_exit(126);
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    std::this_thread::sleep_for(delay);
    ::kill(child, number);
    int status = 0;
    ::waitpid(child, &status, 0);
    CliResult result;
    result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    result.err = testing::ReadBytes(err);
    return result;
  }

  // Signals the run at growing delays until it was caught between its first row and its last.
  CliResult Interrupt(const std::string& output, int number) {
    for (int delay = 50; delay < 20000; delay = delay * 5 / 4) {
      CliResult result =
          RunAndSignal(Args(output, {"--force"}), number, std::chrono::milliseconds(delay));
      std::error_code error;
      if (std::filesystem::file_size(output + ".partial", error) > 0 && !error) return result;
    }
    ADD_FAILURE() << "not caught";
    return {};
  }

  std::string Whole() {
    const std::string output = folder_ / "whole";
    EXPECT_EQ(RunCli(Args(output)).exit_code, 3);
    return testing::ReadBytes(output);
  }

  testing::TempDir folder_;
  std::string model_ = ConvertTiny(folder_);
  std::string input_ = folder_ / "in.jsonl";
};

TEST_F(JobCliTest, ASignalStopsItAndTheCommandThatItSaysGoesOn) {
  const std::string whole = Whole();
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
    const std::string output = folder_ / "out" + std::to_string(number);
    const CliResult stopped = Interrupt(output, number);
    ASSERT_EQ(stopped.exit_code, 4) << stopped.err;
    EXPECT_THAT(stopped.err, HasSubstr("rows are done and on disk; continue with: "));
    EXPECT_EQ(Json::parse(testing::ReadBytes(output + ".run.json"))["state"], "interrupted");
    const std::string words = "continue with: ";
    const std::string command = stopped.err.substr(stopped.err.find(words) + words.size());
    EXPECT_THAT(command, AllOf(HasSubstr("--resume"), ::testing::Not(HasSubstr("--force"))));
    EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 3);
    EXPECT_TRUE(testing::ReadBytes(output) == whole);
    EXPECT_EQ(RunCli(Args(output, {"--resume"})).exit_code, 3) << "complete already";
  }
}

TEST_F(JobCliTest, ADozenKillsLeaveTheOutputOfOneRun) {
  const std::string whole = Whole();
  const std::string output = folder_ / "out.gz";
  std::mt19937 random(7);
  for (int kills = 0; kills < 12; ++kills) {
    const std::chrono::milliseconds delay(30 + random() % 150);
    const CliResult result = RunAndSignal(Args(output, {"--resume"}), SIGKILL, delay);
    ASSERT_TRUE(result.exit_code == 128 + SIGKILL || result.exit_code == 3) << result.err;
  }
  EXPECT_EQ(RunCli(Args(output, {"--resume"})).exit_code, 3);
  EXPECT_EQ(RunCli(Args(folder_ / "once.gz")).exit_code, 3);
  EXPECT_TRUE(testing::ReadBytes(output) == testing::ReadBytes(folder_ / "once.gz"));
  const CliResult unpacked = RunCli({"merge", output, "--output", folder_ / "plain", "--quiet"});
  EXPECT_EQ(unpacked.exit_code, 3) << unpacked.err;
  EXPECT_TRUE(testing::ReadBytes(folder_ / "plain") == whole);
}

TEST_F(JobCliTest, ShardsAreMergedToTheOutputOfOneRun) {
  const std::string whole = Whole();
  std::vector<std::string> merge = {"merge", "--output", folder_ / "merged"};
  for (const char* shard : {"1/3", "2/3", "3/3"}) {
    merge.push_back(folder_ / "shard" + shard[0]);
    EXPECT_EQ(RunCli(Args(merge.back(), {"--shard", shard})).exit_code, 3);
  }
  const CliResult merged = RunCli(merge);
  EXPECT_EQ(merged.exit_code, 3) << merged.err;
  EXPECT_THAT(merged.err, HasSubstr("3 shards, 1,200 rows, 12 of them with an error object"));
  EXPECT_TRUE(testing::ReadBytes(folder_ / "merged") == whole);
  merge.pop_back();
  merge.emplace_back("--force");
  const CliResult missing = RunCli(merge);
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.err, HasSubstr("1 is missing: 3"));
}

TEST_F(JobCliTest, TheBatchSystemTellsTheShard) {
  ::setenv("JOB_COMPLETION_INDEX", "1", 1);
  const CliResult incomplete = RunCli(Args(folder_ / "auto", {"--shard", "auto"}));
  ::setenv("JOB_COMPLETIONS", "3", 1);
  const CliResult result = RunCli(Args(folder_ / "auto", {"--shard", "auto"}));
  ::unsetenv("JOB_COMPLETION_INDEX");
  ::unsetenv("JOB_COMPLETIONS");
  EXPECT_EQ(incomplete.exit_code, 2);
  EXPECT_THAT(incomplete.err, HasSubstr("JOB_COMPLETIONS is not set"));
  EXPECT_EQ(result.exit_code, 3) << result.err;
  const Json manifest = Json::parse(testing::ReadBytes(folder_ / "auto.run.json"));
  EXPECT_EQ(manifest["shard"]["index"], 2);
  EXPECT_EQ(manifest["shard"]["count"], 3);
  // Row numbers of the whole input stand for ids.
  EXPECT_THAT(testing::ReadBytes(folder_ / "auto"), StartsWith("{\"id\":17,"));
}

TEST_F(JobCliTest, AnotherModelOrQuestionIsRefused) {
  const std::string output = folder_ / "out";
  ASSERT_EQ(Interrupt(output, SIGTERM).exit_code, 4);
  const std::string journal = testing::ReadBytes(output + ".partial");
  const std::pair<std::vector<std::string>, const char*> kChanges[] = {
      {{"--protocol", "eval"}, "protocol is eval, but was card (to continue: --protocol card)"},
      {{"--scoring", "card-snippet"}, "scoring is card-snippet, but was average"},
      {{"--parse-special"}, "parse_special is yes, but was no"},
      {{"--schema", "gram"}, "schema is gram, but was gram-cpu"},
      {{"--shard", "1/2"}, "the shard is 1/2, but was 1/1"}};
  for (auto [more, message] : kChanges) {
    more.emplace_back("--resume");
    const CliResult result = RunCli(Args(output, more));
    EXPECT_EQ(result.exit_code, 1) << message;
    EXPECT_THAT(result.err, HasSubstr(message));
  }
  testing::WriteBytes(folder_ / "prompt", "{input} {response_a} {response_b}");
  EXPECT_THAT(RunCli(Args(output, {"--resume"})).err, HasSubstr("prompt_checksum is "));
  testing::WriteBytes(folder_ / "prompt", "{input}{response_a}{response_b}");
  EXPECT_EQ(
      RunCli({"convert", "--force", "--dtype", "f32", testing::GoldenPath("tiny-tied"), model_})
          .exit_code,
      0);
  EXPECT_THAT(RunCli(Args(output, {"--resume"})).err, HasSubstr("model_checksum is "));
  EXPECT_EQ(testing::ReadBytes(output + ".partial"), journal);
}

TEST_F(JobCliTest, LabelsThatWereNotUnderstoodAreCounted) {
  testing::WriteBytes(input_,
                      R"({"question":"q","response1":"a","response2":"b","label":1})"
                      "\n"
                      R"({"question":"q","response1":"a","response2":"b","label":"both_bad"})"
                      "\n"
                      R"({"question":"q","response1":"a","response2":"b","label":"maybe"})"
                      "\n");
  const std::string output = folder_ / "out";
  std::vector<std::string> args = Args(output);
  args.pop_back();  // --quiet
  const CliResult result = RunCli(args);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const Json manifest = Json::parse(testing::ReadBytes(output + ".run.json"));
  const auto unread = manifest["not_understood"].value("label", 0);
  EXPECT_GE(unread, 1);
  EXPECT_EQ(manifest["totals"]["labelled"].get<int>() + manifest["totals"]["label_ties"].get<int>(),
            3 - unread);
  EXPECT_THAT(result.err, HasSubstr("labels not understood, so not counted: label in " +
                                    std::to_string(unread) + " row"));
}

TEST_F(JobCliTest, UsageErrors) {
  for (const std::vector<std::string>& more : {std::vector<std::string>{"--resume", "--force"},
                                               {"--retry-failed", "--force"},
                                               {"--shard", "0/4"},
                                               {"--shard", "auto"},
                                               {"--shard", "x"},
                                               {"--schema", "x"}}) {
    const CliResult result = RunCli(Args(folder_ / "out", more));
    EXPECT_EQ(result.exit_code, 2) << result.err;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "out.run.json"));
  }
  EXPECT_EQ(RunCli(Args("-", {"--resume"})).exit_code, 2);
  EXPECT_EQ(RunCli(Args("/dev/null", {"--resume"})).exit_code, 1);
  EXPECT_EQ(RunCli({"merge", "--output", folder_ / "out"}).exit_code, 2);
  EXPECT_EQ(RunCli({"merge", input_}).exit_code, 2);
  const CliResult from_pipe =
      RunCli({"score", "--model", model_, "--input", "-", "--output", folder_ / "out", "--resume"},
             Rows(3));
  EXPECT_EQ(from_pipe.exit_code, 1);
  EXPECT_THAT(from_pipe.err, HasSubstr("cannot resume from standard input"));
}

}  // namespace
}  // namespace gram::cli
