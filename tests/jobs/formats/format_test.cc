// One hand-made row or two of every format: what it is recognised as, and what becomes of it.
#include "jobs/formats/format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/jobs/formats/map_text.h"
#include "tests/testing/paths.h"

namespace gram::jobs {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

struct Example {
  const char* format;
  const char* text;  // the first row decides; the last one is looked at
  const char* texts;
  const char* labels;
  const char* id;
};

// What a failure message shows of a parameter: no addresses.
void PrintTo(const Example& example, std::ostream* out) { *out << example.format; }

// What a judging prompt looks like in JSON.
#define JUDGE_PROMPT                                                                            \
  R"(Please judge.\n\n[User Question]\nWhy?\nReally?\n\n[The Start of Assistant A's Answer]\n)" \
  R"(Be\ncause.\n[The End of Assistant A's Answer]\n\n[The Start of Assistant B's Answer]\n)"   \
  R"(\n[The End of Assistant B's Answer]\n#Preferred: )"

const Example kExamples[] = {
    {"reward-bench",
     R"({"id":7,"subset":"alpacaeval-easy","prompt":"q","chosen":"good","rejected":"bad",)"
     R"("chosen_model":"x","rejected_model":"y"})",
     "q|good|bad", "1", "7"},
    {"reward-bench",
     R"({"id":8,"subset":"mt-bench","prompt":[{"role":"user","content":"q"}],)"
     R"("chosen":"good","rejected":"bad"})",
     "q|good|bad", "1", "8"},
    {"reward-bench-2",
     R"({"id":"3","prompt":"q","chosen":["c"],"rejected":["r1","r2","r3"],"num_correct":1,)"
     R"("num_incorrect":3,"total_completions":4,"subset":"Math","models":["m"]})",
     "q|c|r1|r2|r3", "111", "\"3\""},
    {"reward-bench-2",
     R"({"id":"tied:4","prompt":"q","chosen":["c1","c2"],"rejected":["r1","r2"],)"
     R"("num_correct":2,"total_completions":4,"subset":"Ties"})",
     "q|c1|c2|r1|r2", "1111", "\"tied:4\""},
    {"rm-bench",
     R"({"id":1,"prompt":"q","chosen":["c0","c1","c2"],"rejected":["r0","r1","r2"],)"
     R"("domain":"chat"})",
     "q|c0|c1|c2|r0|r1|r2", "111111111", "1"},
    {"judgebench",
     R"({"pair_id":"p","original_id":1,"source":"mmlu-pro-law","question":"q",)"
     R"("response_model":"m","response_A":"a","response_B":"b","label":"B>A"})",
     "q|a|b", "2", "\"p\""},
    {"gram-eval", R"([{"prompt":"q","chosen":"c","rejected":"r","source":"s","matrix_id":"0-1"}])",
     "q|c|r", "1", "1"},
    {"gram-fine-tuning", "{\"instruction\":\"" JUDGE_PROMPT R"(","input":"","output":"B"})",
     "Why?\nReally?|Be\ncause.|", "2", "1"},
    {"ppe-human",
     R"({"question_id":"h","prompt":"q","response_1":"a","response_2":"b","winner":"model_b",)"
     R"("language":"English"})",
     "q|a|b", "2", "\"h\""},
    {"ppe-best-of-k",
     R"({"question_id":"k","prompt":"q","response_1":"a","response_2":"b","response_3":"c",)"
     R"("scores":[true,false,true],"mean_score":0.6,"model_name":"m"})",
     "q|a|b|c", "1=2", "\"k\""},
    {"ultrafeedback",
     R"({"prompt":"q","prompt_id":"u","chosen":[{"role":"user","content":"q"},)"
     R"({"role":"assistant","content":"c"}],"rejected":[{"role":"user","content":"q"},)"
     R"({"role":"assistant","content":"r"}],"messages":[],"score_chosen":8,"score_rejected":3})",
     "q|c|r", "1", "\"u\""},
    {"hh-rlhf",
     R"({"chosen":"\n\nHuman: q\n\nAssistant: c","rejected":"\n\nHuman: q\n\nAssistant: r"})",
     "q|c|r", "1", "1"},
    {"full-hh-rlhf",
     R"({"prompt":"\n\nHuman: q\n\nAssistant:","response":" c","chosen":" c","rejected":" r"})",
     "q| c| r", "1", "1"},
    {"generic", R"({"prompt":"q","chosen":"c","rejected":"r"})", "q|c|r", "1", "1"},
    {"trl-conversational",
     R"({"prompt":[{"role":"system","content":""},{"role":"user","content":"q"}],)"
     R"("chosen":[{"role":"assistant","content":"c"}],)"
     R"("rejected":[{"role":"assistant","content":"r"}]})",
     "q|c|r", "1", "1"},
    {"trl-implicit",
     R"({"chosen":"Sky is blue. Grass is green","rejected":"Sky is blue. Grass was red"})",
     "Sky is blue. Grass|is green|was red", "1", "1"},
    {"trl-implicit-conversational",
     R"({"chosen":[{"role":"user","content":"q"},{"role":"assistant","content":"c"}],)"
     R"("rejected":[{"role":"user","content":"q"},{"role":"assistant","content":"r"}],)"
     R"("source":"skywork"})",
     "q|c|r", "1", "1"},
    {"alpaca", R"({"instruction":"Add.","input":"2 + 2","chosen":"4","rejected":"5"})",
     "Add.\n2 + 2|4|5", "1", "1"},
    {"alpaca", R"({"instruction":"Add.","input":"","chosen":"4","rejected":"5"})", "Add.|4|5", "1",
     "1"},
    {"alpaca",
     R"({"instruction":"Add.","input":"2 + 2","chosen":"4","rejected":"5","system":"Be short.",)"
     R"("history":[["Hi","Hello"]]})",
     "System: Be short.\nUser: Hi\nAssistant: Hello\nUser: Add.\n2 + 2|4|5", "1", "1"},
    {"sharegpt",
     R"({"conversations":[{"from":"human","value":"q"}],"chosen":{"from":"gpt","value":"c"},)"
     R"("rejected":{"from":"gpt","value":"r"}})",
     "q|c|r", "1", "1"},
    {"math-step-dpo",
     R"({"prompt":"q","initial_reason_steps":"Step 1:","chosen":" c","rejected":" r","answer":"1"})",
     "q|Step 1: c|Step 1: r", "1", "1"},
    {"openai-preference",
     R"({"input":{"messages":[{"role":"system","content":"s"},{"role":"user","content":"q"}],)"
     R"("tools":[],"parallel_tool_calls":true},"preferred_output":[{"role":"assistant",)"
     R"("content":"a"}],"non_preferred_output":[{"role":"assistant","content":"b"}]})",
     "System: s\nUser: q|a|b", "1", "1"},
    {"nemo-rl",
     R"({"context":[{"role":"user","content":"q"}],"completions":[{"rank":1,"completion":)"
     R"([{"role":"assistant","content":"a"}]},{"rank":0,"completion":[{"role":"assistant",)"
     R"("content":"b"}]}],"task_name":"t"})",
     "q|a|b", "2", "1"},
    {"webgpt",
     R"({"question":{"dataset":"eli5","id":"x","full_text":"q"},"quotes_0":{"extract":["e"]},)"
     R"("answer_0":"a","tokens_0":{},"score_0":-0.5,"answer_1":"b","score_1":0.5})",
     "q|a|b", "2", "1"},
    {"helpsteer2", R"({"prompt":"q","response_1":"a","response_2":"b","preference_strength":-2})",
     "q|a|b", "1", "1"},
    {"helpsteer3",
     R"({"domain":"code","language":"python","context":[{"role":"user","content":"q"}],)"
     R"("response1":"a","response2":"b","overall_preference":3})",
     "q|a|b", "2", "1"},
    {"helpsteer3",
     R"({"context":[{"role":"user","content":"q"}],"response1":"a","response2":"b",)"
     R"("overall_preference":0})",
     "q|a|b", "=", "1"},
    {"shp",
     R"({"post_id":"x","history":"q","human_ref_A":"a","human_ref_B":"b","labels":0,)"
     R"("score_A":1,"score_B":9})",
     "q|a|b", "2", "1"},
    {"pku-saferlhf",
     R"({"prompt":"q","response_0":"a","response_1":"b","better_response_id":1,)"
     R"("safer_response_id":0})",
     "q|a|b", "2", "1"},
    {"arena",
     R"_({"question_id":"z","model_a":"m","model_b":"n","winner":"tie (bothbad)",)_"
     R"("conversation_a":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}],)"
     R"("conversation_b":[{"role":"user","content":"q"},{"role":"assistant","content":"b"}]})",
     "q|a|b", "=", "\"z\""},
    {"arena-55k",
     R"({"id":30192,"model_a":"m","model_b":"n","prompt":"[\"q \\\"1\\\"\"]",)"
     R"("response_a":"[\"a\"]","response_b":"[\"b\"]","winner_model_a":0,"winner_model_b":1,)"
     R"("winner_tie":0})",
     "q \"1\"|a|b", "2", "30192"},
    {"distilabel",
     R"({"input":"q","generations":["a","b"],"rating":[3,9],"chosen":"b","rejected":"a"})", "q|b|a",
     "1", "1"},
    {"distilabel-list", R"({"instruction":"q","generations":["a","b","c"],"ratings":[3,9,3]})",
     "q|a|b|c", "2=1", "1"},
    {"nectar",
     R"({"prompt":"\n\nHuman: q\n\nAssistant: ","answers":[{"answer":"a","model":"m","rank":2.0},)"
     R"({"answer":"b","model":"n","rank":1.0}],"turns":1,"num_responses":2})",
     "q|a|b", "2", "1"},
    {"alpaca-eval",
     R"({"instruction":"q","output_1":"a","generator_1":"x","output_2":"b","generator_2":"y",)"
     R"("preference":1.98})",
     "q|a|b", "2", "1"},
    {"prometheus",
     R"({"instruction":"q","response_A":"a","response_B":"b","reference_answer":"",)"
     R"("rubric":" ","label":"A"})",
     "q|a|b", "1", "1"},
    {"best-of-n", R"({"prompt":"q","responses":["a","b","c"]})", "q|a|b|c", "---", "1"},
    {"best-of-n", R"({"query":"q","candidates":["a","b"],"scores":[0.5,0.25]})", "q|a|b", "1", "1"},
    {"generic", R"({"question":"q","response1":"a","response2":"b","label":1})", "q|a|b", "1", "1"},
    {"generic",
     R"({"messages":[{"role":"user","content":"q"}],"response_a":"a",)"
     R"("response_b":{"role":"assistant","content":"b"}})",
     "q|a|b", "-", "1"},
};

