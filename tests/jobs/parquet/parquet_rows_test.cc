// Rows of Parquet files: those of the same rows as JSON, row group by row group.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "jobs/formats/row_mapper.h"
#include "jobs/parquet/parquet.h"
#include "tests/jobs/parquet/parquet_files.h"
#include "tests/testing/temp_dir.h"

namespace gram::jobs {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::PairRows;
using testing::WriteParquet;

class ParquetRowsTest : public ::testing::Test {
 protected:
  Result<RowSource> Open(std::vector<std::string> names, NameSet unread = {}) const {
    for (std::string& name : names) name = folder_ / name;
    return RowSource::Open(names, ParquetOpener(std::move(unread)));
  }

  // The rest of the rows.
  static std::vector<json> Rows(RowSource& source, Status* fault = nullptr) {
    std::vector<json> rows;
    RawRow row;
    while (true) {
      const Result<bool> more = source.Next(row);
      if (fault != nullptr) *fault = more.status();
      EXPECT_TRUE(more.ok() || fault != nullptr) << more.status().message();
      if (!more.ok() || !*more) return rows;
      rows.push_back(json::parse(row.text));
    }
  }

  std::string ErrorOf(const std::string& name, NameSet unread = {}) const {
    Result<RowSource> source = Open({name}, std::move(unread));
    EXPECT_TRUE(source.ok()) << source.status().message();
    RawRow row;
    const Result<bool> more = source->Next(row);
    EXPECT_FALSE(more.ok());
    return more.status().message();
  }

  testing::TempDir folder_;
};

TEST_F(ParquetRowsTest, RowGroupsAndFilesFollowEachOther) {
  const std::vector<json> rows = PairRows(0, 9000);
  const std::vector<json> more = PairRows(9000, 10);
  WriteParquet(folder_ / "a.parquet", rows, {0, 8999, 0, 1, 0}, rows[0]);
  WriteParquet(folder_ / "b", more, {10}, rows[0]);
  WriteParquet(folder_ / "none.parquet", {}, {}, rows[0]);
  testing::WriteBytes(folder_ / "c.jsonl", json(PairRows(9010, 1)[0]).dump() + "\n");
  Result<RowSource> source = Open({"a.parquet", "none.parquet", "b", "c.jsonl"});
  ASSERT_TRUE(source.ok()) << source.status().message();
  EXPECT_EQ(Rows(*source), PairRows(0, 9011));
  EXPECT_EQ(source->bytes_read(), source->bytes_total().value());
}

TEST_F(ParquetRowsTest, MessagesAreRecognised) {
  const auto said = [](const std::string& role, const std::string& text) {
    return json{{"role", role}, {"content", text}};
  };
  const json user = said("user", "What is 2 + 2?");
  std::vector<json> rows;
  for (int i = 0; i < 5; ++i) {
    rows.push_back({{"chosen", {user, said("assistant", "4")}},
                    {"rejected", {user, said("assistant", std::to_string(i))}}});
  }
  rows[3]["rejected"] = nullptr;
  WriteParquet(folder_ / "in.parquet", rows, {2, 3}, rows[0]);
  Result<RowSource> source = Open({"in.parquet"});
  ASSERT_TRUE(source.ok());
  Result<RowMapper> mapper = RowMapper::Make({}, *source);
  ASSERT_TRUE(mapper.ok()) << mapper.status().message();
  EXPECT_THAT(mapper->Explain(), HasSubstr("columns"));
  RawRow raw;
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(*source->Next(raw));
    const InputRow row = mapper->Map(raw);
    EXPECT_EQ(row.error.has_value(), i == 3);
    if (i == 3) continue;
    EXPECT_EQ(row.question, "What is 2 + 2?");
    EXPECT_EQ(row.responses[1], std::to_string(i));
  }
}

TEST_F(ParquetRowsTest, WholeRowGroupsArePassedOver) {
  WriteParquet(folder_ / "in.parquet", PairRows(0, 12), {5, 0, 5, 2}, PairRows(0, 1)[0]);
  Result<RowSource> source = Open({"in.parquet"});
  ASSERT_TRUE(source.ok());
  EXPECT_EQ(*source->Pass(4), 0);
  EXPECT_EQ(*source->Pass(9), 5);
  RawRow row;
  ASSERT_TRUE(*source->Next(row));
  EXPECT_EQ(row.number, 6);
  EXPECT_EQ(row.file_row, 6);
  EXPECT_EQ(json::parse(row.text), PairRows(5, 1)[0]);
  EXPECT_EQ(*source->Pass(100), 0);  // a group is begun
  EXPECT_EQ(Rows(*source), PairRows(6, 6));
}

TEST_F(ParquetRowsTest, UnreadColumnsAreNotThere) {
  WriteParquet(folder_ / "in.parquet", PairRows(0, 3), {3}, PairRows(0, 1)[0]);
  Result<RowSource> source = Open({"in.parquet"}, {"group", "nobody"});
  ASSERT_TRUE(source.ok());
  for (const json& row : Rows(*source)) {
    EXPECT_EQ(row.size(), 3u);
    EXPECT_FALSE(row.contains("group"));
  }
}

TEST_F(ParquetRowsTest, BadFilesAreNamed) {
  const auto names = [&](const std::string& name) {
    return AllOf(HasSubstr("input " + (folder_ / name)), HasSubstr("no Parquet file"));
  };
  testing::WriteBytes(folder_ / "text.parquet", "{\"question\":\"q\"}\n");
  EXPECT_THAT(ErrorOf("text.parquet"), names("text.parquet"));
  testing::WriteBytes(folder_ / "empty.pq", "");
  EXPECT_THAT(ErrorOf("empty.pq"), names("empty.pq"));
  WriteParquet(folder_ / "whole", PairRows(0, 3000), {1000, 1000, 1000}, PairRows(0, 1)[0]);
  const std::string bytes = testing::ReadBytes(folder_ / "whole");
  testing::WriteBytes(folder_ / "cut", bytes.substr(0, bytes.size() - 100));
  EXPECT_THAT(ErrorOf("cut"), names("cut"));
  EXPECT_EQ(ErrorOf("cut").find('\n'), std::string::npos);
}

// A page that is damaged ends the run behind the rows before it.
TEST_F(ParquetRowsTest, DamagedPagesEndTheRows) {
  WriteParquet(folder_ / "whole", PairRows(0, 3000), {1000, 1000, 1000}, PairRows(0, 1)[0]);
  std::string bytes = testing::ReadBytes(folder_ / "whole");
  const size_t middle = bytes.size() / 2;
  for (size_t i = 0; i < 4000; ++i) bytes[middle + i] = static_cast<char>(0xFF);
  testing::WriteBytes(folder_ / "damaged", bytes);
  Result<RowSource> source = Open({"damaged"});
  ASSERT_TRUE(source.ok());
  Status fault;
  EXPECT_EQ(Rows(*source, &fault), PairRows(0, 1000));
  EXPECT_THAT(fault.message(), HasSubstr("input " + (folder_ / "damaged")));
}

}  // namespace
}  // namespace gram::jobs
