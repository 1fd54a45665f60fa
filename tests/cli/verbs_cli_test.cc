// The other verbs of gram-cpu from outside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/cli/run_cli.h"
#include "tests/testing/paths.h"

namespace gram::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::StartsWith;
using Json = nlohmann::json;

const std::string kTokenizer = testing::GoldenPath("tiny-tied");

TEST(VerbsCliTest, EveryVerbHasHelpWithExamplesAndExitCodes) {
  for (const char* verb :
       {"score", "tokenize", "convert", "inspect", "verify", "synth", "bench", "selftest"}) {
    const CliResult result = RunCli({verb, "--help"});
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_THAT(result.out, AllOf(HasSubstr("Examples:"), HasSubstr("Exit codes:"),
                                  HasSubstr(std::string("gram-cpu ") + verb)));
    EXPECT_THAT(result.err, IsEmpty());
  }
  EXPECT_THAT(RunCli({"--help"}).out, AllOf(HasSubstr("tokenize"), HasSubstr("Exit codes:")));
}

TEST(VerbsCliTest, VersionTellsTheInstructionSets) {
  const CliResult result = RunCli({"--version"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, MatchesRegex("gram-cpu [0-9.]+\nCPU: .+\ninstruction sets: "
                                       ".*scalar\n--isa auto takes .*\nParquet: .*\n"));
}

TEST(VerbsCliTest, UsageErrors) {
  const std::vector<std::vector<std::string>> kArgs = {
      {},
      {"judge"},
      {"--nonsense"},
      {"convert"},
      {"convert", "a"},
      {"convert", "a", "b", "c"},
      {"convert", "a", "b", "--dtype", "f16"},
      {"inspect"},
      {"verify"},
      {"synth", "out"},
      {"synth", "--preset", "huge", "--tokenizer", "t", "out"},
      {"tokenize"},
      {"tokenize", "--model", "a", "--tokenizer", "b"}};
  for (const std::vector<std::string>& args : kArgs) {
    const CliResult result = RunCli(args);
    EXPECT_EQ(result.exit_code, 2) << ::testing::PrintToString(args);
    EXPECT_THAT(result.err, StartsWith("gram-cpu: "));
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  }
  EXPECT_THAT(RunCli({"judge"}).err, HasSubstr("judge"));
}

TEST(VerbsCliTest, ConvertInspectVerify) {
  const testing::TempDir folder;
  const std::string model = ConvertTiny(folder);
  EXPECT_THAT(RunCli({"inspect", model}).out, HasSubstr("Qwen3ForCausalLM"));
  const CliResult json = RunCli({"inspect", model, "--json"});
  ASSERT_EQ(json.lines().size(), 1u);
  EXPECT_EQ(Json::parse(json.out)["config"]["num_hidden_layers"], 3);
  const CliResult verified = RunCli({"verify", model});
  EXPECT_EQ(verified.exit_code, 0) << verified.err;
  EXPECT_THAT(verified.out, HasSubstr("sound"));

  std::string bytes = testing::ReadBytes(model);
  bytes[bytes.size() - 100] = static_cast<char>(bytes[bytes.size() - 100] ^ 1);
  testing::WriteBytes(folder / "flipped", bytes);
  const CliResult flipped = RunCli({"verify", folder / "flipped"});
  EXPECT_EQ(flipped.exit_code, 1);
  EXPECT_THAT(flipped.err, HasSubstr("final_norm"));
  EXPECT_EQ(RunCli({"verify", folder / "none"}).exit_code, 1);
  EXPECT_EQ(RunCli({"inspect", kTokenizer + "/config.json"}).exit_code, 1);
}

TEST(VerbsCliTest, ConvertReplacesOnlyWhenTold) {
  const testing::TempDir folder;
  const std::string model = ConvertTiny(folder);
  const CliResult again = RunCli({"convert", kTokenizer, model});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.err, HasSubstr("--force"));
  EXPECT_EQ(RunCli({"convert", kTokenizer, model, "--force"}).exit_code, 0);
  const CliResult missing = RunCli({"convert", folder / "none", folder / "out.gram"});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_FALSE(std::filesystem::exists(folder / "out.gram"));
}

TEST(VerbsCliTest, ConvertLeavesAnAdapterOutOnlyWhenTold) {
  const testing::TempDir folder;
  const std::string checkpoint = folder / "checkpoint";
  std::filesystem::copy(kTokenizer, checkpoint);
  testing::WriteBytes(checkpoint + "/adapter_config.json", "{}");
  testing::WriteBytes(checkpoint + "/adapter_model.safetensors", "");
  const std::string model = folder / "m.gram";
  const CliResult refused = RunCli({"convert", checkpoint, model});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("adapter"), HasSubstr("--ignore-adapter")));
  EXPECT_FALSE(std::filesystem::exists(model));
  const CliResult told = RunCli({"convert", checkpoint, model, "--ignore-adapter"});
  EXPECT_EQ(told.exit_code, 0) << told.err;
  EXPECT_THAT(told.err, HasSubstr("ignored, as asked"));
  EXPECT_THAT(RunCli({"inspect", model}).out, HasSubstr("adapter_"));
}

