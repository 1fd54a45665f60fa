#include "jobs/io/row_reader.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <functional>
#include <random>
#include <vector>

#include "tests/testing/temp_dir.h"

namespace gram::jobs {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Outcome {
  std::vector<std::string> rows;
  Status status;
};

Outcome ReadAll(RowReader reader) {
  Outcome outcome;
  std::string row;
  bool too_long = false;
  while (true) {
    const Result<bool> more = reader.Next(row, too_long);
    if (!more.ok()) outcome.status = more.status();
    if (!more.ok() || !*more) return outcome;
    EXPECT_FALSE(too_long);
    outcome.rows.push_back(row);
  }
}

// Reads `pieces` as they come out of a pipe, one at a time.
Outcome ReadPieces(const std::vector<std::string>& pieces) {
  int ends[2];
  EXPECT_EQ(::pipe2(ends, O_DIRECT), 0);  // in packets: a read gives one write
  for (const std::string& piece : pieces) {
    EXPECT_EQ(::write(ends[1], piece.data(), piece.size()), static_cast<ssize_t>(piece.size()));
  }
  ::close(ends[1]);
  return ReadAll(RowReader(ByteSource(RawFile(ends[0], "pipe"))));
}

Outcome Read(const std::string& text) {
  const testing::TempDir folder;
  testing::WriteBytes(folder / "in", text);
  return ReadAll(RowReader::Open(folder / "in").value());
}

// The text in two pieces, cut at every byte, gives `rows`.
void ExpectRowsHoweverCut(const std::string& text, const std::vector<std::string>& rows) {
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    std::vector<std::string> pieces = {text.substr(0, cut), text.substr(cut)};
    std::erase(pieces, "");
    const Outcome outcome = ReadPieces(pieces);
    EXPECT_TRUE(outcome.status.ok()) << outcome.status.message();
    EXPECT_THAT(outcome.rows, ElementsAreArray(rows)) << "cut at " << cut << " of " << text;
  }
}

TEST(RowReaderTest, LinesHoweverCut) {
  ExpectRowsHoweverCut("\xEF\xBB\xBF{\"a\":1}\r\n\n \t\r\n{\"b\":\"]\"}\nlast",
                       {"{\"a\":1}", "{\"b\":\"]\"}", "last"});
  ExpectRowsHoweverCut("\n\n \r\n", {});
  ExpectRowsHoweverCut("\xEF\xBB\xBF", {});
  ExpectRowsHoweverCut("\xEF\xBBx", {"x"});
}

TEST(RowReaderTest, ElementsHoweverCut) {
  ExpectRowsHoweverCut(
      "\xEF\xBB\xBF \n[ {\"a\":\"]},\\\"[{\\\\\"} ,\r\n\t[1,[2,{}]],\"x,]\", 12 ,null,{\n \"b\" : "
      "1\n}] \n",
      {R"({"a":"]},\"[{\\"})", "[1,[2,{}]]", "\"x,]\"", "12", "null", "{\n \"b\" : 1\n}"});
  ExpectRowsHoweverCut("[]", {});
  ExpectRowsHoweverCut(" [ \n ] \n", {});
}

// Random elements, random white space: each comes out byte for byte.
TEST(RowReaderTest, RandomArrays) {
  std::mt19937 random(7);
  const auto pick = [&](size_t n) { return random() % n; };
  const auto blanks = [&] {
    std::string text;
    for (size_t i = pick(3); i > 0; --i) text += " \t\r\n"[pick(4)];
    return text;
  };
  const auto string = [&] {
    static const std::vector<std::string> kBits = {"a", "\\\"", "\\\\", "[",   "]", "{",
                                                   "}", ",",    ":",    "\\n", "é", "\\u005d"};
    std::string text = "\"";
    for (size_t i = pick(6); i > 0; --i) text += kBits[pick(kBits.size())];
    return text + "\"";
  };
  std::function<std::string(int)> value = [&](int depth) -> std::string {
    const size_t kind = pick(depth > 3 ? 2 : 4);
    if (kind == 0) return string();
    if (kind == 1) return std::to_string(pick(100));
    std::string text(1, kind == 2 ? '[' : '{');
    for (size_t i = 0, n = pick(4); i < n; ++i) {
      if (i > 0) text += ',';
      text += blanks();
      if (kind == 3) text.append(string()).append(1, ':');
      text += value(depth + 1);
      text += blanks();
    }
    return text + (kind == 2 ? ']' : '}');
  };
  for (int round = 0; round < 500; ++round) {
    std::vector<std::string> elements(pick(5));
    std::string text = blanks() + "[" + blanks();
    for (size_t i = 0; i < elements.size(); ++i) {
      elements[i] = value(0);
      if (i > 0) text += ',';
      text.append(blanks()).append(elements[i]).append(blanks());
    }
    text += ']';
    text += blanks();
    const size_t cut = 1 + pick(text.size() - 1);
    const Outcome outcome = ReadPieces({text.substr(0, cut), text.substr(cut)});
    EXPECT_TRUE(outcome.status.ok()) << outcome.status.message() << " in " << text;
    EXPECT_THAT(outcome.rows, ElementsAreArray(elements)) << text;
  }
}

