#include "jobs/io/json_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gram::jobs {
namespace {

std::string ErrorCode(std::string line) {
  JsonLineParser parser;
  const JsonLine parsed = parser.Parse(line);
  return parsed.error ? parsed.error->code : "none";
}

TEST(JsonLineTest, GivesFieldsWithTypesAndRawText) {
  JsonLineParser parser;
  std::string line =
      R"( {"s":"a\u0000\"\n","i":12345678901234567890123,"f":-1.50e+3 ,"t":true,"n":null,"a":[1],"o":{}} )";
  const JsonLine parsed = parser.Parse(line);
  ASSERT_FALSE(parsed.error) << parsed.error->message;
  ASSERT_EQ(parsed.fields.size(), 7u);
  EXPECT_EQ(parsed.Find("s")->text, std::string_view("a\0\"\n", 4));
  EXPECT_EQ(parsed.Find("s")->raw, R"("a\u0000\"\n")");
  EXPECT_EQ(parsed.Find("i")->raw, "12345678901234567890123");
  EXPECT_EQ(parsed.Find("f")->raw, "-1.50e+3");
  EXPECT_EQ(parsed.Find("t")->type, JsonType::kBool);
  EXPECT_EQ(parsed.Find("n")->type, JsonType::kNull);
  EXPECT_EQ(parsed.Find("a")->type, JsonType::kArray);
  EXPECT_EQ(parsed.Find("o")->type, JsonType::kObject);
  EXPECT_EQ(parsed.Find("x"), nullptr);
}

