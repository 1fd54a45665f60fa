// Token ids against those of Hugging Face tokenizers and llama.cpp for the real Qwen3 vocabulary,
// where the shared folder is there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/testing/paths.h"
#include "tests/tokenizer/testing.h"
#include "tokenizer/tokenizer.h"

namespace gram::tokenizer {
namespace {

using ::gram::testing::SharedPath;
using testing::Ids;
using testing::ReadFile;

constexpr char kFolder[] = "data/qwen3-tokenizer";

const Tokenizer& Qwen3() {
  static const auto* const kTokenizer =
      new Result<Tokenizer>(Tokenizer::FromFolder(SharedPath(kFolder)));
  EXPECT_TRUE(kTokenizer->ok()) << kTokenizer->status().message();
  return kTokenizer->value();
}

// Every row of the golden file, by `tokenizer`; reports the first few that differ.
void ExpectGoldenIds(const Tokenizer& tokenizer) {
  std::ifstream file(SharedPath("golden/tokenizer.jsonl"));
  int rows = 0;
  int differ = 0;
  for (std::string line; std::getline(file, line);) {
    ++rows;
    const auto row = nlohmann::json::parse(line);
    const auto text = row.at("text").get<std::string>();
    const auto parsed = tokenizer.Encode(text);
    const auto plain = tokenizer.EncodePlain(text);
    ASSERT_TRUE(parsed.ok() && plain.ok()) << "row " << rows;
    if (*parsed == row.at("ids").get<Ids>() && *plain == row.at("ids_plain").get<Ids>()) continue;
    if (++differ <= 5) ADD_FAILURE() << "row " << rows << " differs: " << row.at("text");
  }
  EXPECT_EQ(differ, 0);
  EXPECT_EQ(rows, 1333);
}

TEST(QwenGolden, IdsEqualHuggingFace) {
  GRAM_REQUIRE_SHARED("golden/tokenizer.jsonl");
  ExpectGoldenIds(Qwen3());
}

TEST(QwenGolden, IdsOfTheBinaryFormEqualHuggingFace) {
  GRAM_REQUIRE_SHARED("golden/tokenizer.jsonl");
  const auto loaded = Tokenizer::Deserialize(Qwen3().Serialize(), "memory");
  ASSERT_TRUE(loaded.ok()) << loaded.status().message();
  ExpectGoldenIds(*loaded);
}

TEST(QwenGolden, IdsEqualLlamaCpp) {
  GRAM_REQUIRE_SHARED("golden/ggml-vocab-qwen2.gguf.inp");
  const std::string all = ReadFile(SharedPath("golden/ggml-vocab-qwen2.gguf.inp"));
  std::ifstream answers(SharedPath("golden/ggml-vocab-qwen2.gguf.out"));
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
    const auto ids = Qwen3().EncodePlain(text);
    ASSERT_TRUE(ids.ok());
    EXPECT_EQ(*ids, expected) << "text " << texts << ": " << text;
    EXPECT_EQ(Qwen3().Decode(*ids).value(), text);
  }
  EXPECT_GE(texts, 46);
}

TEST(QwenGolden, TheTokensThatJudgingNeeds) {
  GRAM_REQUIRE_SHARED(kFolder);
  EXPECT_EQ(Qwen3().TokenToId("A"), 32);
  EXPECT_EQ(Qwen3().TokenToId("B"), 33);
  EXPECT_EQ(Qwen3().TokenToId("<|im_end|>"), 151645);
  EXPECT_EQ(Qwen3().vocab_size(), 151669U);
}

}  // namespace
}  // namespace gram::tokenizer
