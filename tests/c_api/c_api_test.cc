// The C interface: what it says of errors, threads, forks and texts.
#include "gram/c_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "tests/testing/converted_model.h"

namespace gram {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class CApiTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { model_ = std::make_unique<testing::ConvertedModel>(); }
  static void TearDownTestSuite() { model_.reset(); }

  void SetUp() override {
    ASSERT_EQ(gram_judge_open(model_->path().c_str(), nullptr, &judge_), GRAM_OK)
        << gram_last_error();
  }
  void TearDown() override { gram_judge_close(judge_); }

  static inline std::unique_ptr<testing::ConvertedModel> model_;
  gram_judge* judge_ = nullptr;
};

gram_text Text(const std::string& text) { return {text.data(), text.size()}; }

gram_pair PairOf(const Pair& pair) {
  return {Text(pair.question), Text(pair.response1), Text(pair.response2)};
}

// What a call gave as a text.
std::string Take(char* text) {
  std::string copy = text;
  gram_free(text);
  return copy;
}

TEST_F(CApiTest, ScoresAreThoseOfTheCxxInterface) {
  const std::vector<Pair> pairs = {
      {"What is two?", "2", "3"}, {"q", "same", "same"}, {"", "", "x"}};
  const auto expected = model_->Open().Score(pairs, {});
  std::vector<gram_pair> views;
  for (const Pair& pair : pairs) views.push_back(PairOf(pair));
  gram_verdicts* verdicts = nullptr;
  ASSERT_EQ(gram_score(judge_, views.data(), views.size(), nullptr, nullptr, &verdicts), GRAM_OK);
  for (size_t i = 0; i < pairs.size(); ++i) {
    const gram_verdict& verdict = *gram_verdicts_at(verdicts, i);
    EXPECT_EQ(verdict.score_response1, expected[i]->score_response1);
    EXPECT_EQ(verdict.margin, expected[i]->margin);
    EXPECT_EQ(verdict.logits[1][0], expected[i]->orders[1].logit_a);
    EXPECT_EQ(verdict.tokens[0], expected[i]->orders[0].tokens);
    EXPECT_EQ(verdict.identical != 0, expected[i]->notes.identical);
  }
  gram_verdicts_free(verdicts);
}

TEST_F(CApiTest, WhatIsWrongWithThePairsIsTheirs) {
  const std::vector<Pair> pairs = {{"q", "a", "\xff"}, {"q", "a", "b"}};
  const gram_pair views[] = {PairOf(pairs[0]), PairOf(pairs[1])};
  gram_verdicts* verdicts = nullptr;
  ASSERT_EQ(gram_score(judge_, views, 2, nullptr, nullptr, &verdicts), GRAM_OK);
  EXPECT_EQ(gram_verdicts_at(verdicts, 0)->status, GRAM_INVALID_UTF8);
  EXPECT_THAT(gram_verdicts_at(verdicts, 0)->message, HasSubstr("response2"));
  EXPECT_EQ(gram_verdicts_at(verdicts, 1)->status, GRAM_OK);
  gram_verdicts_free(verdicts);
}

TEST_F(CApiTest, ACancelledCallSaysSo) {
  const Pair pair = {"q", "a", "b"};
  const gram_pair view = PairOf(pair);
  gram_cancel* cancel = gram_cancel_new();
  gram_cancel_set(cancel);
  gram_verdicts* verdicts = nullptr;
  EXPECT_EQ(gram_score(judge_, &view, 1, nullptr, cancel, &verdicts), GRAM_CANCELLED);
  char* lines = nullptr;
  EXPECT_EQ(
      gram_score_lines(judge_, gram_text_of(R"({"question":"q","response1":"a","response2":"b"})"),
                       nullptr, cancel, &lines),
      GRAM_CANCELLED);
  EXPECT_EQ(lines, nullptr);
  gram_cancel_free(cancel);
}

