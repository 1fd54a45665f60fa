#include "jobs/filter/lines_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "jobs/io/byte_source.h"
#include "tests/testing/temp_dir.h"

namespace gram::jobs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LinesFileTest : public ::testing::Test {
 protected:
  std::vector<std::string> Read(const std::string& name) const {
    Result<LineFile> file = LineFile::Open(folder_ / name);
    EXPECT_TRUE(file.ok());
    std::vector<std::string> lines;
    for (std::string line; file->Next(line).value();) lines.push_back(line);
    return lines;
  }

  testing::TempDir folder_;
};

TEST_F(LinesFileTest, IsThereOnceItIsWhole) {
  for (const char* name : {"plain", "x.gz", "x.zst"}) {
    Result<LinesFile> file = LinesFile::Create(folder_ / name, false);
    ASSERT_TRUE(file.ok()) << file.status().message();
    ASSERT_TRUE(file->Write("{\"a\":1}\n").ok());
    EXPECT_FALSE(std::filesystem::exists(folder_ / name));
    ASSERT_TRUE(file->Write("{\"a\":2}\n").ok());
    ASSERT_TRUE(file->Commit().ok());
    EXPECT_THAT(Read(name), ElementsAre("{\"a\":1}", "{\"a\":2}"));
  }
  EXPECT_EQ(folder_.Names().size(), 3u);
}

TEST_F(LinesFileTest, EmptyAndLargeFiles) {
  for (const char* name : {"plain", "x.gz"}) {
    ASSERT_TRUE(LinesFile::Create(folder_ / name, false)->Commit().ok());
    EXPECT_THAT(Read(name), IsEmpty());
  }
  Result<LinesFile> file = LinesFile::Create(folder_ / "large.gz", false);
  const std::string line = std::string(300'000, 'x') + "\n";
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(file->Write(line).ok());
  ASSERT_TRUE(file->Commit().ok());
  EXPECT_EQ(Read("large.gz").size(), 20u);
}

TEST_F(LinesFileTest, LeavesNothingBehindWhereItIsGivenUp) {
  {
    Result<LinesFile> file = LinesFile::Create(folder_ / "x", false);
    ASSERT_TRUE(file->Write("line\n").ok());
  }
  EXPECT_THAT(folder_.Names(), IsEmpty());
}

TEST_F(LinesFileTest, ReplacesOnlyWhereAsked) {
  testing::WriteBytes(folder_ / "x", "old");
  const auto refused = LinesFile::Create(folder_ / "x", false);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.status().message(), HasSubstr("exists; choose another name or add --force"));
  {
    Result<LinesFile> file = LinesFile::Create(folder_ / "x", true);
    ASSERT_TRUE(file->Write("new\n").ok());
    EXPECT_EQ(testing::ReadBytes(folder_ / "x"), "old");
    ASSERT_TRUE(file->Commit().ok());
  }
  EXPECT_EQ(testing::ReadBytes(folder_ / "x"), "new\n");
  testing::WriteBytes(folder_ / "empty", "");
  EXPECT_TRUE(LinesFile::Create(folder_ / "empty", false).ok());
}

TEST_F(LinesFileTest, WhatAKilledRunLeftIsNotKept) {
  testing::WriteBytes(folder_ / "x.filtering", "torn");
  Result<LinesFile> file = LinesFile::Create(folder_ / "x", false);
  ASSERT_TRUE(file->Write("line\n").ok());
  ASSERT_TRUE(file->Commit().ok());
  EXPECT_EQ(testing::ReadBytes(folder_ / "x"), "line\n");
}

TEST_F(LinesFileTest, AFullDiskIsAnError) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "needs /dev/full";
  Result<LinesFile> file = LinesFile::Create("/dev/full", false);
  ASSERT_TRUE(file.ok()) << file.status().message();
  ASSERT_TRUE(file->Write("line\n").ok());
  EXPECT_FALSE(file->Commit().ok());
}

}  // namespace
}  // namespace gram::jobs
