// What is no JSON is called by its name, with what to do about it.
#include "jobs/io/foreign_input.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gram::jobs {
namespace {

using ::testing::HasSubstr;

std::string Describe(const std::vector<std::string>& texts) {
  std::vector<OddRow> rows;
  for (const std::string& text : texts) rows.push_back({text, {"invalid_json", "bad"}});
  return DescribeForeignRows(rows);
}

// ASCII as UTF-16 or UTF-32, little or big endian.
std::string Wide(const std::string& text, size_t width, bool big) {
  std::string wide;
  for (const char c : text) {
    std::string unit(width, '\0');
    unit[big ? width - 1 : 0] = c;
    wide += unit;
  }
  return wide;
}

TEST(ForeignInputTest, TablesAreNamed) {
  EXPECT_THAT(Describe({"id,prompt,chosen,rejected", "1,2+2?,4,5"}), HasSubstr("is CSV"));
  EXPECT_THAT(Describe({"\"id\",\"the prompt\",\"chosen\""}), HasSubstr("is CSV"));
  EXPECT_THAT(Describe({"id;prompt;chosen"}), HasSubstr("is CSV"));
  EXPECT_THAT(Describe({"id\tprompt"}), HasSubstr("is TSV"));
  EXPECT_EQ(Describe({"This is a sentence of many words, as it were."}), "");
  EXPECT_EQ(Describe({"noise"}), "");
  EXPECT_EQ(Describe({}), "");
}

TEST(ForeignInputTest, OtherEncodingsAreNamed) {
  const std::string row = R"({"a":"b"})";
  for (const bool big : {false, true}) {
    EXPECT_THAT(Describe({Wide(row, 2, big)}), HasSubstr("iconv -f UTF-16"));
    EXPECT_THAT(Describe({Wide(row, 4, big)}), HasSubstr("iconv -f UTF-32"));
  }
  EXPECT_THAT(Describe({"\xFF\xFE" + Wide(row, 2, false)}), HasSubstr("UTF-16"));
  EXPECT_THAT(Describe({std::string("\0\0\0\0", 4)}), HasSubstr("NUL bytes"));
}

TEST(ForeignInputTest, NearMissesOfJsonAreNamed) {
  EXPECT_THAT(Describe({"{\"a\":1},", "{\"a\":2},"}), HasSubstr("comma after each object"));
  EXPECT_THAT(Describe({"{\"a\": 1,", "\"b\": 2"}), HasSubstr("several lines"));
  EXPECT_THAT(Describe({"{'a': 1}"}), HasSubstr("Python dicts"));
  EXPECT_THAT(Describe({"<!DOCTYPE html>"}), HasSubstr("HTML"));
  EXPECT_EQ(Describe({"{\"a\":1", "{\"a\":2"}), "");
}

TEST(ForeignInputTest, ThePartOfAMagicIsUndecided) {
  bool undecided = false;
  EXPECT_EQ(FindForeignFile("PAR", undecided), nullptr);
  EXPECT_TRUE(undecided);
  undecided = false;
  EXPECT_EQ(FindForeignFile("{\"a\"", undecided), nullptr);
  EXPECT_FALSE(undecided);
  ASSERT_NE(FindForeignFile("PAR1", undecided), nullptr);
  EXPECT_EQ(FindForeignFile("PAR1", undecided)->what, "a Parquet file");
}

}  // namespace
}  // namespace gram::jobs
