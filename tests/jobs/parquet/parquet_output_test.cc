// Result lines as Parquet: the lines again, beside the columns that are kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

#include "jobs/parquet/parquet.h"
#include "tests/jobs/parquet/parquet_files.h"
#include "tests/testing/temp_dir.h"

namespace gram::jobs {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using testing::PairRows;
using testing::WriteParquet;

class ParquetOutputTest : public ::testing::Test {
 protected:
  // Lines of errors, which need no judge.
  void WriteLines(int rows) const {
    std::string text;
    for (int i = 1; i <= rows; ++i) {
      text += json{{"id", "r" + std::to_string(i)},
                   {"row", i},
                   {"error", {{"code", "c"}, {"message", std::to_string(i)}}}}
                  .dump() +
              "\n";
    }
    testing::WriteBytes(folder_ / "lines", text);
  }

  Result<LinePacker> Packer(std::vector<std::string> inputs,
                            const std::vector<std::string>& keep) const {
    for (std::string& name : inputs) name = folder_ / name;
    return ParquetPacker(FindInputs(inputs).value(), KeptFields::Parse(keep).value(),
                         ids_are_of_id_);
  }

  Result<bool> Pack(const std::vector<std::string>& inputs, const std::vector<std::string>& keep) {
    Result<LinePacker> packer = Packer(inputs, keep);
    if (!packer.ok()) return packer.status();
    return (*packer)(folder_ / "lines", folder_ / "out.parquet", stop_);
  }

  bool Packed(const std::vector<std::string>& inputs, const std::vector<std::string>& keep) {
    const Result<bool> packed = Pack(inputs, keep);
    EXPECT_TRUE(packed.ok()) << packed.status().message();
    return packed.ok() && *packed;
  }

  std::string Refusal(const std::vector<std::string>& inputs,
                      const std::vector<std::string>& keep) const {
    return Packer(inputs, keep).status().message();
  }

  std::vector<json> Output() const {
    Result<RowSource> source = RowSource::Open({folder_ / "out.parquet"}, ParquetOpener({}));
    EXPECT_TRUE(source.ok()) << source.status().message();
    std::vector<json> rows;
    RawRow row;
    while (*source->Next(row)) rows.push_back(json::parse(row.text));
    return rows;
  }

  testing::TempDir folder_;
  std::atomic<bool> stop_ = false;
  bool ids_are_of_id_ = true;
};

TEST_F(ParquetOutputTest, LinesBecomeRows) {
  WriteLines(5000);
  ASSERT_TRUE(Packed({}, {}));
  const std::vector<json> rows = Output();
  ASSERT_EQ(rows.size(), 5000u);
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i]["id"], "r" + std::to_string(i + 1));
    EXPECT_EQ(rows[i]["row"], i + 1);
    EXPECT_EQ(rows[i]["error_message"], std::to_string(i + 1));
    EXPECT_TRUE(rows[i]["margin"].is_null());
  }
}

TEST_F(ParquetOutputTest, NoLinesGiveColumns) {
  WriteLines(0);
  ASSERT_TRUE(Packed({}, {}));
  EXPECT_TRUE(Output().empty());
  EXPECT_EQ(testing::ParquetColumnType(folder_ / "out.parquet", "margin"), "double");
}

TEST_F(ParquetOutputTest, ColumnsAreKeptWithTheirTypes) {
  const std::vector<json> rows = PairRows(0, 12);
  WriteParquet(folder_ / "a", {rows.begin(), rows.begin() + 7}, {3, 0, 4}, rows[0]);
  json other = {{"group", 1}, {"response2", ""}, {"response1", ""}, {"question", ""}};
  WriteParquet(folder_ / "b", {rows.begin() + 7, rows.end()}, {5}, other);
  WriteLines(12);
  ASSERT_TRUE(Packed({"a", "b"}, {"group,question"}));
  const std::vector<json> output = Output();
  ASSERT_EQ(output.size(), 12u);
  for (size_t i = 0; i < output.size(); ++i) {
    EXPECT_EQ(output[i]["group"], rows[i]["group"]);
    EXPECT_EQ(output[i]["question"], rows[i]["question"]);
    EXPECT_FALSE(output[i].contains("response1"));
  }
  EXPECT_EQ(testing::ParquetColumnType(folder_ / "out.parquet", "group"), "int64");
  ASSERT_TRUE(Packed({"a", "b"}, {"all"}));
  EXPECT_EQ(Output()[11]["response1"], rows[11]["response1"]);
}

