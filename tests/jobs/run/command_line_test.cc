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

TEST(CommandLineTest, KnowsItsOwnProcess) {
  ASSERT_FALSE(OwnCommandLine().empty());
  EXPECT_NE(OwnCommandLine().front().find("jobs_tests"), std::string::npos);
  EXPECT_EQ(WorkingFolder().substr(0, 1), "/");
}

}  // namespace
}  // namespace gram::jobs
