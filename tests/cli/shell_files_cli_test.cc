// The man page and the shell completions of an installed tree: they know what --help knows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>
#include <string>

#include "tests/cli/run_cli.h"

namespace gram::cli {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Words = std::set<std::string>;

// What `pattern`'s group finds at the beginnings of the lines of a help text.
Words FromHelp(const std::vector<std::string>& args, const std::string& pattern) {
  const CliResult help = RunCli(args);
  EXPECT_EQ(help.exit_code, 0) << help.err;
  Words words;
  const std::regex line(pattern);
  for (const std::string& text : help.lines()) {
    std::smatch match;
    if (std::regex_search(text, match, line)) words.insert(match[1]);
  }
  return words;
}

Words Verbs() {
  Words verbs = FromHelp({"--help"}, "^  ([a-z]+) +[a-z]");
  EXPECT_GE(verbs.size(), 11u);
  return verbs;
}

Words OptionsOf(const std::string& verb) {
  return FromHelp({verb, "--help"}, "^  (?:-[a-z],)?(--[a-z0-9-]+)");
}

bool IsThere(const std::string& program) {
  return RunProgram({"/bin/sh", "-c", "command -v " + program + " >/dev/null"}).exit_code == 0;
}

class ShellFilesCliTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new testing::TempDir();
    const CliResult install =
        RunProgram({GRAM_CMAKE, "--install", GRAM_BUILD_DIR, "--prefix", *folder_ / "usr"});
    ASSERT_EQ(install.exit_code, 0) << install.err;
  }
  static void TearDownTestSuite() { delete folder_; }

  static std::string Path(const std::string& name) { return *folder_ / ("usr/share/" + name); }

  // What bash offers where `line` has been typed.
  static Words Offered(const std::string& line) {
    const std::string script =
        ". '" + Path("bash-completion/completions/gram-cpu") + "'; COMP_WORDS=(" + line +
        "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _gram_cpu; printf '%s\\n' \"${COMPREPLY[@]}\"";
    const CliResult result = RunProgram({"/bin/bash", "-c", script});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    const std::vector<std::string> lines = result.lines();
    return {lines.begin(), lines.end()};
  }

  static testing::TempDir* folder_;
};

testing::TempDir* ShellFilesCliTest::folder_ = nullptr;

TEST_F(ShellFilesCliTest, BashOffersEveryVerbAndOption) {
  if (!IsThere("bash")) GTEST_SKIP() << "no bash here";
  const Words verbs = Offered("gram-cpu ''");
  for (const std::string& verb : Verbs()) {
    EXPECT_THAT(verbs, Contains(verb));
    const Words options = Offered("gram-cpu " + verb + " --");
    for (const std::string& option : OptionsOf(verb)) EXPECT_THAT(options, Contains(option));
  }
  EXPECT_THAT(Offered("gram-cpu score --sch"), ::testing::ElementsAre("--schema"));
  EXPECT_THAT(Offered("gram-cpu score --schema re"), ::testing::ElementsAre("rewardbench"));
  EXPECT_THAT(Offered("gram-cpu score --schema = re"), ::testing::ElementsAre("rewardbench"));
}

TEST_F(ShellFilesCliTest, ZshKnowsEveryVerbAndOption) {
  const std::string path = Path("zsh/site-functions/_gram-cpu");
  const std::string text = testing::ReadBytes(path);
  for (const std::string& verb : Verbs()) {
    EXPECT_THAT(text, HasSubstr("'" + verb + ":"));
    for (const std::string& option : OptionsOf(verb)) EXPECT_THAT(text, HasSubstr(option));
  }
  if (!IsThere("zsh")) GTEST_SKIP() << "no zsh here to check its form";
  EXPECT_EQ(RunProgram({"/usr/bin/env", "zsh", "-n", path}).exit_code, 0);
}

TEST_F(ShellFilesCliTest, TheManPageTellsOfEveryVerbAndOption) {
  const std::string path = Path("man/man1/gram-cpu.1");
  const std::string text = testing::ReadBytes(path);
  for (const std::string& verb : Verbs()) {
    EXPECT_THAT(text, HasSubstr("\n.SS " + verb + "\n"));
    for (const std::string& option : OptionsOf(verb)) {
      EXPECT_THAT(text, HasSubstr(std::regex_replace(option, std::regex("-"), "\\-")));
    }
  }
  if (!IsThere("mandoc")) GTEST_SKIP() << "no mandoc here to check its form";
  EXPECT_THAT(RunProgram({"/usr/bin/env", "mandoc", "-T", "lint", "-W", "warning", path}).out,
              IsEmpty());
}

}  // namespace
}  // namespace gram::cli
