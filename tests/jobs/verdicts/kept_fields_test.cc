#include "jobs/verdicts/kept_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "jobs/io/raw_object.h"
#include "jobs/verdicts/rank_line.h"
#include "jobs/verdicts/schema.h"
#include "jobs/verdicts/totals.h"
#include "jobs/verdicts/verdict_line.h"
#include "tests/jobs/verdicts/random_row.h"

namespace gram::jobs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

KeptFields Keeping(const std::vector<std::string>& lists) {
  return KeptFields::Parse(lists).value();
}

InputRow RowOf(const std::string& text) {
  InputRow row;
  row.number = 3;
  row.id_json = "3";
  row.raw = text;
  row.comparisons = {{}};
  row.responses = {"a", "b"};
  return row;
}

// The member that keeping those fields of the row adds, or the code of its error.
std::string Kept(const std::vector<std::string>& lists, const std::string& text) {
  KeptFields fields = Keeping(lists);
  InputRow row = RowOf(text);
  fields.Keep(row);
  return row.error ? row.error->code : row.kept;
}

TEST(KeptFieldsTest, ReadsNamesAndAll) {
  EXPECT_TRUE(Keeping({}).none());
  EXPECT_EQ(Keeping({}).text(), "");
  EXPECT_EQ(Keeping({"b,a", "b"}).text(), "a,b");
  EXPECT_EQ(Keeping({"all"}).text(), "all");
  for (const std::vector<std::string>& bad :
       std::vector<std::vector<std::string>>{{""}, {"a,"}, {",a"}, {"a,,b"}, {"all,a"}}) {
    EXPECT_FALSE(KeptFields::Parse(bad).ok()) << bad.front();
  }
}

TEST(KeptFieldsTest, ValuesKeepTheirBytes) {
  const std::string row =
      R"({ "g" : "\u0061 \/", "n":1.50e+3 ,"o":{ "x":[1 , 2] },"big":123456789012345678901234567890})";
  EXPECT_EQ(Kept({"n,g"}, row), R"(,"kept":{"g":"\u0061 \/","n":1.50e+3})");
  EXPECT_EQ(Kept({"o", "big"}, row),
            R"(,"kept":{"o":{ "x":[1 , 2] },"big":123456789012345678901234567890})");
  EXPECT_EQ(Kept({"absent"}, row), R"(,"kept":{})");
  EXPECT_EQ(Kept({"x"}, row), R"(,"kept":{})") << "not a field of the row itself";
  EXPECT_EQ(Kept({"all"}, R"({"a":null,"\u0062\"":1})"), R"(,"kept":{"a":null,"b\"":1})");
  EXPECT_EQ(Kept({"a"}, "{\"a\":[1,\n2],\n\"b\":1}"), R"(,"kept":{"a":[1, 2]})");
}

TEST(KeptFieldsTest, WhatJsonDoesNotHaveIsAnErrorThatNamesTheField) {
  const std::string row = R"({"good":1,"bad":{"deep":[1,NaN]},"worse":-Infinity})";
  EXPECT_EQ(Kept({"good"}, row), R"(,"kept":{"good":1})")
      << "fields that are not kept do not matter";
  EXPECT_EQ(Kept({"bad"}, row), "invalid_json");
  EXPECT_EQ(Kept({"worse"}, row), "invalid_json");
  KeptFields all = Keeping({"all"});
  InputRow kept = RowOf(row);
  all.Keep(kept);
  ASSERT_TRUE(kept.error);
  EXPECT_THAT(kept.error->message, HasSubstr("field \"bad\""));
  const std::string deep = "{\"a\":" + std::string(127, '[') + std::string(127, ']') + "}";
  EXPECT_EQ(Kept({"a"}, deep), "too_deep") << "its line could not be read back";
}

TEST(KeptFieldsTest, TellsWhatNoRowHad) {
  KeptFields fields = Keeping({"a,b,c"});
  for (const char* text : {R"({"b":1})", R"({"x":1})"}) {
    InputRow row = RowOf(text);
    fields.Keep(row);
  }
  InputRow bad = RowOf(R"({"c":1})");
  bad.error = RowError{"missing_field", "m"};
  fields.Keep(bad);
  EXPECT_THAT(bad.kept, IsEmpty());
  EXPECT_EQ(fields.rows(), 2);
  EXPECT_THAT(fields.Missing(), ElementsAre("a", "c"));
  EXPECT_THAT(Keeping({"all"}).Missing(), IsEmpty());
}

TEST(KeptFieldsTest, IsTheLastMemberOfEveryResultLine) {
  InputRow row = RowOf("{}");
  row.kept = R"(,"kept":{"g":1})";
  row.unread_labels = {{"label", "x"}};
  const std::string end = R"("not_understood":{"label":"x"},"kept":{"g":1}})"
                          "\n";
  const std::vector<Verdict> two(2);
  EXPECT_TRUE(WriteResult(Schema::kGramCpu, row, {two.data(), 1}).text.ends_with(end));
  row.comparisons = {{0, 1}, {0, 1}};
  EXPECT_TRUE(WriteResult(Schema::kGramCpu, row, two).text.ends_with(end));
  Ranking ranking;
  ranking.responses.resize(2);
  EXPECT_TRUE(RankLine(row, ranking).ends_with(end));
  EXPECT_EQ(ErrorLine(row, {"c", "m"}), R"({"id":3,"row":3,"error":{"code":"c","message":"m"}})"
                                        "\n");
}

// Whatever a row holds: its line stays one line of JSON that counts once, and says the same.
TEST(KeptFieldsTest, AnyRowCanBeKeptWhole) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    KeptFields all = Keeping({"all"});
    InputRow row = RowOf(RandomRow(seed));
    all.Keep(row);
    ASSERT_FALSE(row.error) << row.raw;
    const std::string line = VerdictLine(row, {});
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    std::string text = line;
    JsonLineParser parser;
    const JsonLine parsed = parser.Parse(text);
    ASSERT_FALSE(parsed.error) << line;
    const JsonLine kept = parser.Open(parsed.fields.back());
    const auto members = RawMembers(row.raw).value();
    ASSERT_EQ(kept.fields.size(), members.size()) << line;
    for (size_t i = 0; i < members.size(); ++i) {
      EXPECT_EQ(kept.fields[i].name, members[i].name);
      EXPECT_EQ(kept.fields[i].raw,
                row.raw.substr(members[i].begin, members[i].end - members[i].begin));
    }
    const LineRecord record = LineReader(Schema::kGramCpu).Read(line);
    EXPECT_EQ(record.kind, LineKind::kResult);
    Totals totals;
    totals.Add(record);
    EXPECT_TRUE(totals.failed.empty());
  }
}

}  // namespace
}  // namespace gram::jobs
