#include "tests/cli/run_cli.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <iterator>
#include <sstream>
#include <utility>

#include "tests/testing/paths.h"

namespace gram::cli {
namespace {

void Redirect(const std::string& path, int flags, int descriptor) {
  const int file = ::open(path.c_str(), flags, 0600);
  if (file < 0 || ::dup2(file, descriptor) < 0) ::_exit(126);
}

}  // namespace

std::vector<std::string> CliResult::lines() const {
  std::vector<std::string> result;
  std::istringstream stream(out);
  for (std::string line; std::getline(stream, line);) result.push_back(line);
  return result;
}

CliResult RunProgram(std::vector<std::string> words, const std::string& input,
                     const std::string& out_path) {
  const testing::TempDir folder;
  testing::WriteBytes(folder / "in", input);
  const std::string out = out_path.empty() ? folder / "out" : out_path;
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  const pid_t child = ::fork();
  if (child == 0) {
    // Tests run side by side on few CPUs: threads that wait are not to spin.
    Redirect(folder / "in", O_RDONLY, STDIN_FILENO);
    Redirect(out, O_WRONLY | O_CREAT, STDOUT_FILENO);
    Redirect(folder / "err", O_WRONLY | O_CREAT, STDERR_FILENO);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  CliResult result;
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  if (out_path.empty()) result.out = testing::ReadBytes(out);
  result.err = testing::ReadBytes(folder / "err");
  return result;
}

CliResult RunCli(const std::vector<std::string>& args, const std::string& input,
                 const std::string& out_path) {
  std::vector<std::string> words = {GRAM_CPU_BINARY};
  words.insert(words.end(), args.begin(), args.end());
  return RunProgram(std::move(words), input, out_path);
}

std::vector<std::string> Isas() {
  const std::string text = RunCli({"--version"}).out;
  const std::string mark = "instruction sets: ";
  const size_t at = text.find(mark);
  EXPECT_NE(at, std::string::npos) << text;
  if (at == std::string::npos) return {};
  std::istringstream names(text.substr(at + mark.size(), text.find('\n', at) - at - mark.size()));
  return {std::istream_iterator<std::string>(names), {}};
}

std::string ConvertTiny(const testing::TempDir& folder) {
  std::string path = folder / "tiny.gram";
  const CliResult result = RunCli({"convert", testing::GoldenPath("tiny-tied"), path});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  return path;
}

}  // namespace gram::cli