TEST_F(CApiTest, EveryOptionHasItsValuesAndNoOthers) {
  struct Case {
    const char* name;
    const char* good;
    const char* bad;
  };
  const Case cases[] = {
      {"threads", "2", "-1"},          {"share-prefixes", "false", "no"},
      {"batch-tokens", "512", "many"}, {"verify", "true", ""},
      {"protocol", "eval", "Card"},    {"scoring", "card-snippet", "mean"},
      {"labels", "X,Y", "X,X"},        {"bos", "two", "2"},
      {"parse-special", "true", "1"},  {"max-tokens", "100", "1e3"},
      {"truncate", "fair", "yes"},     {"map", "question=q,response1=a,response2=b", "question"},
      {"turns", "last", "first"},      {"line", "true", "yes"},
      {"first-row", "101", "-3"},      {"method", "knockout", "swiss"},
      {"round-robin-limit", "9", "x"}, {"dtype", "f32", "f16"},
      {"ignore-adapter", "false", "0"}};
  gram_options* options = gram_options_new();
  for (const Case& each : cases) {
    EXPECT_EQ(gram_options_set(options, each.name, each.good), GRAM_OK) << each.name;
    EXPECT_EQ(gram_options_set(options, each.name, each.bad), GRAM_INVALID_ARGUMENT) << each.name;
  }
  for (const char* name : {"isa", "prompt", "date", "format", "ignore", "readout"}) {
    EXPECT_EQ(gram_options_set(options, name, "x"), GRAM_OK) << name;
  }
  // What was given is never taken for what was not.
  for (const char* name : {"isa", "prompt", "date", "format", "readout"}) {
    EXPECT_EQ(gram_options_set(options, name, ""), GRAM_INVALID_ARGUMENT) << name;
    EXPECT_THAT(gram_last_error(), HasSubstr(std::string("option ") + name + " is \"\""));
  }
  EXPECT_EQ(gram_options_set(options, "isas", "x"), GRAM_INVALID_ARGUMENT);
  EXPECT_THAT(gram_last_error(), HasSubstr("share-prefixes"));
  gram_options_free(options);
}

TEST_F(CApiTest, OptionsReachTheEngineAndWhatItIsAsked) {
  gram_options* options = gram_options_new();
  gram_options_set(options, "isa", "scalar");
  gram_options_set(options, "threads", "1");
  gram_judge* judge = nullptr;
  ASSERT_EQ(gram_judge_open(model_->path().c_str(), options, &judge), GRAM_OK);
  char* text = nullptr;
  ASSERT_EQ(gram_judge_info(judge, &text), GRAM_OK);
  const auto info = nlohmann::json::parse(Take(text));
  EXPECT_EQ(info["isa"], "scalar");
  EXPECT_EQ(info["threads"], 1);
  gram_judge_close(judge);

  const Pair pair = {"q", "a", "b"};
  const gram_pair view = PairOf(pair);
  size_t lengths[2] = {};
  for (const char* protocol : {"card", "eval"}) {
    gram_options_set(options, "protocol", protocol);
    gram_tokens* tokens = nullptr;
    ASSERT_EQ(gram_prompts(judge_, &view, options, &tokens), GRAM_OK);
    EXPECT_NE(gram_tokens_list(tokens, 0, &lengths[protocol[0] == 'e' ? 1 : 0]), nullptr);
    size_t none = 1;
    EXPECT_EQ(gram_tokens_list(tokens, 2, &none), nullptr);
    EXPECT_EQ(none, 0U);
    gram_tokens_free(tokens);
  }
  EXPECT_NE(lengths[0], lengths[1]);
  gram_options_free(options);
}

