#include "cli/signals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <thread>

#include "engine/base/files.h"
#include "tests/testing/temp_dir.h"

namespace gram::cli {
namespace {

TEST(CutFileDeathTest, IsNamedWithTheWayOn) {
  const testing::TempDir folder;
  testing::WriteBytes(folder / "m.gram", std::string(100000, 'm'));
  const auto read = [&] {
    HandleSignals();
    SetWayOnAfterCut(", then continue with: gram-cpu score --resume");
    const Result<MappedFile> file = MappedFile::Open(folder / "m.gram");
    std::filesystem::resize_file(folder / "m.gram", 10);
    const volatile std::byte* byte = &file->bytes()[50000];
    ::_exit(*byte == std::byte{'m'} ? 7 : 8);
  };
  EXPECT_EXIT(read(), ::testing::ExitedWithCode(1),
              "gram-cpu: .*m.gram was cut short, .*continue with: gram-cpu score --resume");
}

// How a child that runs `body` ends: its exit code, or minus the signal.
int RunChild(const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST(InterruptTest, TheFirstSignalSetsAFlag) {
  for (const int number : Interrupt::kSignals) {
    const Interrupt interrupt;
    EXPECT_FALSE(interrupt.requested());
    ::raise(number);
    EXPECT_TRUE(interrupt.requested());
    EXPECT_TRUE(interrupt.flag());
  }
}

// timeout(1) sends its signal to the process and to the group.
TEST(InterruptTest, TheSameRequestTwiceIsOne) {
  const Interrupt interrupt;
  ::raise(SIGTERM);
  ::raise(SIGTERM);
  ::raise(SIGINT);
  EXPECT_TRUE(interrupt.requested());
}

TEST(InterruptTest, ASecondRequestEndsTheProcess) {
  EXPECT_EQ(RunChild([] {
              const Interrupt interrupt;
              ::raise(SIGTERM);
              std::this_thread::sleep_for(std::chrono::milliseconds(1100));
              ::raise(SIGINT);
              return 0;
            }),
            -SIGINT);
}

TEST(InterruptTest, SignalsThatWereIgnoredStayIgnored) {
  EXPECT_EQ(RunChild([] {
              ::signal(SIGHUP, SIG_IGN);
              const Interrupt interrupt;
              ::raise(SIGHUP);
              return interrupt.requested() ? 1 : 0;
            }),
            0);
}

TEST(InterruptTest, AfterwardsSignalsAreAsBefore) {
  EXPECT_EQ(RunChild([] {
              { const Interrupt interrupt; }
              ::raise(SIGTERM);
              return 0;
            }),
            -SIGTERM);
}

}  // namespace
}  // namespace gram::cli
