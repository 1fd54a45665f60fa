#include "engine/format/atomic_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
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

TEST(AtomicFileTest, AppearsCompleteOnCommit) {
  const gram::testing::TempDir dir;
  auto file = AtomicFile::Create(dir / "out");
  ASSERT_TRUE(file.ok()) << file.status().message();
  ASSERT_TRUE(file->Append(Bytes("one two")).ok());
  ASSERT_TRUE(file->WriteAt(0, Bytes("ONE")).ok());
  ASSERT_TRUE(file->Append(Bytes(" three")).ok());
  EXPECT_FALSE(std::filesystem::exists(dir / "out"));
  ASSERT_TRUE(file->Commit().ok());
  EXPECT_EQ(gram::testing::ReadBytes(dir / "out"), "ONE two three");
  EXPECT_THAT(dir.Names(), ElementsAre("out"));
}

TEST(AtomicFileTest, LeavesNothingWhenDestroyed) {
  const gram::testing::TempDir dir;
  {
    auto file = AtomicFile::Create(dir / "out");
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE(file->Append(Bytes("half")).ok());
    AtomicFile moved = std::move(*file);
    ASSERT_TRUE(moved.Append(Bytes(" a file")).ok());
  }
  EXPECT_THAT(dir.Names(), IsEmpty());
}

TEST(AtomicFileTest, KeepsTheOldFileUntilCommit) {
  const gram::testing::TempDir dir;
  gram::testing::WriteBytes(dir / "out", "old");
  {
    auto file = AtomicFile::Create(dir / "out");
    ASSERT_TRUE(file.ok() && file->Append(Bytes("new")).ok());
  }
  EXPECT_EQ(gram::testing::ReadBytes(dir / "out"), "old");
  auto file = AtomicFile::Create(dir / "out");
  ASSERT_TRUE(file.ok() && file->Append(Bytes("new")).ok() && file->Commit().ok());
  EXPECT_EQ(gram::testing::ReadBytes(dir / "out"), "new");
}

TEST(AtomicFileTest, RefusesWhatIsNoRegularFile) {
  const gram::testing::TempDir dir;
  const auto folder = AtomicFile::Create(dir.path());
  EXPECT_EQ(folder.status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(AtomicFile::Create("/dev/null").status().code(), StatusCode::kInvalidArgument);
  const auto lost = AtomicFile::Create(dir / "no/such/folder/out");
  EXPECT_EQ(lost.status().code(), StatusCode::kNotFound);
  EXPECT_THAT(lost.status().message(), HasSubstr("no/such/folder/out"));
}

}  // namespace
}  // namespace gram::format
