// What is said of an invalid command line.
#include "cli/usage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace gram::cli {
namespace {

TEST(ClosestWordTest, CountsLettersAddedLeftOutReplacedAndSwapped) {
  EXPECT_EQ(EditDistance("", ""), 0u);
  EXPECT_EQ(EditDistance("", "abc"), 3u);
  EXPECT_EQ(EditDistance("model", "model"), 0u);
  EXPECT_EQ(EditDistance("modl", "model"), 1u);
  EXPECT_EQ(EditDistance("modell", "model"), 1u);
  EXPECT_EQ(EditDistance("modle", "model"), 1u);
  EXPECT_EQ(EditDistance("mobel", "model"), 1u);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3u);
}

TEST(ClosestWordTest, IsTheClosestOrNone) {
  const std::vector<std::string> words = {"model", "map", "max-tokens", "response1", "response2"};
  EXPECT_EQ(ClosestWord("modle", words), "model");
  EXPECT_EQ(ClosestWord("max-token", words), "max-tokens");
  EXPECT_EQ(ClosestWord("max_tokens", words), "max-tokens");
  EXPECT_EQ(ClosestWord("resp", words), "response1");
  EXPECT_EQ(ClosestWord("response3", words), "response1");
  EXPECT_EQ(ClosestWord("mo", words), std::nullopt);
  EXPECT_EQ(ClosestWord("xyz", words), std::nullopt);
  EXPECT_EQ(ClosestWord("", words), std::nullopt);
  EXPECT_EQ(ClosestWord("model", {}), std::nullopt);
  EXPECT_EQ(ClosestWord(std::string(100000, 'm'), words), std::nullopt);
}

// A program with two verbs, and what is said of its command lines.
class UsageErrorTest : public ::testing::Test {
 protected:
  UsageErrorTest() {
    root_.require_subcommand(1);
    root_.set_version_flag("--version", "1");
    CLI::App* score = root_.add_subcommand("score");
    score->add_option("--model", model_)->type_name("M.gram")->check(NotEmpty());
    score->add_option("--threads", threads_)->check(WholeNumber(1, 1024))->type_name("N");
    score->add_option("--gap", gap_)->check(Number(0, 0.5));
    score->add_option("--isa", isa_)->check(OneOf({"avx2", "scalar"}));
    score->add_flag("--quiet", quiet_);
    root_.add_subcommand("convert")->add_option("DIR", model_)->required();
  }

  std::string Explain(std::vector<std::string> words) {
    std::reverse(words.begin(), words.end());
    try {
      root_.parse(std::move(words));
    } catch (const CLI::ParseError& error) {
      const UsageError usage = ExplainUsage(root_, error);
      return usage.verb + ": " + usage.message;
    }
    return "";
  }

  CLI::App root_;
  std::string model_;
  int threads_ = 0;
  double gap_ = 0;
  std::string isa_;
  bool quiet_ = false;
};

TEST_F(UsageErrorTest, NumbersSayTheirRange) {
  EXPECT_EQ(Explain({"score", "--threads", "1024"}), "");
  EXPECT_EQ(Explain({"score", "--threads", "0"}),
            "score: --threads must be between 1 and 1024, got 0");
  EXPECT_EQ(Explain({"score", "--threads", "-1"}),
            "score: --threads must be between 1 and 1024, got -1");
  EXPECT_EQ(Explain({"score", "--threads", "99999999999999999999"}),
            "score: --threads must be between 1 and 1024, got 99999999999999999999");
  for (const char* text : {"two", "1.5", "4 ", "0x4", "1e3"}) {
    EXPECT_EQ(
        Explain({"score", "--threads", text}),
        std::string("score: --threads must be a whole number between 1 and 1024, got ") + text);
  }
  EXPECT_EQ(Explain({"score", "--gap", "0.5"}), "");
  for (const char* text : {"0.6", "-0.1", "nan", "inf", "much"}) {
    EXPECT_EQ(Explain({"score", "--gap", text}),
              std::string("score: --gap must be a number between 0 and 0.5, got ") + text);
  }
}

TEST_F(UsageErrorTest, NamesSayWhatThereIs) {
  EXPECT_EQ(Explain({"score", "--isa", "sse9"}), "score: --isa must be avx2 or scalar, got sse9");
  EXPECT_EQ(Explain({"score", "--isa", "avx3"}),
            "score: --isa must be avx2 or scalar, got avx3; did you mean avx2?");
  EXPECT_EQ(Explain({"score", "--model", ""}), "score: --model must not be empty");
}

TEST_F(UsageErrorTest, AMistypedOptionIsNamedBeforeAllElse) {
  EXPECT_EQ(Explain({"score", "--modle", "M.gram"}),
            "score: there is no option --modle; did you mean --model?");
  EXPECT_EQ(Explain({"score", "--modle=M.gram"}),
            "score: there is no option --modle; did you mean --model?");
  EXPECT_EQ(Explain({"score", "-model", "M.gram"}),
            "score: there is no option -model; did you mean --model?");
  EXPECT_EQ(Explain({"convert", "--nothing-like-it"}),
            "convert: there is no option --nothing-like-it");
  EXPECT_EQ(Explain({"convert", "a", "b"}), "convert: 'b' is one argument too many");
}

TEST_F(UsageErrorTest, ValuesThatAreMissingOrTooMany) {
  EXPECT_EQ(Explain({"score", "--model"}), "score: --model needs a value: --model M.gram");
  EXPECT_EQ(Explain({"score", "--model", "a", "--model", "b"}),
            "score: --model can be given only once");
  EXPECT_EQ(Explain({"convert"}), "convert: DIR is required");
}

TEST_F(UsageErrorTest, WithoutAVerb) {
  EXPECT_EQ(Explain({}), ": no verb given; the verbs are score, convert");
  EXPECT_EQ(Explain({"scroe"}), ": there is no verb scroe; did you mean score?");
  EXPECT_EQ(Explain({"judge"}), ": there is no verb judge; the verbs are score, convert");
  EXPECT_EQ(Explain({"version"}), ": there is no verb version; did you mean --version?");
  EXPECT_EQ(Explain({"--verson"}), ": there is no option --verson; did you mean --version?");
  EXPECT_EQ(Explain({"--model", "x", "score"}),
            ": --model belongs after a verb: gram-cpu score --model ...");
}

}  // namespace
}  // namespace gram::cli