class FormatTest : public ::testing::TestWithParam<Example> {};

TEST_P(FormatTest, IsRecognisedAndMapped) {
  const Example& example = GetParam();
  const Result<MappedText> mapped = MapText(example.text);
  ASSERT_TRUE(mapped.ok()) << mapped.status().message();
  EXPECT_EQ(mapped->format, example.format);
  const InputRow& row = mapped->rows.back();
  EXPECT_EQ(Texts(row), example.texts) << (row.error ? row.error->message : "");
  EXPECT_EQ(Labels(row), example.labels);
  EXPECT_EQ(row.id_json, example.id);
  EXPECT_EQ(row.names.size(), row.responses.size());
  EXPECT_TRUE(row.quality.empty() || row.quality.size() == row.responses.size());
  EXPECT_THAT(mapped->explanation,
              AllOf(HasSubstr("(" + mapped->format + ")"), HasSubstr("question")));
}

// What is recognised can also be asked for, and gives the same.
TEST_P(FormatTest, CanBeForced) {
  MapperOptions options;
  options.format = GetParam().format;
  const Result<MappedText> mapped = MapText(GetParam().text, options);
  ASSERT_TRUE(mapped.ok()) << mapped.status().message();
  EXPECT_EQ(Texts(mapped->rows.back()), GetParam().texts);
  EXPECT_EQ(Labels(mapped->rows.back()), GetParam().labels);
}

