#include "jobs/io/row_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "engine/diagnostics/machine.h"
#include "tests/jobs/io/compress.h"
#include "tests/testing/temp_dir.h"

namespace gram::jobs {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RowSourceTest : public ::testing::Test {
 protected:
  void Write(const std::string& name, const std::string& bytes) const {
    testing::WriteBytes(folder_ / name, bytes);
  }

  // Opens inputs by their names in the folder.
  Result<RowSource> Open(std::vector<std::string> names) const {
    for (std::string& name : names) name = folder_ / name;
    return RowSource::Open(names);
  }

  // "FILE.FILE_ROW#NUMBER TEXT" of every row, and the status at the end.
  static std::vector<std::string> Rows(RowSource& source, Status* status = nullptr) {
    std::vector<std::string> rows;
    RawRow row;
    while (true) {
      const Result<bool> more = source.Next(row);
      if (!more.ok()) {
        EXPECT_NE(status, nullptr) << more.status().message();
        if (status != nullptr) *status = more.status();
      }
      if (!more.ok() || !*more) return rows;
      rows.push_back(std::to_string(row.file) + "." + std::to_string(row.file_row) + "#" +
                     std::to_string(row.number) + " " + row.text);
    }
  }

  testing::TempDir folder_;
};

TEST_F(RowSourceTest, FilesOfAllKindsFollowEachOther) {
  Write("plain", "a\nb");
  Write("array", "[1,\n2]");
  Write("empty", "");
  Write("packed", Gzip("c\n") + Gzip("d\n"));
  Write("zpacked", Zstd("e\n"));
  Result<RowSource> source = Open({"plain", "array", "empty", "packed", "zpacked"});
  ASSERT_TRUE(source.ok());
  const int64_t total = source->bytes_total().value();
  EXPECT_THAT(Rows(*source), ElementsAre("0.1#1 a", "0.2#2 b", "1.1#3 1", "1.2#4 2", "3.1#5 c",
                                         "3.2#6 d", "4.1#7 e"));
  EXPECT_EQ(source->bytes_read(), total);
  EXPECT_TRUE(source->Ready());
  RawRow row;
  EXPECT_FALSE(*source->Next(row));
}

TEST_F(RowSourceTest, PatternsAreExpandedInByteOrder) {
  for (const char* name : {"b.jsonl", "a.jsonl", "B.jsonl", "a10.jsonl", "a9.jsonl", "x.txt"}) {
    Write(name, std::string(name) + "\n");
  }
  Result<RowSource> source = Open({"x.txt", "*.jsonl"});
  ASSERT_TRUE(source.ok());
  EXPECT_THAT(Rows(*source), ElementsAre("0.1#1 x.txt", "1.1#2 B.jsonl", "2.1#3 a.jsonl",
                                         "3.1#4 a10.jsonl", "4.1#5 a9.jsonl", "5.1#6 b.jsonl"));
  EXPECT_EQ(Open({"*.none"}).status().code(), StatusCode::kNotFound);
  EXPECT_THAT(Open({"*.none"}).status().message(), HasSubstr("no file matches"));
}

TEST_F(RowSourceTest, AFileWhoseNameLooksLikeAPatternIsTheFile) {
  Write("a[1].jsonl", "brackets\n");
  Write("a1.jsonl", "one\n");
  Result<RowSource> source = Open({"a[1].jsonl"});
  ASSERT_TRUE(source.ok());
  EXPECT_THAT(Rows(*source), ElementsAre("0.1#1 brackets"));
}

TEST_F(RowSourceTest, OneFileTwiceIsAnErrorUnderWhateverName) {
  Write("a", "1\n");
  std::filesystem::create_symlink(folder_ / "a", folder_ / "symlink");
  std::filesystem::create_hard_link(folder_ / "a", folder_ / "hardlink");
  for (const char* second : {"a", "symlink", "hardlink", "?", "./a"}) {
    const auto source = Open({"a", second});
    ASSERT_FALSE(source.ok()) << second;
    EXPECT_THAT(source.status().message(), HasSubstr("given twice"));
  }
}

TEST_F(RowSourceTest, FoldersAndMissingFilesAreErrorsAtOnce) {
  Write("a", "1\n");
  EXPECT_EQ(Open({"a", "none"}).status().code(), StatusCode::kNotFound);
  const auto folder = Open({""});
  EXPECT_EQ(folder.status().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(folder.status().message(), HasSubstr("*.jsonl"));
}

TEST_F(RowSourceTest, RowsBeforeAFaultAreDeliveredAndTheFileIsNamed) {
  std::string lines;
  for (int i = 0; i < 1000; ++i) lines += "row " + std::to_string(i * 7919) + "\n";
  const std::string packed = Gzip(lines);
  Write("good", "a\n");
  Write("cut.gz", packed.substr(0, packed.size() / 2));
  Write("never", "z\n");
  Result<RowSource> source = Open({"good", "cut.gz", "never"});
  ASSERT_TRUE(source.ok());
  Status status;
  const std::vector<std::string> rows = Rows(*source, &status);
  EXPECT_EQ(status.code(), StatusCode::kCorrupt);
  EXPECT_THAT(status.message(), AllOf(HasSubstr("cut.gz"), HasSubstr("cut short")));
  ASSERT_GT(rows.size(), 200u);
  for (size_t i = 1; i < rows.size(); ++i) {
    EXPECT_TRUE(rows[i].ends_with(" row " + std::to_string((i - 1) * 7919))) << rows[i];
  }
}

TEST_F(RowSourceTest, FindTakesNoRowsAway) {
  Write("file", "no\nyes\nlast\n");
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ASSERT_EQ(::write(ends[1], "no\nyes\nlast\n", 12), 12);
  ::close(ends[1]);
  const std::string pipe = "/dev/fd/" + std::to_string(ends[0]);
  Result<RowSource> source = RowSource::Open({folder_ / "file", pipe});
  ASSERT_TRUE(source.ok());
  EXPECT_EQ(source->bytes_total(), std::nullopt);
  for (const size_t file : {0u, 1u}) {
    const auto head =
        source->Find(file, [](const RawRow& row, Layout) { return row.text == "yes"; });
    ASSERT_TRUE(head.ok());
    EXPECT_EQ(head->row->file_row, 2);
    EXPECT_EQ(head->layout, Layout::kLines);
    const auto none = source->Find(0, [](const RawRow&, Layout) { return false; });
    EXPECT_TRUE(none->ended && !none->row);
  }
  EXPECT_THAT(Rows(*source), ElementsAre("0.1#1 no", "0.2#2 yes", "0.3#3 last", "1.1#4 no",
                                         "1.2#5 yes", "1.3#6 last"));
  ::close(ends[0]);
}

// 30 rows that are numbers, in groups of ten that can be passed over.
class NumberFile : public RowFile {
 public:
  Result<bool> Next(std::string& row, bool& too_long) override {
    if (next_ == 30) return false;
    row = std::to_string(next_++);
    too_long = row == "3";
    return true;
  }
  bool Ready(int) const override { return true; }
  Layout layout() const override { return Layout::kColumns; }
  int64_t position() const override { return next_; }
  int64_t Pass(int64_t most) override {
    const int64_t passed = next_ % 10 == 0 ? std::min(most, 30 - next_) / 10 * 10 : 0;
    next_ += passed;
    return passed;
  }
  bool Ended() const override { return next_ == 30; }

 private:
  int64_t next_ = 0;
};

class OwnFilesTest : public RowSourceTest {
 protected:
  void SetUp() override {
    Write("lines", "a\nb\n");
    for (const char* name : {"1.own", "2.own"}) Write(name, std::string(30, 'x'));
    Result<RowSource> source =
        RowSource::Open({folder_ / "lines", folder_ / "1.own", folder_ / "2.own"},
                        [](const std::string& path) -> Result<std::unique_ptr<RowFile>> {
                          if (!path.ends_with("own")) return std::unique_ptr<RowFile>();
                          return std::unique_ptr<RowFile>(new NumberFile());
                        });
    ASSERT_TRUE(source.ok());
    source_.emplace(std::move(source).value());
  }

  // The texts of the next rows.
  std::vector<std::string> Take(int count) {
    std::vector<std::string> texts;
    RawRow row;
    for (int i = 0; i < count && *source_->Next(row); ++i) texts.push_back(row.text);
    return texts;
  }

  std::optional<RowSource> source_;
};

TEST_F(OwnFilesTest, AnOpenerReadsWhatIsItsOwn) {
  const auto head = source_->Find(1, [](const RawRow& row, Layout) { return row.text == "7"; });
  ASSERT_TRUE(head.ok() && head->row);
  EXPECT_EQ(head->layout, Layout::kColumns);
  EXPECT_THAT(Take(5), ElementsAre("a", "b", "0", "1", "2"));
  RawRow row;
  ASSERT_TRUE(*source_->Next(row));
  EXPECT_EQ(row.error->code, "too_long");
  EXPECT_THAT(Take(1), ElementsAre("4"));
  EXPECT_EQ(Rows(*source_).size(), 55u);
  EXPECT_EQ(source_->bytes_read(), source_->bytes_total().value());
}

TEST_F(OwnFilesTest, GroupsAreLeftUnreadOverFiles) {
  EXPECT_EQ(*source_->Pass(100), 0);  // lines are read
  EXPECT_THAT(Take(3), ElementsAre("a", "b", "0"));
  EXPECT_EQ(*source_->Pass(100), 0);  // a group is begun
  EXPECT_THAT(Take(9).back(), "9");
  EXPECT_EQ(*source_->Pass(9), 0);
  EXPECT_EQ(*source_->Pass(35), 30);
  RawRow row;
  ASSERT_TRUE(*source_->Next(row));
  EXPECT_EQ(row.text, "10");
  EXPECT_EQ(row.file, 2u);
  EXPECT_EQ(row.file_row, 11);
  EXPECT_EQ(row.number, 43);
  EXPECT_EQ(Take(100).size(), 19u);
  EXPECT_EQ(*source_->Pass(1), 0);
}

TEST_F(RowSourceTest, FilesAreIdentifiedByTheirBytes) {
  Write("a", "same");
  Write("b", "same");
  Write("c", "sane");
  const auto a = IdentifyFile(folder_ / "a");
  ASSERT_TRUE(a.ok());
  EXPECT_EQ(a->bytes, 4);
  EXPECT_EQ(a->checksum, IdentifyFile(folder_ / "b")->checksum);
  EXPECT_NE(a->checksum, IdentifyFile(folder_ / "c")->checksum);
  EXPECT_EQ(IdentifyFile("/dev/null").status().code(), StatusCode::kInvalidArgument);
}

TEST_F(RowSourceTest, OutputIsNeverAnInput) {
  Write("a", "1\n");
  std::filesystem::create_hard_link(folder_ / "a", folder_ / "link");
  const auto source = Open({"a"});
  EXPECT_FALSE(CheckNotAnInput(source->files(), folder_ / "link").ok());
  EXPECT_TRUE(CheckNotAnInput(source->files(), folder_ / "new").ok());
  EXPECT_TRUE(CheckNotAnInput(source->files(), "-").ok());
}

// A quarter of a gigabyte of rows from half a megabyte or less: the memory is that of the buffers.
TEST_F(RowSourceTest, MemoryStaysTheSameHoweverLongTheInput) {
  const std::string row = "{\"prompt\":\"" + std::string(4000, 'x') + "\"}\n";
  std::string piece;
  while (piece.size() < (size_t{1} << 20)) piece += row;
  std::string gzip;
  std::string zstd;
  const std::string gzip_piece = Gzip(piece);
  const std::string zstd_piece = Zstd(piece);
  for (int i = 0; i < 256; ++i) {
    gzip += gzip_piece;
    zstd += zstd_piece;
  }
  Write("gz", gzip);
  Write("zst", zstd);
  Result<RowSource> source = Open({"gz", "zst"});
  ASSERT_TRUE(source.ok());
  RawRow raw;
  int64_t bytes = 0;
  ASSERT_TRUE(*source->Next(raw));
  const double before = diagnostics::AnonymousBytes().value();
  double most = before;
  for (int64_t i = 1; *source->Next(raw); ++i) {
    bytes += static_cast<int64_t>(raw.text.size());
    if (i % 4096 == 0) most = std::max(most, diagnostics::AnonymousBytes().value());
  }
  EXPECT_GT(bytes, int64_t{500} << 20);
  EXPECT_LT(most - before, 16e6);
}

}  // namespace
}  // namespace gram::jobs
