#include "cli/cut_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "engine/base/files.h"
#include "tests/testing/temp_dir.h"

namespace gram::cli {
namespace {

TEST(CutFileDeathTest, IsNamedWithTheWayOn) {
  const testing::TempDir folder;
  testing::WriteBytes(folder / "m.gram", std::string(100000, 'm'));
  const auto read = [&] {
    ReportCutFiles();
    SetWayOnAfterCut(", then go on with: gram-cpu score --resume");
    const Result<MappedFile> file = MappedFile::Open(folder / "m.gram");
    std::filesystem::resize_file(folder / "m.gram", 10);
    const volatile std::byte* byte = &file->bytes()[50000];
    ::_exit(*byte == std::byte{'m'} ? 7 : 8);
  };
  EXPECT_EXIT(read(), ::testing::ExitedWithCode(1),
              "gram-cpu: .*m.gram was cut, .*go on with: gram-cpu score --resume");
}

}  // namespace
}  // namespace gram::cli