TEST(JsonLineTest, RefusesWhatIsNotJson) {
  for (const char* line : {"{",
                           "}",
                           "{]",
                           "nonsense",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{\"a\":1 \"b\":2}",
                           "{\"a\" 1}",
                           "{a:1}",
                           "{'a':1}",
                           "{\"a\":1} x",
                           "{\"a\":1}{\"b\":2}",
                           "{\"a\":[1,2}",
                           "{\"a\":[1 2]}",
                           "{\"a\":[1,]}",
                           "{\"a\":[,]}",
                           "{\"a\":{\"b\":1}",
                           "{\"a\":01}",
                           "{\"a\":1.}",
                           "{\"a\":.5}",
                           "{\"a\":+1}",
                           "{\"a\":1e}",
                           "{\"a\":-}",
                           "{\"a\":nan}",
                           "{\"a\":nul}",
                           "{\"a\":nulll}",
                           "{\"a\":True}",
                           "{\"a\":\"\\q\"}",
                           "{\"a\":\"\\u12g4\"}",
                           "{\"a\":\"x}",
                           "{\"a\":\"\t\"}",
                           "{\"a\":{\"b\":01}}",
                           "{\"a\":[\"\\x\"]}",
                           "{\"\\q\":1}",
                           "{,}",
                           "{\"a\":1,,\"b\":2}",
                           "{\"a\":1}]",

                           "{\"a\":1/*c*/}"}) {
    EXPECT_EQ(ErrorCode(line), "invalid_json") << line;
  }
}

TEST(JsonLineTest, NotANumberPassesAsAValueOfItsOwn) {
  JsonLineParser parser;
  std::string text = R"({"a":NaN,"b":{"c":[1,-Infinity]},"d":Infinity,"e":"x"})";
  const JsonLine line = parser.Parse(text);
  ASSERT_FALSE(line.error) << line.error->message;
  EXPECT_TRUE(line.not_finite);
  EXPECT_EQ(line.Find("a")->type, JsonType::kNotFinite);
  EXPECT_EQ(line.Find("a")->raw, "NaN");
  EXPECT_EQ(line.Find("d")->raw, "Infinity");
  EXPECT_EQ(line.Find("e")->text, "x");
  EXPECT_EQ(parser.Open(*line.Find("b")).fields.size(), 1u);
  std::string finite = R"({"a":1e999,"b":"NaN"})";
  EXPECT_FALSE(parser.Parse(finite).not_finite);
  for (const char* bad : {"{\"a\":NaNs}", "{\"a\":+Infinity}", "{\"a\":Inf}", "{NaN:1}", "NaN"}) {
    EXPECT_NE(ErrorCode(bad), "none") << bad;
  }
}

TEST(JsonLineTest, ACommaBehindTheObjectIsSaid) {
  JsonLineParser parser;
  std::string text = "{\"a\":1},";
  EXPECT_NE(parser.Parse(text).error->message.find("comma"), std::string::npos);
}

TEST(JsonLineTest, RefusesRawNulBytes) {
  for (const std::string& line :
       {std::string("{\"a\":1}\0", 8), std::string("{\"a\":\"\0\"}", 9),
        std::string("{\"a\":1\0}", 8), std::string("{\"a\":true\0}", 11)}) {
    EXPECT_EQ(ErrorCode(line), "invalid_json");
  }
}

TEST(JsonLineTest, RefusesHalfSurrogates) {
  for (const char* escape :
       {"\\ud800", "\\udc00", "\\ud800x", "\\ud800\\u0041", "\\udc00\\ud800"}) {
    EXPECT_EQ(ErrorCode(std::string("{\"a\":\"") + escape + "\"}"), "invalid_json") << escape;
    EXPECT_EQ(ErrorCode(std::string("{\"") + escape + "\":1}"), "invalid_json") << escape;
  }
  EXPECT_EQ(ErrorCode("{\"a\":\"\\ud83d\\ude00\"}"), "none");
}

TEST(JsonLineTest, OtherRootsAreWrongType) {
  for (const char* line : {"[]", "\"x\"", "12", "null", "true", "[1,2]"}) {
    EXPECT_EQ(ErrorCode(line), "wrong_type") << line;
  }
}

TEST(JsonLineTest, InvalidUtf8AnywhereIsNamedSo) {
  EXPECT_EQ(ErrorCode("{\"a\":\"\xff\"}"), "invalid_utf8");
  EXPECT_EQ(ErrorCode("{\"a\xc3\":1}"), "invalid_utf8");
  EXPECT_EQ(ErrorCode("\xff\xfe{"), "invalid_utf8");
  EXPECT_EQ(ErrorCode("{\"a\":\"\xed\xa0\x80\"}"), "invalid_utf8");
}

TEST(JsonLineTest, DuplicateNamesAreFoundHoweverTheyAreSpelled) {
  EXPECT_EQ(ErrorCode(R"({"a":1,"b":2,"a":1})"), "duplicate_field");
  EXPECT_EQ(ErrorCode(R"({"a":1,"\u0061":2})"), "duplicate_field");
  EXPECT_EQ(ErrorCode(R"({"a":{"b":1},"b":2})"), "none");
}

TEST(JsonLineTest, DepthIsBounded) {
  const auto nested = [](int depth) {
    return "{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_EQ(ErrorCode(nested(127)), "none");
  EXPECT_EQ(ErrorCode(nested(128)), "too_deep");
  EXPECT_EQ(ErrorCode(nested(1000000)), "too_deep");
  EXPECT_EQ(ErrorCode("{\"a\":" + std::string(1000000, '[')), "invalid_json");
}

TEST(JsonLineTest, FieldsBeforeAFaultAreKept) {
  JsonLineParser parser;
  std::string line = R"({"id":7,"a":01})";
  const JsonLine parsed = parser.Parse(line);
  ASSERT_TRUE(parsed.error);
  ASSERT_NE(parsed.Find("id"), nullptr);
  EXPECT_EQ(parsed.Find("id")->raw, "7");
}

TEST(JsonLineTest, StaleBytesOfALongerLineAreNotRead) {
  JsonLineParser parser;
  std::string line = R"({"a":{"b":1},"c":[1,2,3]})";
  EXPECT_FALSE(parser.Parse(line).error);
  line.resize(11);  // {"a":{"b":1
  EXPECT_TRUE(parser.Parse(line).error);
}

TEST(JsonLineTest, TakesLinesOfManyMegabytes) {
  JsonLineParser parser;
  std::string line = "{\"a\":\"" + std::string(20 << 20, 'x') + "\"}";
  const JsonLine parsed = parser.Parse(line);
  ASSERT_FALSE(parsed.error);
  EXPECT_EQ(parsed.Find("a")->text.size(), size_t{20} << 20);
}

}  // namespace
}  // namespace gram::jobs