// Cut short anywhere, an array is an error, and the elements before the cut are delivered.
TEST(RowReaderTest, AnArrayThatDoesNotEndIsAnErrorAtEveryByte) {
  const std::string text = R"([{"a":"x"}, {"b":[1]} ,3])";
  for (size_t size = 1; size < text.size(); ++size) {
    const Outcome outcome = Read(text.substr(0, size));
    ASSERT_EQ(outcome.status.code(), StatusCode::kCorrupt) << size;
    EXPECT_THAT(outcome.status.message(), HasSubstr("cut short"));
    EXPECT_EQ(outcome.rows.size(), size < 11 ? 0u : size < 23 ? 1u : 2u) << size;
  }
}

TEST(RowReaderTest, FaultsOfAnArrayAreNamedWithTheirPlace) {
  for (const auto& [text, rows, at] :
       {std::tuple("[1,]", 1u, "byte 4"), std::tuple("[,1]", 0u, "byte 2"),
        std::tuple("[1,,2]", 1u, "byte 4"), std::tuple("[1}", 1u, "byte 3"),
        std::tuple("[1] x", 1u, "byte 5"), std::tuple("[1][2]", 1u, "byte 4"),
        std::tuple("[]]", 0u, "byte 3")}) {
    const Outcome outcome = Read(text);
    EXPECT_EQ(outcome.status.code(), StatusCode::kCorrupt) << text;
    EXPECT_THAT(outcome.status.message(), HasSubstr(at)) << text;
    EXPECT_EQ(outcome.rows.size(), rows) << text;
  }
}

TEST(RowReaderTest, ABadElementSpoilsNoOther) {
  EXPECT_THAT(Read(R"([{"a":1], {x}, [}, "ok"])").rows,
              ElementsAre(R"({"a":1])", "{x}", "[}", "\"ok\""));
}

TEST(RowReaderTest, AnObjectOverSeveralLinesIsNamed) {
  const Outcome outcome = Read("{\n  \"a\": 1\n}\n");
  EXPECT_EQ(outcome.status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(outcome.status.message(), HasSubstr("several lines"));
  EXPECT_THAT(outcome.rows, IsEmpty());
  EXPECT_THAT(Read("{\"a\":1}\n{\n").rows, ElementsAre("{\"a\":1}", "{"));  // a torn line
}

TEST(RowReaderTest, NulBytesAreNotTheEnd) {
  EXPECT_THAT(Read(std::string("[1,\0]", 5)).rows, ElementsAre("1", std::string("\0", 1)));
  EXPECT_EQ(Read(std::string("a\0b\nc", 5)).rows.size(), 2u);
}

TEST(RowReaderTest, RowsOverTheLimitAreCutAndSaidSo) {
  const testing::TempDir folder;
  const size_t limit = size_t{1} << 20;
  for (const size_t size : {limit, limit + 1, 3 * limit}) {
    std::string quoted(size, ',');
    quoted.front() = quoted.back() = '"';
    for (const std::string& text :
         {quoted + "\n2", "[" + quoted + ",2]", std::string(size, ' ') + "x\n2"}) {
      testing::WriteBytes(folder / "in", text);
      RowReader reader(ByteSource(RawFile::Open(folder / "in").value()), limit);
      std::string row;
      bool too_long = false;
      ASSERT_TRUE(*reader.Next(row, too_long));
      if (text[0] == ' ') {  // before the first row, white space is free
        EXPECT_EQ(row, "x");
      } else {
        EXPECT_EQ(too_long, size > limit);
        EXPECT_EQ(row.size(), limit);
      }
      ASSERT_TRUE(*reader.Next(row, too_long));
      EXPECT_FALSE(too_long);
      EXPECT_EQ(row, "2");
    }
  }
}

TEST(RowReaderTest, NothingBehindALotOfWhiteSpaceIsLost) {
  const testing::TempDir folder;
  testing::WriteBytes(folder / "in", "1\n" + std::string(100, ' ') + "2\n3");
  RowReader reader(ByteSource(RawFile::Open(folder / "in").value()), 50);
  std::string row;
  bool too_long = false;
  ASSERT_TRUE(*reader.Next(row, too_long));
  ASSERT_TRUE(*reader.Next(row, too_long));
  EXPECT_TRUE(too_long);
  ASSERT_TRUE(*reader.Next(row, too_long));
  EXPECT_EQ(row, "3");
}

TEST(RowReaderTest, ReadyTellsWhetherAPipeHasARow) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  RowReader reader(ByteSource(RawFile(ends[0], "pipe")));
  std::string row;
  bool too_long = false;
  EXPECT_FALSE(reader.Ready());
  ASSERT_EQ(::write(ends[1], "a\nb\nc", 5), 5);
  EXPECT_TRUE(reader.Ready());
  ASSERT_TRUE(*reader.Next(row, too_long));
  EXPECT_TRUE(reader.Ready());
  ASSERT_TRUE(*reader.Next(row, too_long));
  EXPECT_FALSE(reader.Ready(1)) << "c may go on";
  ::close(ends[1]);
  EXPECT_TRUE(reader.Ready());
  ASSERT_TRUE(*reader.Next(row, too_long));
  EXPECT_EQ(row, "c");
}

}  // namespace
}  // namespace gram::jobs
