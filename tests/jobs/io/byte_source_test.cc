#include "jobs/io/byte_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/jobs/io/compress.h"
#include "tests/testing/temp_dir.h"

namespace gram::jobs {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// What could be read, and how it ended.
struct Outcome {
  std::string text;
  Status status;
};

class ByteSourceTest : public ::testing::Test {
 protected:
  Outcome Read(const std::string& bytes) const {
    testing::WriteBytes(folder_ / "in", bytes);
    ByteSource source(RawFile::Open(folder_ / "in").value());
    Outcome outcome;
    while (true) {
      const Result<std::string_view> next = source.Peek();
      if (!next.ok()) {
        outcome.status = next.status();
        EXPECT_FALSE(source.Peek().ok()) << "a fault has to stay";
        return outcome;
      }
      if (next->empty()) return outcome;
      outcome.text += *next;
      source.Consume(next->size());
    }
  }

  testing::TempDir folder_;
};

// Text that compresses to about half.
std::string SomeText(size_t size) {
  std::mt19937 random(1);
  std::string text(size, ' ');
  for (char& c : text) c = static_cast<char>('a' + random() % 16);
  return text;
}

TEST_F(ByteSourceTest, PlainAndCompressedTextReadTheSame) {
  for (const size_t size : {size_t{0}, size_t{1}, size_t{3}, size_t{1000}, size_t{1} << 20}) {
    const std::string text = SomeText(size);
    for (const std::string& bytes : {text, Gzip(text), Zstd(text)}) {
      const Outcome outcome = Read(bytes);
      EXPECT_TRUE(outcome.status.ok()) << outcome.status.message();
      EXPECT_TRUE(outcome.text == text) << size;
    }
  }
}

// What is read and decoded ahead does not count: half of the text is about half of the file.
TEST_F(ByteSourceTest, ThePositionGrowsWithWhatIsConsumed) {
  for (const size_t size : {size_t{100000}, size_t{3} << 20}) {
    const std::string text = SomeText(size);
    for (const std::string& bytes : {text, Gzip(text), Zstd(text)}) {
      testing::WriteBytes(folder_ / "in", bytes);
      ByteSource source(RawFile::Open(folder_ / "in").value());
      const auto whole = static_cast<double>(bytes.size());
      double consumed = 0;
      double before = 0;
      while (true) {
        const Result<std::string_view> next = source.Peek();
        ASSERT_TRUE(next.ok());
        if (next->empty()) break;
        const size_t step = std::min<size_t>(next->size(), 1000);
        source.Consume(step);
        consumed += static_cast<double>(step) / static_cast<double>(size);
        const double share = static_cast<double>(source.position()) / whole;
        EXPECT_GE(share, before);
        EXPECT_NEAR(share, consumed, 0.1) << size;
        before = share;
      }
      EXPECT_EQ(source.position(), static_cast<int64_t>(bytes.size()));
    }
  }
}

TEST_F(ByteSourceTest, MembersAndFramesReadAsOne) {
  const std::string skippable("\x53\x2A\x4D\x18\x04\x00\x00\x00skip", 12);
  EXPECT_EQ(Read(Gzip("a") + Gzip("") + Gzip("b")).text, "ab");
  EXPECT_EQ(Read(Zstd("a") + Zstd("") + skippable + Zstd("b")).text, "ab");
  EXPECT_EQ(Read(skippable + Zstd("b")).text, "b");
  const Outcome padded = Read(Gzip("a") + std::string(1000, '\0'));
  EXPECT_TRUE(padded.status.ok()) << padded.status.message();
  EXPECT_EQ(padded.text, "a");
}

TEST_F(ByteSourceTest, WhatFollowsCompressedDataIsAFault) {
  for (const std::string& bytes : {Gzip("good") + "garbage", Gzip("good") + std::string("\0\0x", 3),
                                   Zstd("good") + "garbage", Gzip("good") + Zstd("other")}) {
    const Outcome outcome = Read(bytes);
    EXPECT_EQ(outcome.status.code(), StatusCode::kCorrupt);
    EXPECT_EQ(outcome.text, "good");
  }
}

// Cut anywhere, data never look complete, and what comes out is a beginning of the text.
TEST_F(ByteSourceTest, TruncationIsFoundAtEveryByte) {
  const std::string text = SomeText(300);
  for (const std::string& whole : {Gzip(text), Zstd(text), Gzip("a") + Gzip(text)}) {
    const size_t first_member = whole == Gzip("a") + Gzip(text) ? Gzip("a").size() : 0;
    for (size_t size = 4; size < whole.size(); ++size) {
      if (size == first_member) continue;  // complete by itself
      const Outcome outcome = Read(whole.substr(0, size));
      EXPECT_EQ(outcome.status.code(), StatusCode::kCorrupt) << size;
      EXPECT_THAT(outcome.status.message(),
                  AllOf(HasSubstr("in is cut short"), HasSubstr("byte " + std::to_string(size))));
    }
  }
}

TEST_F(ByteSourceTest, AFlippedBitNeverGivesOtherTextUnnoticed) {
  const std::string text = SomeText(300);
  for (const std::string& whole : {Gzip(text), Zstd(text)}) {
    for (size_t i = 0; i < whole.size(); ++i) {
      for (const int bit : {1, 16, 128}) {
        std::string bytes = whole;
        bytes[i] = static_cast<char>(bytes[i] ^ bit);
        const Outcome outcome = Read(bytes);
        // A bit of gzip's header that does not matter may change; the magic may, and it is plain.
        const bool same = outcome.text == text || outcome.text == bytes;
        EXPECT_TRUE(!outcome.status.ok() || same) << i;
      }
    }
  }
}

TEST_F(ByteSourceTest, BlocksBeforeAFaultAreDelivered) {
  const std::string text = SomeText(size_t{1} << 20);  // zstd's blocks are of 128 KiB at most
  for (std::string bytes : {Gzip(text), Zstd(text)}) {
    const size_t at = bytes.size() * 3 / 4;
    for (size_t i = at; i < at + 64; ++i) bytes[i] = static_cast<char>(bytes[i] ^ 0x5A);
    const Outcome outcome = Read(bytes);
    EXPECT_EQ(outcome.status.code(), StatusCode::kCorrupt);
    EXPECT_THAT(outcome.status.message(), HasSubstr("near byte"));
    EXPECT_GE(outcome.text.size(), text.size() / 2);
    EXPECT_TRUE(text.starts_with(outcome.text.substr(0, text.size() / 2)));
  }
}

TEST_F(ByteSourceTest, OtherFileTypesAreNamed) {
  for (const auto& [bytes, name] :
       {std::pair("PAR1....", "Parquet"), std::pair("PK\x03\x04zz", "zip"),
        std::pair("BZh91AY", "bzip2"), std::pair("ARROW1..", "Arrow"),
        std::pair("\x80\x04\x95", "pickle"), std::pair("\xFF\xFF\xFF\xFF..", "Arrow stream"),
        std::pair("version https://git-lfs.github.com", "Git LFS"),
        std::pair("\xFD"
                  "7zXZ..",
                  "xz")}) {
    const Outcome outcome = Read(bytes);
    EXPECT_EQ(outcome.status.code(), StatusCode::kUnsupported);
    EXPECT_THAT(outcome.status.message(), HasSubstr(name));
  }
  EXPECT_EQ(Read("P").text, "P");  // the beginning of a magic is not one
  EXPECT_EQ(Read("\x1F").text, "\x1F");
  EXPECT_EQ(Read("(\xB5").text, "(\xB5");
}

TEST_F(ByteSourceTest, FoldersAndMissingFilesAreErrors) {
  EXPECT_EQ(RawFile::Open(folder_ / "none").status().code(), StatusCode::kNotFound);
  ByteSource folder(RawFile::Open(folder_.path()).value());
  EXPECT_EQ(folder.Peek().status().code(), StatusCode::kIo);
}

}  // namespace
}  // namespace gram::jobs