// The format's name, and a number, since a format may have several examples.
std::string ExampleName(const ::testing::TestParamInfo<Example>& example) {
  std::string name = example.param.format;
  std::replace(name.begin(), name.end(), '-', '_');
  return name + "_" + std::to_string(example.index);
}

INSTANTIATE_TEST_SUITE_P(Examples, FormatTest, ::testing::ValuesIn(kExamples), ExampleName);

TEST(FormatsTest, EveryFormatHasAnExample) {
  std::set<std::string_view> shown;
  for (const Example& example : kExamples) shown.insert(example.format);
  for (const Format& format : Formats()) {
    if (format.shape != Shape::kUseless) {
      EXPECT_EQ(shown.count(format.name), 1u) << format.name;
    }
    EXPECT_EQ(FindFormat(format.name), &format);
  }
  EXPECT_EQ(FindFormat("nonsense"), nullptr);
}

TEST(FormatsTest, EveryFormatIsDocumented) {
  const std::string page = testing::ReadBytes(testing::SourcePath("docs/inputs.md"));
  for (const Format& format : Formats()) {
    EXPECT_THAT(page, HasSubstr("| `" + std::string(format.name) + "` |"));
  }
}

TEST(FormatsTest, SignedStrengthsAndOneHotLabels) {
  const auto label = [](const std::string& text) { return Labels(MapText(text)->rows.at(0)); };
  const std::string steer =
      R"({"prompt":"q","response_1":"a","response_2":"b","preference_strength":)";
  EXPECT_EQ(label(steer + "-3}"), "1");
  EXPECT_EQ(label(steer + "0}"), "=");
  EXPECT_EQ(label(steer + "-0.0}"), "=");
  EXPECT_EQ(label(steer + "0.5}"), "2");
  EXPECT_EQ(label(steer + "null}"), "-");
  EXPECT_EQ(label(steer + "\"2\"}"), "2");
  const std::string arena = R"({"prompt":"[\"q\"]","response_a":"[\"a\"]","response_b":"[\"b\"]",)";
  EXPECT_EQ(label(arena + R"("winner_model_a":1,"winner_model_b":0,"winner_tie":0})"), "1");
  EXPECT_EQ(label(arena + R"("winner_model_a":0,"winner_model_b":0,"winner_tie":1})"), "=");
  EXPECT_EQ(label(arena + R"("winner_model_a":1,"winner_model_b":1,"winner_tie":0})"), "-");
}

