// Token ids against those of Hugging Face tokenizers and llama.cpp, for the real vocabularies and
// for the tokenizers of small models, where the shared folder is there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/testing/emulated.h"
#include "tests/testing/paths.h"
#include "tests/tokenizer/testing.h"
#include "tokenizer/tokenizer.h"

namespace gram::tokenizer {
namespace {

using ::gram::testing::SharedPath;
using testing::Ids;
using testing::ReadFile;

Tokenizer Load(const std::string& folder) {
  auto tokenizer = Tokenizer::FromFolder(SharedPath(folder));
  EXPECT_TRUE(tokenizer.ok()) << tokenizer.status().message();
  return std::move(tokenizer).value();
}

struct GoldenFile {
  const char* rows;    // {"text", "ids", "ids_plain", perhaps "ids_data"} a line
  const char* folder;  // of the tokenizer
  const char* pipeline;
  int count;
};

constexpr GoldenFile kGoldenFiles[] = {
    {"tokenizer", "data/qwen3-tokenizer", "qwen", 1333},
    {"tokenizer-llama3", "models/llama32-gram", "llama3", 443},
    {"tokenizer-llama3-real", "data/llama3-tokenizer", "llama3", 503},
    {"tokenizer-gemma2", "models/skywork-gemma2", "sentencepiece", 443},
    {"tokenizer-gemma2-real", "data/gemma2-tokenizer", "sentencepiece", 503},
    {"tokenizer-internlm2", "models/internlm2-reward", "sentencepiece", 443},
    {"tokenizer-internlm2-real", "data/internlm2-tokenizer", "sentencepiece", 503},
    {"tokenizer-internlm2-prepend", "models/internlm2-reward-prepend", "sentencepiece-prefix", 233},
};

// Every row of the golden file, by `tokenizer`; reports the first few that differ.
void ExpectGoldenIds(const Tokenizer& tokenizer, const GoldenFile& golden) {
  std::ifstream file(SharedPath("golden/" + std::string(golden.rows) + ".jsonl"));
  int rows = 0;
  int differ = 0;
  for (std::string line; std::getline(file, line);) {
    ++rows;
    const auto row = nlohmann::json::parse(line);
    const auto text = row.at("text").get<std::string>();
    const auto data = row.at(row.contains("ids_data") ? "ids_data" : "ids_plain").get<Ids>();
    const auto parsed = tokenizer.Encode(text);
    const auto plain = tokenizer.EncodePlain(text);
    ASSERT_TRUE(parsed.ok() && plain.ok()) << "row " << rows;
    if (*parsed == row.at("ids").get<Ids>() && *plain == data) continue;
    if (++differ <= 5) ADD_FAILURE() << "row " << rows << " differs: " << row.at("text");
  }
  EXPECT_EQ(differ, 0);
  EXPECT_EQ(rows, golden.count);
}

class Golden : public ::testing::TestWithParam<GoldenFile> {};

TEST_P(Golden, IdsEqualHuggingFace) {
  GRAM_REQUIRE_SHARED("golden/" + std::string(GetParam().rows) + ".jsonl");
  const Tokenizer tokenizer = Load(GetParam().folder);
  EXPECT_EQ(tokenizer.pipeline(), GetParam().pipeline);
  ExpectGoldenIds(tokenizer, GetParam());
}

TEST_P(Golden, IdsOfTheBinaryFormEqualHuggingFace) {
  GRAM_REQUIRE_SHARED("golden/" + std::string(GetParam().rows) + ".jsonl");
  const auto packed = Tokenizer::Deserialize(Load(GetParam().folder).Serialize(), "memory");
  ASSERT_TRUE(packed.ok()) << packed.status().message();
  ExpectGoldenIds(*packed, GetParam());
}

INSTANTIATE_TEST_SUITE_P(Files, Golden, ::testing::ValuesIn(kGoldenFiles), [](const auto& file) {
  std::string name = file.param.rows;
  for (char& c : name) c = c == '-' ? '_' : c;
  return name;
});

// llama.cpp's texts with their ids.
void ExpectLlamaCppIds(const Tokenizer& tokenizer, const std::string& name) {
  const std::string all = ReadFile(SharedPath(name + ".inp"));
  std::ifstream answers(SharedPath(name + ".out"));
  const std::string marker = "\n__ggml_vocab_test__\n";
  int texts = 0;
  for (size_t pos = 0; pos < all.size(); ++texts) {
    const size_t end = std::min(all.find(marker, pos), all.size());
    const std::string text = all.substr(pos, end - pos);
    pos = end + marker.size();
    std::string line;
    if (!std::getline(answers, line)) break;
    std::istringstream numbers(line);
    const Ids expected{std::istream_iterator<TokenId>(numbers), {}};
    const auto ids = tokenizer.EncodePlain(text);
    ASSERT_TRUE(ids.ok());
    EXPECT_EQ(*ids, expected) << "text " << texts << ": " << text;
    EXPECT_EQ(tokenizer.Decode(*ids).value(), text);
  }
  EXPECT_GE(texts, 46);
}

TEST(QwenGolden, IdsEqualLlamaCpp) {
  GRAM_REQUIRE_SHARED("golden/ggml-vocab-qwen2.gguf.inp");
  ExpectLlamaCppIds(Load("data/qwen3-tokenizer"), "golden/ggml-vocab-qwen2.gguf");
}

TEST(Llama3Golden, IdsEqualLlamaCpp) {
  GRAM_REQUIRE_SHARED("golden/ggml-vocab-llama-bpe.gguf.inp");
  ExpectLlamaCppIds(Load("data/llama3-tokenizer"), "golden/ggml-vocab-llama-bpe.gguf");
}

TEST(QwenGolden, TheTokensThatJudgingNeeds) {
  GRAM_REQUIRE_SHARED("data/qwen3-tokenizer");
  const Tokenizer tokenizer = Load("data/qwen3-tokenizer");
  EXPECT_EQ(tokenizer.TokenToId("A"), 32);
  EXPECT_EQ(tokenizer.TokenToId("B"), 33);
  EXPECT_EQ(tokenizer.TokenToId("<|im_end|>"), 151645);
  EXPECT_EQ(tokenizer.vocab_size(), 151669U);
  EXPECT_EQ(tokenizer.bos(), std::nullopt);
}

TEST(RealVocabularies, FirstTokens) {
  GRAM_REQUIRE_SHARED("data/gemma2-tokenizer");
  EXPECT_EQ(Load("data/llama3-tokenizer").bos(), 128000);
  EXPECT_EQ(Load("data/gemma2-tokenizer").bos(), 2);
  EXPECT_EQ(Load("data/internlm2-tokenizer").bos(), 1);
}

// Merges that would run over a whole document, in time that only grows with its length.
TEST(RealVocabularies, LongWords) {
  GRAM_REQUIRE_SHARED("data/gemma2-tokenizer");
  for (const char* folder : {"data/gemma2-tokenizer", "data/internlm2-tokenizer"}) {
    const Tokenizer tokenizer = Load(folder);
    for (const std::string unit : {"a", "ab", "\u4e2d\u6587", "\u2014", " ", "=", "\n"}) {
      std::string text;
      while (text.size() < (gram::testing::kSlowBuild ? 1U << 16 : 1U << 20)) text += unit;
      EXPECT_FALSE(tokenizer.Encode(text)->empty());
      EXPECT_EQ(*tokenizer.Decode(*tokenizer.EncodePlain(text)), text);
    }
  }
}

}  // namespace
}  // namespace gram::tokenizer