TEST(VerbsCliTest, ConvertTakesTheTemplatesTexts) {
  const testing::TempDir folder;
  const std::string model = folder / "m.gram";
  const CliResult result =
      RunCli({"convert", kTokenizer, model, "--template-prefix", "[", "--template-between", "|",
              "--template-end", "]", "--template-no-thinking", "!", "--template-trim"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const auto chat = nlohmann::json::parse(RunCli({"inspect", model, "--json"}).out)["chat"];
  EXPECT_EQ(chat["prefix"], "[");
  EXPECT_EQ(chat["suffix"], "<|im_end|>\n<|im_start|>assistant\n");
  EXPECT_EQ(chat["no_thinking"], "!");
  EXPECT_EQ(chat["message"], "trimmed");
  EXPECT_EQ(chat["reward"]["between"], "|");
  EXPECT_EQ(chat["reward"]["after"], "]");
  const CliResult alone = RunCli({"convert", kTokenizer, folder / "x.gram", "--template-end", "]"});
  EXPECT_EQ(alone.exit_code, 1);
  EXPECT_THAT(alone.err, HasSubstr("give all three"));
}

TEST(VerbsCliTest, AFolderWithTheTokenizersOlderFilesSaysHowToMakeTheNewOne) {
  const testing::TempDir folder;
  const std::string checkpoint = folder / "checkpoint";
  std::filesystem::copy(kTokenizer, checkpoint);
  std::filesystem::remove(checkpoint + "/tokenizer.json");
  const std::string model = folder / "m.gram";
  const std::string missing = RunCli({"convert", checkpoint, model}).err;
  EXPECT_THAT(missing, HasSubstr("tokenizer.json: No such file"));
  testing::WriteBytes(checkpoint + "/vocab.json", "{}");
  testing::WriteBytes(checkpoint + "/merges.txt", "");
  const auto advice = AllOf(HasSubstr("tokenizer.json is missing; make it from vocab.json"),
                            HasSubstr("from_pretrained('" + checkpoint + "')"));
  for (const std::vector<std::string>& args :
       {std::vector<std::string>{"convert", checkpoint, model},
        std::vector<std::string>{"tokenize", "--tokenizer", checkpoint}}) {
    const CliResult result = RunCli(args);
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err, advice);
  }
}

TEST(VerbsCliTest, SynthMakesAModelThatScores) {
  const testing::TempDir folder;
  const std::string model = folder / "s.gram";
  const CliResult made = RunCli({"synth", "--preset", "tiny", "--tokenizer", kTokenizer, model});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_EQ(RunCli({"verify", model}).exit_code, 0);
  const CliResult scored = RunCli({"score", "--model", model, "--input", "-"},
                                  R"({"question":"q","response1":"a","response2":"b"})");
  EXPECT_EQ(scored.exit_code, 0) << scored.err;
}

TEST(VerbsCliTest, TokenizeGivesALineForEachLine) {
  const CliResult result = RunCli({"tokenize", "--tokenizer", kTokenizer},
                                  "{\"text\":\"\"}\n\n{\"text\":1}\n{\"id\":1}\nx\n"
                                  "{\"text\":\"\\ud800\"}\n{\"text\":\"<|im_end|>\"}\n");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.lines(),
              ElementsAre("{\"ids\":[]}", StartsWith(R"({"row":2,"error":{"code":"wrong_type")"),
                          StartsWith(R"({"row":3,"error":{"code":"missing_field")"),
                          StartsWith(R"({"row":4,"error":{"code":"invalid_json")"),
                          StartsWith(R"({"row":5,"error":{"code":"invalid_json")"),
                          MatchesRegex(R"(\{"ids":\[[0-9]+\]\})")));
}

TEST(VerbsCliTest, TokenizeReadsTheTokenizersOfAllFamilies) {
  for (const std::string family : {"llama3", "gemma2", "internlm2"}) {
    const std::string folder = testing::GoldenPath("tokenizers/" + family);
    const std::string rows = testing::ReadBytes(folder + ".jsonl");
    const Json row = Json::parse(rows.substr(0, rows.find('\n')));
    const std::string input = Json{{"text", row["text"]}}.dump() + "\n";
    EXPECT_EQ(Json::parse(RunCli({"tokenize", "--tokenizer", folder}, input).out)["ids"],
              row["ids"]);
    EXPECT_EQ(Json::parse(RunCli({"tokenize", "--tokenizer", folder, "--plain"}, input).out)["ids"],
              row["ids_plain"]);
  }
}

TEST(VerbsCliTest, TokenizePlainSpellsControlTokensOut) {
  const testing::TempDir folder;
  const std::string model = ConvertTiny(folder);
  const std::string input = "{\"text\":\"a<|im_end|>\"}\n";
  const CliResult parsed = RunCli({"tokenize", "--model", model}, input);
  const CliResult plain = RunCli({"tokenize", "--model", model, "--plain"}, input);
  EXPECT_EQ(parsed.exit_code, 0) << parsed.err;
  EXPECT_EQ(Json::parse(parsed.out)["ids"].size(), 2u);
  EXPECT_GT(Json::parse(plain.out)["ids"].size(), 2u);
  EXPECT_EQ(RunCli({"tokenize", "--tokenizer", kTokenizer, "--plain"}, input).out, plain.out);
  EXPECT_EQ(RunCli({"tokenize", "--tokenizer", folder / "none"}, input).exit_code, 1);
  EXPECT_EQ(RunCli({"tokenize", "--model", model, "--input", folder / "none"}).exit_code, 1);
}

}  // namespace
}  // namespace gram::cli