TEST(FormatsTest, HostileMarkersInAJudgingPromptAreNotGuessedAt) {
  std::string twice = JUDGE_PROMPT;
  twice.insert(twice.find("cause"), "[The End of Assistant A's Answer]");
  const auto mapped =
      MapText("{\"instruction\":\"" + twice + "\",\"input\":\"\",\"output\":\"A\"}");
  EXPECT_EQ(Texts(mapped->rows.at(0)), "error: bad_markers");
}

TEST(FormatsTest, RowsComeWithTheirTextByteForByte) {
  const std::string row = R"({"prompt" :"q", "chosen":"c\u0041" ,"rejected":"r","id": 1e3})";
  const auto mapped = MapText("  " + row + " \t\r\n\r\n" + row + "\nbad");
  EXPECT_EQ(mapped->rows.at(0).raw, row);
  EXPECT_EQ(mapped->rows.at(1).raw, row);
  EXPECT_EQ(mapped->rows.at(2).raw, "bad");
  EXPECT_EQ(mapped->rows.at(0).id_json, "1e3");
  const auto array = MapText("[\n  " + row + " ,\n" + row + "]");
  EXPECT_EQ(array->rows.at(0).raw, row);
  EXPECT_EQ(array->rows.at(1).raw, row);
}

TEST(FormatsTest, JudgeBenchAsPublished) {
  GRAM_REQUIRE_SHARED("data/judgebench");
  for (const auto& [name, count] : {std::pair("gpt", 350), std::pair("claude", 270)}) {
    const std::string path = testing::SharedPath(std::string("data/judgebench/") + name + ".jsonl");
    const auto mapped = MapText(testing::ReadBytes(path));
    ASSERT_TRUE(mapped.ok()) << mapped.status().message();
    EXPECT_EQ(mapped->format, "judgebench");
    EXPECT_EQ(mapped->rows.size(), static_cast<size_t>(count));
    for (const InputRow& row : mapped->rows) {
      ASSERT_FALSE(row.error) << row.error->message;
      EXPECT_THAT(Labels(row), ::testing::AnyOf("1", "2"));
    }
  }
}

}  // namespace
}  // namespace gram::jobs
