#include "jobs/run/command_line.h"

#include <gtest/gtest.h>

namespace gram::jobs {
namespace {

TEST(CommandLineTest, IsQuotedWhereAShellNeedsIt) {
  EXPECT_EQ(ShellLine({"gram-cpu", "--input", "a b", "it's", "", "*.gz", "x=1"}),
            "gram-cpu --input 'a b' 'it'\\''s' '' '*.gz' x=1");
}

TEST(CommandLineTest, GoesOnOnceAndWithoutForce) {
  EXPECT_EQ(CommandWith({"g", "score", "--force"}, "--resume"), "g score --resume");
  EXPECT_EQ(CommandWith({"g", "score", "--resume"}, "--resume"), "g score --resume");
}

TEST(CommandLineTest, PutsTheOptionWhereItIsOne) {
  EXPECT_EQ(CommandWith({"g", "score", "--input", "x", "--", "--force"}, "--resume"),
            "g score --resume --input x -- --force");
  EXPECT_EQ(CommandWith({"g", "score", "--shard", "auto", "--output", "auto"}, "--resume", {2, 3}),
            "g score --resume --shard 2/3 --output auto");
  EXPECT_EQ(CommandWith({"g", "score", "--shard=auto"}, "--resume", {2, 3}),
            "g score --resume --shard=2/3");
  EXPECT_EQ(CommandWith({}, "--resume"), "--resume");
}

TEST(CommandLineTest, StaysOneLine) { EXPECT_EQ(ShellLine({"a\nb'c\\"}), "$'a\\012b\\'c\\\\'"); }

TEST(CommandLineTest, KnowsItsOwnProcess) {
  ASSERT_FALSE(OwnCommandLine().empty());
  EXPECT_NE(OwnCommandLine().front().find("jobs_tests"), std::string::npos);
  EXPECT_EQ(WorkingFolder().substr(0, 1), "/");
}

}  // namespace
}  // namespace gram::jobs
