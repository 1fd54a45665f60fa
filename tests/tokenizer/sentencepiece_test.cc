// InternLM2's tokenizer.model.
#include "tokenizer/sentencepiece.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "tests/testing/paths.h"
#include "tests/testing/temp_dir.h"
#include "tests/tokenizer/testing.h"

namespace gram::tokenizer {
namespace {

using ::gram::testing::SharedPath;
using ::testing::HasSubstr;
using testing::Ids;
using testing::ReadFile;

constexpr char kConfig[] = R"({"tokenizer_class": "InternLM2Tokenizer", "bos_token": "<s>"})";

std::string Varint(uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  return bytes + static_cast<char>(value);
}
std::string Number(uint64_t field, uint64_t value) { return Varint(field << 3) + Varint(value); }
std::string Bytes(uint64_t field, const std::string& bytes) {
  return Varint(field << 3 | 2) + Varint(bytes.size()) + bytes;
}
std::string Piece(const std::string& text, float score, uint64_t type = 1) {
  std::string bytes(4, '\0');
  std::memcpy(bytes.data(), &score, 4);
  return Bytes(1, Bytes(1, text) + Varint(2 << 3 | 5) + bytes + Number(3, type));
}

struct Spec {
  std::string pieces = {};  // behind <unk>, <s>, </s> and the bytes
  std::string trainer = Number(3, 2) + Number(35, 1);
  std::string normalizer = Number(3, 0) + Number(4, 0);
};

std::string ModelOf(const Spec& spec) {
  std::string model = Piece("<unk>", 0, 2) + Piece("<s>", 0, 3) + Piece("</s>", 0, 3);
  for (int byte = 0; byte < 256; ++byte) {
    char name[8];
    std::snprintf(name, sizeof(name), "<0x%02X>", static_cast<unsigned>(byte));
    model += Piece(name, 0, 6);
  }
  return model + spec.pieces + Bytes(2, spec.trainer) + Bytes(3, spec.normalizer);
}

Result<Tokenizer> Load(const std::string& model, const std::string& config = kConfig) {
  const gram::testing::TempDir dir;
  gram::testing::WriteBytes(dir / "tokenizer.model", model);
  gram::testing::WriteBytes(dir / "tokenizer_config.json", config);
  return Tokenizer::FromFolder(dir.path());
}

TEST(SentencePieceModel, ScoresOrderTheMerges) {
  const std::string letters = Piece("a", -9) + Piece("b", -10) + Piece("c", -11);  // 259, 260, 261
  const auto low = Load(ModelOf({.pieces = letters + Piece("ab", -2) + Piece("bc", -1)}));
  ASSERT_TRUE(low.ok()) << low.status().message();
  EXPECT_EQ(*low->EncodePlain("abc"), (Ids{259, 263}));
  const auto high = Load(ModelOf({.pieces = letters + Piece("ab", -1) + Piece("bc", -2)}));
  EXPECT_EQ(*high->EncodePlain("abc"), (Ids{262, 261}));
  EXPECT_EQ(high->pipeline(), "sentencepiece");
  EXPECT_EQ(high->bos(), 1);
  EXPECT_EQ(high->AddedTokensIn("<s></s><0x41>").size(), 2U);
}

TEST(SentencePieceModel, TheConfigRenamesPiecesAndChoosesBos) {
  const std::string pieces = Piece("a", -1) + Piece("[UNUSED]", 0, 4);
  const auto tokenizer =
      Load(ModelOf({.pieces = pieces}),
           R"({"tokenizer_class": "InternLM2TokenizerFast", "add_bos_token": false,
      "added_tokens_decoder": {"1": {"content": "<s>", "special": true},
      "260": {"content": "<|\"x\n|>", "special": true, "normalized": false}}})");
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.status().message();
  EXPECT_EQ(tokenizer->TokenToId("<|\"x\n|>"), 260);
  EXPECT_EQ(tokenizer->bos(), std::nullopt);
  const auto prefix = Load(ModelOf({.pieces = pieces, .normalizer = Number(4, 0)}));
  ASSERT_TRUE(prefix.ok()) << prefix.status().message();
  EXPECT_EQ(prefix->pipeline(), "sentencepiece-prefix");
}

TEST(SentencePieceModel, OtherSettingsAreRefusedByName) {
  const auto refused = [](const Spec& spec, const char* config, const char* says) {
    const auto loaded = Load(ModelOf(spec), config);
    ASSERT_FALSE(loaded.ok()) << says;
    EXPECT_EQ(loaded.status().code(), StatusCode::kUnsupported);
    EXPECT_THAT(loaded.status().message(), HasSubstr(says));
    EXPECT_THAT(loaded.status().message(), HasSubstr("make tokenizer.json from tokenizer.model"));
  };
  refused({.trainer = Number(3, 1) + Number(35, 1)}, kConfig, "model_type is not BPE");
  refused({.trainer = Number(3, 2)}, kConfig, "byte_fallback is false");
  refused({.trainer = Number(3, 2) + Number(24, 1) + Number(35, 1)}, kConfig, "as_suffix is true");
  refused({.normalizer = Bytes(2, "x") + Number(4, 0)}, kConfig, "normalised by a table");
  refused({.normalizer = Number(3, 0)}, kConfig, "remove_extra_whitespaces is true");
  refused({.normalizer = Number(4, 0) + Number(5, 0)}, kConfig, "escape_whitespaces is false");
  refused({}, R"({"tokenizer_class": "GemmaTokenizer"})", "is not InternLM2's");
  refused({}, "{}", "is not InternLM2's");
}

TEST(SentencePieceModel, DamageIsNamed) {
  const auto says = [](const std::string& model, const std::string& config = kConfig) {
    const auto loaded = Load(model, config);
    return loaded.ok() ? std::string() : loaded.status().message();
  };
  const std::string model = ModelOf({.pieces = Piece("a", -1)});
  EXPECT_EQ(says(model), "");
  EXPECT_THAT(says("\x08"), HasSubstr("not a SentencePiece model"));
  EXPECT_THAT(says("version https://git-lfs"), HasSubstr("not a SentencePiece model"));
  EXPECT_THAT(says(ModelOf({.pieces = Piece("", 0)})), HasSubstr("piece 259 is no piece of text"));
  EXPECT_THAT(says(ModelOf({.pieces = Piece("\xff", 0)})), HasSubstr("piece 259 is no piece"));
  EXPECT_THAT(says(ModelOf({.pieces = Piece(std::string(1025, 'a'), 0)})), HasSubstr("piece 259"));
  EXPECT_THAT(says(ModelOf({.pieces = Piece("a", 0) + Piece("a", 0)})), HasSubstr("are both 'a'"));
  EXPECT_THAT(says(model, "{"), HasSubstr("not readable as JSON"));
  EXPECT_THAT(says(model, R"({"tokenizer_class": "InternLM2Tokenizer", "bos_token": "<bos>"})"),
              HasSubstr("there is no piece '<bos>', the bos_token"));
  EXPECT_THAT(says(model, R"({"tokenizer_class": "InternLM2Tokenizer",
      "added_tokens_decoder": {"999": {"content": "x"}}})"),
              HasSubstr("adds '999'"));
  for (size_t size = 1; size < model.size(); size += 29) {  // never a crash
    EXPECT_NE(says(model.substr(0, size)), "") << size;
  }
}

// The published tokenizer.json was made of the published tokenizer.model.
TEST(SentencePieceModel, TheRealOneIsItsTokenizerJson) {
  GRAM_REQUIRE_SHARED("data/internlm2-tokenizer/tokenizer.model");
  auto config =
      nlohmann::json::parse(ReadFile(SharedPath("data/internlm2-tokenizer/tokenizer_config.json")));
  config["tokenizer_class"] = "InternLM2Tokenizer";
  const auto made =
      Load(ReadFile(SharedPath("data/internlm2-tokenizer/tokenizer.model")), config.dump());
  ASSERT_TRUE(made.ok()) << made.status().message();
  const auto published = Tokenizer::FromFolder(SharedPath("data/internlm2-tokenizer"));
  EXPECT_TRUE(made->Serialize() == published->Serialize());
}

}  // namespace
}  // namespace gram::tokenizer
