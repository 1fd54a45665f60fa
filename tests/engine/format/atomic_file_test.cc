#include "engine/format/atomic_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <string>
#include <string_view>

#include "tests/testing/temp_dir.h"

namespace gram::format {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::span<const std::byte> Bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

class AtomicFileTest : public ::testing::TestWithParam<Temporary> {};

TEST_P(AtomicFileTest, AppearsCompleteOnCommit) {
  const gram::testing::TempDir dir;
  auto file = AtomicFile::Create(dir / "out", GetParam());
  ASSERT_TRUE(file.ok()) << file.status().message();
  ASSERT_TRUE(file->Append(Bytes("one two")).ok());
  ASSERT_TRUE(file->WriteAt(0, Bytes("ONE")).ok());
  ASSERT_TRUE(file->Append(Bytes(" three")).ok());
  EXPECT_FALSE(std::filesystem::exists(dir / "out"));
  ASSERT_TRUE(file->Commit().ok());
  EXPECT_EQ(gram::testing::ReadBytes(dir / "out"), "ONE two three");
  EXPECT_THAT(dir.Names(), ElementsAre("out"));
}

TEST_P(AtomicFileTest, LeavesNothingWhenDestroyed) {
  const gram::testing::TempDir dir;
  {
    auto file = AtomicFile::Create(dir / "out", GetParam());
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE(file->Append(Bytes("half")).ok());
    AtomicFile moved = std::move(*file);
    ASSERT_TRUE(moved.Append(Bytes(" a file")).ok());
  }
  EXPECT_THAT(dir.Names(), IsEmpty());
}

TEST_P(AtomicFileTest, KeepsTheOldFileUntilCommit) {
  const gram::testing::TempDir dir;
  gram::testing::WriteBytes(dir / "out", "old");
  {
    auto file = AtomicFile::Create(dir / "out", GetParam());
    ASSERT_TRUE(file.ok() && file->Append(Bytes("new")).ok());
  }
  EXPECT_EQ(gram::testing::ReadBytes(dir / "out"), "old");
  auto file = AtomicFile::Create(dir / "out", GetParam());
  ASSERT_TRUE(file.ok() && file->Append(Bytes("new")).ok() && file->Commit().ok());
  EXPECT_EQ(gram::testing::ReadBytes(dir / "out"), "new");
}

TEST_P(AtomicFileTest, LeftoversOfKilledProcessesAreNoObstacle) {
  const gram::testing::TempDir dir;
  gram::testing::WriteBytes(dir / ("out.tmp." + std::to_string(::getpid())), "left over");
  auto file = AtomicFile::Create(dir / "out", GetParam());
  ASSERT_TRUE(file.ok() && file->Append(Bytes("new")).ok() && file->Commit().ok());
  EXPECT_EQ(gram::testing::ReadBytes(dir / "out"), "new");
  EXPECT_EQ(dir.Names().size(), 2U);
}

TEST_P(AtomicFileTest, AKilledProcessLeavesTheOldFile) {
  const gram::testing::TempDir dir;
  gram::testing::WriteBytes(dir / "out", "old");
  const pid_t child = ::fork();
  if (child == 0) {
    auto file = AtomicFile::Create(dir / "out", GetParam());
    if (file.ok() && file->Append(Bytes("half")).ok()) ::raise(SIGKILL);
    ::_exit(1);
  }
  int outcome = 0;
  ASSERT_EQ(::waitpid(child, &outcome, 0), child);
  ASSERT_TRUE(WIFSIGNALED(outcome));
  EXPECT_EQ(gram::testing::ReadBytes(dir / "out"), "old");
}

TEST_P(AtomicFileTest, RefusesWhatIsNoRegularFile) {
  const gram::testing::TempDir dir;
  const auto folder = AtomicFile::Create(dir.path());
  EXPECT_EQ(folder.status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(AtomicFile::Create("/dev/null").status().code(), StatusCode::kInvalidArgument);
  const auto lost = AtomicFile::Create(dir / "no/such/folder/out");
  EXPECT_EQ(lost.status().code(), StatusCode::kNotFound);
  EXPECT_THAT(lost.status().message(), HasSubstr("no/such/folder/out"));
}

INSTANTIATE_TEST_SUITE_P(Both, AtomicFileTest,
                         ::testing::Values(Temporary::kNameless, Temporary::kNamed),
                         [](const auto& test) {
                           return test.param == Temporary::kNamed ? "Named" : "Nameless";
                         });

}  // namespace
}  // namespace gram::format