TEST_F(ParquetOutputTest, AKeptIdStandsForTheVerdicts) {
  std::vector<json> rows = PairRows(0, 3);
  for (size_t i = 0; i < rows.size(); ++i) rows[i]["id"] = 100 + i;
  WriteParquet(folder_ / "a", rows, {3}, rows[0]);
  WriteLines(3);
  ASSERT_TRUE(Packed({"a"}, {"all"}));
  const std::vector<json> output = Output();
  ASSERT_EQ(output.size(), 3u);
  EXPECT_EQ(testing::ParquetColumnType(folder_ / "out.parquet", "id"), "int64");
  for (size_t i = 0; i < output.size(); ++i) {
    EXPECT_EQ(output[i]["id"], 100 + i);
    EXPECT_EQ(output[i]["row"], i + 1);
    EXPECT_EQ(output[i]["error_message"], std::to_string(i + 1));
  }
  ids_are_of_id_ = false;
  EXPECT_THAT(Refusal({"a"}, {"all"}), HasSubstr("\"id\" is called as one of the verdicts'"));
}

TEST_F(ParquetOutputTest, WhatCannotBeKeptIsRefusedByName) {
  const json row = PairRows(0, 1)[0];
  WriteParquet(folder_ / "a", {row}, {1}, row);
  json texts = row;
  texts["group"] = "text";
  WriteParquet(folder_ / "b", {texts}, {1}, texts);
  json named = row;
  named["margin"] = 1.5;
  WriteParquet(folder_ / "c", {named}, {1}, named);
  testing::WriteBytes(folder_ / "lines.jsonl", row.dump() + "\n");
  EXPECT_THAT(Refusal({"a"}, {"nobody"}), HasSubstr("has no column \"nobody\""));
  EXPECT_THAT(Refusal({"a", "b"}, {"group"}), HasSubstr("column \"group\" of " + (folder_ / "b")));
  EXPECT_THAT(Refusal({"c"}, {"all"}), HasSubstr("\"margin\" is called as one of the verdicts'"));
  EXPECT_THAT(Refusal({"a", "c"}, {"all"}), HasSubstr("\"margin\" of " + (folder_ / "c")));
  EXPECT_THAT(Refusal({"c", "a"}, {"question", "margin"}), HasSubstr("margin"));
  EXPECT_THAT(Refusal({"a", "lines.jsonl"}, {"group"}), HasSubstr("lines.jsonl"));
  EXPECT_EQ(Refusal({"a", "b", "c", "lines.jsonl"}, {}), "");
}

TEST_F(ParquetOutputTest, OtherLinesThanTheInputsAreRefused) {
  const std::vector<json> rows = PairRows(0, 5);
  WriteParquet(folder_ / "a", rows, {5}, rows[0]);
  for (const int lines : {4, 6}) {
    WriteLines(lines);
    EXPECT_EQ(Pack({"a"}, {"group"}).status().code(), StatusCode::kCorrupt) << lines;
    EXPECT_THAT(folder_.Names(), ::testing::Not(::testing::Contains("out.parquet")));
  }
  testing::WriteBytes(folder_ / "lines", "no line of a run\n");
  EXPECT_EQ(Pack({}, {}).status().code(), StatusCode::kCorrupt);
}

TEST_F(ParquetOutputTest, StoppingLeavesNothing) {
  WriteLines(10);
  stop_ = true;
  const Result<bool> packed = Pack({}, {});
  EXPECT_TRUE(packed.ok() && !*packed);
  EXPECT_THAT(folder_.Names(), ::testing::ElementsAre("lines"));
}

TEST(ParquetNameTest, EndingsCountInWhateverCase) {
  for (const char* name : {"a.parquet", "f/a.PARQUET", "a.pq", "a.jsonl.parq", ".pq"}) {
    EXPECT_TRUE(IsNamedParquet(name)) << name;
  }
  for (const char* name : {"", "-", "parquet", "a.parquet/b", "a.parquet.gz", "a.jsonl"}) {
    EXPECT_FALSE(IsNamedParquet(name)) << name;
  }
}

}  // namespace
}  // namespace gram::jobs