TEST_F(CApiTest, LinesAreWhatTheCommandWrites) {
  const std::string rows =
      R"([{"id":"x","prompt":"p","chosen":"c","rejected":"r"},{"id":"y","prompt":"p","chosen":"c"}])";
  char* text = nullptr;
  ASSERT_EQ(gram_score_lines(judge_, Text(rows), nullptr, nullptr, &text), GRAM_OK)
      << gram_last_error();
  const std::string lines = Take(text);
  EXPECT_THAT(lines, StartsWith(R"({"id":"x","score_response1":)"));
  EXPECT_THAT(lines, HasSubstr(R"("correct":)"));
  EXPECT_THAT(lines, HasSubstr(R"({"id":"y","row":2,"error":{"code":)"));

  ASSERT_EQ(gram_rank_lines(judge_, gram_text_of(R"({"prompt":"p","responses":["a","b","c"]})"),
                            nullptr, nullptr, &text),
            GRAM_OK);
  EXPECT_THAT(Take(text), HasSubstr(R"("method":"round_robin")"));

  EXPECT_EQ(gram_score_lines(judge_, gram_text_of(R"({"x":1})"), nullptr, nullptr, &text),
            GRAM_INVALID_ARGUMENT);
  EXPECT_THAT(gram_last_error(), HasSubstr("the input row 1"));
  ASSERT_EQ(gram_score_lines(judge_, gram_text_of(""), nullptr, nullptr, &text), GRAM_OK);
  EXPECT_EQ(Take(text), "");
}

TEST_F(CApiTest, RanksAndTokenizes) {
  const gram_text responses[] = {gram_text_of("a"), gram_text_of("b"), gram_text_of("a")};
  gram_ranking* ranking = nullptr;
  ASSERT_EQ(gram_rank(judge_, gram_text_of("q"), responses, 3, nullptr, nullptr, &ranking),
            GRAM_OK);
  EXPECT_EQ(gram_ranking_count(ranking), 3U);
  EXPECT_EQ(gram_ranking_at(ranking, 0)->rank, gram_ranking_at(ranking, 2)->rank);
  EXPECT_EQ(gram_ranking_at(ranking, 3), nullptr);
  gram_ranking_free(ranking);
  EXPECT_EQ(gram_rank(judge_, gram_text_of("q"), nullptr, 0, nullptr, nullptr, &ranking),
            GRAM_INVALID_ARGUMENT);

  gram_tokens* tokens = nullptr;
  ASSERT_EQ(gram_tokenize(judge_, gram_text_of("frog"), nullptr, &tokens), GRAM_OK);
  size_t count = 0;
  EXPECT_NE(gram_tokens_list(tokens, 0, &count), nullptr);
  EXPECT_GT(count, 0U);
  gram_tokens_free(tokens);
}

TEST_F(CApiTest, AnErrorBelongsToItsThread) {
  gram_judge* none = nullptr;
  EXPECT_EQ(gram_judge_open("/here.gram", nullptr, &none), GRAM_NOT_FOUND);
  std::thread([] {
    gram_judge* judge = nullptr;
    EXPECT_EQ(gram_judge_open("/there.gram", nullptr, &judge), GRAM_NOT_FOUND);
    EXPECT_THAT(gram_last_error(), HasSubstr("/there.gram"));
  }).join();
  EXPECT_THAT(gram_last_error(), HasSubstr("/here.gram"));
}

TEST_F(CApiTest, AForkedChildIsRefused) {
  const Pair pair = {"q", "a", "b"};
  const gram_pair view = PairOf(pair);
  const pid_t child = ::fork();
  if (child == 0) {
    gram_verdicts* verdicts = nullptr;
    const gram_status status = gram_score(judge_, &view, 1, nullptr, nullptr, &verdicts);
    const bool told = std::strstr(gram_last_error(), "forked") != nullptr;
    gram_judge_close(judge_);
    ::_exit(status == GRAM_INVALID_ARGUMENT && told ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST_F(CApiTest, NullIsAnErrorWhereSomethingHasToBe) {
  EXPECT_EQ(gram_judge_open(nullptr, nullptr, &judge_), GRAM_INVALID_ARGUMENT);
  EXPECT_THAT(gram_last_error(), HasSubstr("path is NULL"));
  EXPECT_EQ(gram_score(judge_, nullptr, 1, nullptr, nullptr, nullptr), GRAM_INVALID_ARGUMENT);
  EXPECT_EQ(gram_convert(nullptr, nullptr, nullptr, nullptr), GRAM_INVALID_ARGUMENT);
  EXPECT_EQ(gram_verdicts_count(nullptr), 0U);
  EXPECT_EQ(gram_ranking_at(nullptr, 0), nullptr);
  gram_options_free(nullptr);
  gram_cancel_set(nullptr);
}

}  // namespace
}  // namespace gram
