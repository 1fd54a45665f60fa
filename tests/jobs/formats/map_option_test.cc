// --map: what it takes, and what it does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "jobs/formats/mapper_options.h"
#include "tests/jobs/formats/map_text.h"

namespace gram::jobs {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(FieldMapTest, ReadsNamesAndFields) {
  const auto map = ParseFieldMap("question=a.b,response1=x,response2=y=z,label=l,id=i");
  ASSERT_TRUE(map.ok());
  EXPECT_EQ(map->question, "a.b");
  EXPECT_EQ(map->response2, "y=z");
  EXPECT_TRUE(map->NamesTexts());
  EXPECT_FALSE(ParseFieldMap("label=x")->NamesTexts());
  EXPECT_FALSE(ParseFieldMap("")->NamesTexts());
}

TEST(FieldMapTest, RefusesWhatMakesNoSense) {
  for (const char* text : {"question", "question=", "=x", "answer=x", "question=a,question=b",
                           "response1=a", "response2=a", "response1=a,response2=b,responses=c", ",",
                           "question=a,", "question=a,,id=b"}) {
    EXPECT_FALSE(ParseFieldMap(text).ok()) << text;
  }
}

std::string Mapped(const std::string& row, const std::string& map) {
  const auto mapped = MapText(row, WithMap(map));
  return mapped.ok() ? Texts(mapped->rows.at(0)) : mapped.status().message();
}

TEST(MapOptionTest, NamesGoBeforeWhatIsRecognised) {
  const std::string row = R"({"prompt":"p","chosen":"c","rejected":"r","other":"o"})";
  EXPECT_EQ(Mapped(row, "question=other"), "o|c|r");
  EXPECT_EQ(Mapped(row, "question=prompt,response1=rejected,response2=other"), "p|r|o");
  EXPECT_EQ(Mapped(R"({"a":"1","b":["x","y","z"]})", "question=a,responses=b"), "1|x|y|z");
  EXPECT_EQ(Mapped(R"({"query":"1","b":["x","y","z"]})", "responses=b"), "1|x|y|z");
  const auto labels = MapText(row, WithMap("question=prompt,response1=rejected,response2=other"));
  EXPECT_EQ(Labels(labels->rows.at(0)), "-");
}

TEST(MapOptionTest, PathsReachInside) {
  const std::string row =
      R"({"a":[{"content":"q"},{"content":"x"}],"b":{"c":"y"},"b.c":"top","n":{"id":5}})";
  EXPECT_EQ(Mapped(row, "question=a.0.content,response1=a.1.content,response2=b.c"), "q|x|top");
  const auto mapped =
      MapText(row, WithMap("question=a.0.content,response1=a.1.content,response2=b.c,id=n.id"));
  EXPECT_EQ(mapped->rows.at(0).id_json, "5");
}

TEST(MapOptionTest, AFieldThatIsNotThereShowsThoseThatAre) {
  EXPECT_THAT(Mapped(R"({"p":"1","x":"2","y":"3"})", "question=q,response1=x,response2=y"),
              AllOf(HasSubstr("no field \"q\""), HasSubstr("p (a string)")));
  EXPECT_THAT(Mapped(R"({"p":"1","x":"2","y":"3"})", "question=p.a.b,response1=x,response2=y"),
              HasSubstr("no field \"p.a.b\""));
}

TEST(MapOptionTest, LabelsAndIdsAloneLeaveTheFormatAsItIs) {
  const std::string row =
      R"({"prompt":"q","response_0":"a","response_1":"b","better_response_id":1,)"
      R"("safer_response_id":0,"key":"k"})";
  const auto mapped = MapText(row, WithMap("label=safer_response_id,id=key"));
  ASSERT_TRUE(mapped.ok()) << mapped.status().message();
  EXPECT_EQ(mapped->format, "pku-saferlhf");
  EXPECT_EQ(Labels(mapped->rows.at(0)), "1");
  EXPECT_EQ(mapped->rows.at(0).id_json, "\"k\"");
}

TEST(MapOptionTest, LabelsOfMappedAnswers) {
  const auto label = [](const std::string& value) {
    const auto mapped = MapText(R"({"p":"q","x":"a","y":"b","v":)" + value + "}",
                                WithMap("question=p,response1=x,response2=y,label=v"));
    return Labels(mapped->rows.at(0));
  };
  EXPECT_EQ(label("1"), "1");
  EXPECT_EQ(label("2"), "2");
  EXPECT_EQ(label("\"model_b\""), "2");
  EXPECT_EQ(label("0"), "-");
  const auto scored = MapText(R"({"p":"q","l":["a","b","c"],"v":[1,3,2]})",
                              WithMap("question=p,responses=l,label=v"));
  EXPECT_EQ(Labels(scored->rows.at(0)), "221");
}

TEST(MapOptionTest, ConversationsNeedNoQuestion) {
  const std::string row =
      R"({"prompt":"something else","x":[{"role":"user","content":"u"},)"
      R"({"role":"assistant","content":"a"}],"y":[{"role":"user","content":"u"},)"
      R"({"role":"assistant","content":"b"}]})";
  EXPECT_EQ(Mapped(row, "response1=x,response2=y"), "u|a|b");
  EXPECT_THAT(Mapped(R"({"prompt":"p","x":"a","y":"b"})", "response1=x,response2=y"),
              HasSubstr("no field holds a question"));
}

}  // namespace
}  // namespace gram::jobs
