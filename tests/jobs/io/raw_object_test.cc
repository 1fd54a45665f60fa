#include "jobs/io/raw_object.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/jobs/verdicts/random_row.h"

namespace gram::jobs {
namespace {

std::string ValueOf(const std::string& text, const RawMember& member) {
  return text.substr(member.begin, member.end - member.begin);
}

TEST(RawObjectTest, FindsValuesToTheByte) {
  const std::string text =
      " { \"a\" : 1.50 ,\t\"b\\u0063\":\"x\\\"}\" , \"d\": [ 1, {\"a\":2} ] \n, \"e\":{ } "
      ",\"f\":null}";
  const auto members = RawMembers(text);
  ASSERT_TRUE(members.ok()) << members.status().message();
  std::vector<std::string> names;
  std::vector<std::string> values;
  for (const RawMember& member : *members) {
    names.push_back(member.name);
    values.push_back(ValueOf(text, member));
  }
  EXPECT_EQ(names, (std::vector<std::string>{"a", "bc", "d", "e", "f"}));
  EXPECT_EQ(values,
            (std::vector<std::string>{"1.50", "\"x\\\"}\"", "[ 1, {\"a\":2} ]", "{ }", "null"}));
  EXPECT_EQ(FindMember(*members, "bc"), &(*members)[1]);
  EXPECT_EQ(FindMember(*members, "x"), nullptr);
}

TEST(RawObjectTest, WhatIsNoObjectIsAnError) {
  for (const char* text : {"", "[1]", "1", "{", "{\"a\":}", "{\"a\":1"}) {
    EXPECT_FALSE(RawMembers(text).ok()) << text;
  }
}

TEST(RawObjectTest, AddsMembersBeforeTheLastBrace) {
  EXPECT_EQ(WithMembers(R"({"a":1})", R"("b":2)"), R"({"a":1,"b":2})");
  EXPECT_EQ(WithMembers(R"( {"a":"}" } )", R"("b":2)"), R"( {"a":"}" ,"b":2} )");
  EXPECT_EQ(WithMembers("{}", R"("b":2)"), R"({"b":2})");
  EXPECT_EQ(WithMembers("{ \t}", R"("b":2)"), "{ \t\"b\":2}");
  EXPECT_EQ(WithMembers(R"({"a":1})", ""), R"({"a":1})");
}

TEST(RawObjectTest, OneLine) {
  EXPECT_EQ(OnOneLine("{\r\n  \"a\": \"\\n\"\n}"), "{    \"a\": \"\\n\" }");
}

TEST(RawObjectTest, SwapsAndReplacesValuesOnly) {
  const std::string text = R"({"a" : "long one" , "b":2, "c":3})";
  const auto members = *RawMembers(text);
  const std::string swapped = WithSwappedValues(text, members[0], members[1]);
  EXPECT_EQ(swapped, R"({"a" : 2 , "b":"long one", "c":3})");
  EXPECT_EQ(WithSwappedValues(text, members[1], members[0]), swapped);
  EXPECT_EQ(WithValue(text, members[2], "\"x\""), R"({"a" : "long one" , "b":2, "c":"x"})");
}

// Random rows with odd white space, escapes, big numbers and Unicode.
TEST(RawObjectTest, NothingElseChangesInRandomRows) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    const std::string text = RandomRow(seed);
    const auto members = RawMembers(text);
    ASSERT_TRUE(members.ok()) << text;
    ASSERT_GE(members->size(), 2u);
    const RawMember& a = members->front();
    const RawMember& b = members->back();

    // Swapped: the two values have changed places, and every byte between stays.
    const std::string swapped = WithSwappedValues(text, a, b);
    const auto after = RawMembers(swapped);
    ASSERT_TRUE(after.ok()) << swapped;
    EXPECT_EQ(ValueOf(swapped, after->front()), ValueOf(text, b));
    EXPECT_EQ(ValueOf(swapped, after->back()), ValueOf(text, a));
    EXPECT_EQ(swapped.size(), text.size());
    EXPECT_EQ(WithSwappedValues(swapped, after->front(), after->back()), text);

    // Added to: the row is still there, to its last brace.
    const std::string with = WithMembers(text, "\"gram_cpu\":{\"x\":1}");
    const size_t brace = text.rfind('}');
    EXPECT_EQ(with.substr(0, brace), text.substr(0, brace));
    EXPECT_TRUE(with.ends_with(",\"gram_cpu\":{\"x\":1}" + text.substr(brace))) << with;
    const auto longer = RawMembers(with);
    ASSERT_TRUE(longer.ok()) << with;
    EXPECT_EQ(longer->size(), members->size() + 1);
    EXPECT_EQ(longer->back().name, "gram_cpu");
  }
}

}  // namespace
}  // namespace gram::jobs
