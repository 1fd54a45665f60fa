#include "engine/base/files.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "tests/testing/temp_dir.h"

namespace gram {
namespace {

TEST(MappedFileTest, IsFoundByItsAddressesWhileItIsMapped) {
  const testing::TempDir folder;
  testing::WriteBytes(folder / "a", std::string(5000, 'a'));
  const std::byte* data = nullptr;
  {
    Result<MappedFile> file = MappedFile::Open(folder / "a");
    ASSERT_TRUE(file.ok());
    const MappedFile moved = std::move(*file);
    data = moved.bytes().data();
    EXPECT_STREQ(MappedFileAt(data), (folder / "a").c_str());
    EXPECT_STREQ(MappedFileAt(data + 4999), (folder / "a").c_str());
    EXPECT_EQ(MappedFileAt(data + 5000), nullptr);
    EXPECT_EQ(MappedFileAt(data - 1), nullptr);
  }
  EXPECT_EQ(MappedFileAt(data), nullptr);
  EXPECT_EQ(MappedFileAt(nullptr), nullptr);
}

TEST(MappedFileTest, MoreFilesThanThereArePlacesForAreMappedAllTheSame) {
  const testing::TempDir folder;
  testing::WriteBytes(folder / "a", "a");
  std::vector<MappedFile> files;
  for (int i = 0; i < 100; ++i) {
    Result<MappedFile> file = MappedFile::Open(folder / "a");
    ASSERT_TRUE(file.ok());
    files.push_back(std::move(*file));
  }
  EXPECT_EQ(files.back().bytes().size(), 1U);
  files.clear();
  const Result<MappedFile> again = MappedFile::Open(folder / "a");
  EXPECT_NE(MappedFileAt(again->bytes().data()), nullptr);
}

TEST(MappedFileTest, ItsStampIsOfTheFileThatIsMapped) {
  const testing::TempDir folder;
  testing::WriteBytes(folder / "a", "aaa");
  const Result<MappedFile> file = MappedFile::Open(folder / "a");
  const FileStamp before = *file->Stamp();
  EXPECT_EQ(before.bytes, 3);
  testing::WriteBytes(folder / "b", "longer");
  std::filesystem::rename(folder / "b", folder / "a");
  EXPECT_EQ(*file->Stamp(), before);
}

TEST(LinkTargetTest, FollowsLinksToWhatIsThereAndWhatIsNot) {
  const testing::TempDir folder;
  std::filesystem::create_directory(folder / "big");
  const auto link = [&](const std::string& to, const std::string& name) {
    std::filesystem::create_symlink(to, folder / name);
  };
  link("big/v", "relative");
  link("relative", "chain");
  link(folder / "big/w", "absolute");
  link("none/v", "nowhere");
  link("circle", "circle");
  link("../relative", "big/up");
  EXPECT_EQ(LinkTarget(folder / "relative"), folder / "big/v");
  EXPECT_EQ(LinkTarget(folder / "chain"), folder / "big/v");
  EXPECT_EQ(LinkTarget(folder / "absolute"), folder / "big/w");
  EXPECT_EQ(LinkTarget(folder / "nowhere"), folder / "none/v");
  EXPECT_EQ(LinkTarget(folder / "circle"), folder / "circle");
  EXPECT_EQ(LinkTarget(folder / "plain"), folder / "plain");
  testing::WriteBytes(folder / "big/v", "there");
  EXPECT_EQ(LinkTarget(folder / "chain"), std::filesystem::canonical(folder / "big/v").string());
  EXPECT_EQ(LinkTarget(folder / "big/up"), std::filesystem::canonical(folder / "big/v").string());
}

}  // namespace
}  // namespace gram
