#include "cli/interrupt.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

namespace gram::cli {
namespace {

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
