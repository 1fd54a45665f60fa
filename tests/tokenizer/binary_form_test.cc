#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <random>
#include <string>

#include "tests/tokenizer/families.h"
#include "tokenizer/vocab.h"

namespace gram::tokenizer {
namespace {

using ::testing::HasSubstr;

constexpr size_t kSizes = 32;  // tokens, rules, text bytes, added tokens, bytes of these
constexpr size_t kBos = 52;
constexpr size_t kFlags = 56;

const std::string& SmallForm() {
  static const auto* const kBytes = new std::string(
      Tokenizer::FromJson(testing::ByteJson({{"a", "b"}, {"ab", "c"}}).dump(), "json")
          ->Serialize());
  return *kBytes;
}

void PutU32(uint32_t value, size_t at, std::string* bytes) {
  for (size_t i = 0; i < 4; ++i) (*bytes)[at + i] = static_cast<char>(value >> (8 * i));
}

Status LoadStatus(const std::string& bytes) {
  const auto loaded = Tokenizer::Deserialize(bytes, "model.gram");
  return loaded.ok() ? Status() : loaded.status();
}

TEST(BinaryForm, RoundTripGivesTheSameBytesAndIds) {
  for (const std::string& family : testing::kFamilies) {
    const Tokenizer& tokenizer = testing::FamilyTokenizer(family);
    const std::string bytes = tokenizer.Serialize();
    const auto reloaded = Tokenizer::Deserialize(bytes, "memory");
    ASSERT_TRUE(reloaded.ok()) << reloaded.status().message();
    EXPECT_EQ(reloaded->Serialize(), bytes);
    EXPECT_EQ(reloaded->vocab_size(), tokenizer.vocab_size());
    EXPECT_EQ(reloaded->bos(), tokenizer.bos());
    EXPECT_EQ(reloaded->pipeline(), tokenizer.pipeline());
    std::mt19937 random(5);
    for (int i = 0; i < 200; ++i) {
      const std::string text = testing::RandomText(&random, 50);
      ASSERT_EQ(*reloaded->Encode(text), *tokenizer.Encode(text));
      ASSERT_EQ(*reloaded->EncodePlain(text), *tokenizer.EncodePlain(text));
    }
  }
}

TEST(BinaryForm, TruncatedAnywhereIsRefused) {
  for (size_t size = 0; size < SmallForm().size(); ++size) {
    const Status status = LoadStatus(SmallForm().substr(0, size));
    ASSERT_EQ(status.code(), StatusCode::kCorrupt) << size;
    ASSERT_THAT(status.message(), HasSubstr("model.gram: "));
  }
  EXPECT_FALSE(LoadStatus(SmallForm() + "x").ok());
}

// Any outcome but a crash will do: a flipped letter may give another valid tokenizer.
TEST(BinaryForm, FlippedBytesNeverCrash) {
  for (size_t at = 0; at < SmallForm().size(); ++at) {
    for (const int flip : {0x01, 0x80, 0xff}) {
      std::string bytes = SmallForm();
      bytes[at] = static_cast<char>(bytes[at] ^ flip);
      const auto loaded = Tokenizer::Deserialize(bytes, "model.gram");
      if (!loaded.ok()) continue;
      const auto ids = loaded->Encode("abcabab <|im_end|> x");
      ASSERT_TRUE(ids.ok());
      ASSERT_TRUE(loaded->Decode(*ids).ok());
    }
  }
}

TEST(BinaryForm, AbsurdSizesAreRefusedBeforeAnythingIsAllocated) {
  for (size_t at = kSizes; at < kBos; at += 4) {
    for (const uint32_t size : {0xffffffffU, 0x7fffffffU, 0x10000000U, 1U}) {
      std::string bytes = SmallForm();
      PutU32(size, at, &bytes);
      EXPECT_EQ(LoadStatus(bytes).code(), StatusCode::kCorrupt);
    }
  }
  std::string empty = SmallForm().substr(0, kFlags);
  for (size_t at = kSizes; at < kBos; at += 4) PutU32(0, at, &empty);
  EXPECT_EQ(LoadStatus(empty).code(), StatusCode::kCorrupt);
}

TEST(BinaryForm, AnotherVersionIsToldApartFromDamage) {
  std::string bytes = SmallForm();
  bytes[7] = '1';
  EXPECT_EQ(LoadStatus(bytes).code(), StatusCode::kUnsupported);
  EXPECT_THAT(LoadStatus(bytes).message(), HasSubstr("convert the model again"));
  EXPECT_EQ(LoadStatus("not a tokenizer at all, but long enough").code(), StatusCode::kCorrupt);
}

TEST(BinaryForm, ThePipelineAndTheFirstTokenAreChecked) {
  std::string bytes = SmallForm();
  bytes[8] = 'Q';
  EXPECT_EQ(LoadStatus(bytes).code(), StatusCode::kUnsupported);
  EXPECT_THAT(LoadStatus(bytes).message(), HasSubstr("pipeline 'Qwen' is not one"));
  bytes = SmallForm();
  bytes[31] = 'x';
  EXPECT_THAT(LoadStatus(bytes).message(), HasSubstr("pipeline has no name"));
  bytes = SmallForm();
  PutU32(258, kBos, &bytes);
  EXPECT_THAT(LoadStatus(bytes).message(), HasSubstr("BOS id is outside the vocabulary"));
  PutU32(257, kBos, &bytes);
  EXPECT_EQ(Tokenizer::Deserialize(bytes, "model.gram")->bos(), 257);
}

TEST(BinaryForm, ContradictionsAreNamed) {
  const size_t lengths = kFlags + 258;
  const size_t merges = lengths + 2 * 258;
  std::string bytes = SmallForm();
  bytes[kFlags + 5] = 0;
  EXPECT_THAT(LoadStatus(bytes).message(), HasSubstr("token 5 has impossible flags"));
  bytes = SmallForm();
  bytes[lengths + 2 * 3] = 0;
  bytes[lengths + 2 * 4] = 2;
  EXPECT_THAT(LoadStatus(bytes).message(), HasSubstr("token 3 is empty"));
  bytes = SmallForm();
  PutU32(300, merges + 4, &bytes);
  EXPECT_THAT(LoadStatus(bytes).message(), HasSubstr("merge rule 0 names an id"));
  bytes = SmallForm();
  PutU32('a', merges + 8, &bytes);
  PutU32('b', merges + 12, &bytes);
  EXPECT_THAT(LoadStatus(bytes).message(),
              HasSubstr("merge rule 1 joins 'a' and 'b', as an earlier"));
  bytes = SmallForm();
  bytes[merges + 16 + 'b'] = 'a';
  EXPECT_THAT(LoadStatus(bytes).message(), HasSubstr("two tokens are both 'a'"));
  bytes = SmallForm();
  bytes[kFlags + 5] = kModelToken | kAddedToken;
  EXPECT_THAT(LoadStatus(bytes).message(), HasSubstr("added token 5 has no text"));
  bytes = SmallForm();
  bytes[kFlags + 5] = kByteToken;
  EXPECT_THAT(LoadStatus(bytes).message(), HasSubstr("token 5 has impossible flags"));
}

// The form of a small SentencePiece tokenizer: 256 bytes, "<s>", "a" and "aa".
std::string CharacterForm() {
  auto json = testing::FamilyJson("internlm2");
  auto vocab = nlohmann::json::object();
  vocab["<s>"] = 1;
  for (int byte = 0; byte < 256; ++byte) {
    char name[8];
    std::snprintf(name, sizeof(name), "<0x%02X>", byte);
    vocab[name] = byte == 0 ? 0 : byte + 1;
  }
  vocab["a"] = 257;
  vocab["aa"] = 258;
  json["model"]["vocab"] = vocab;
  json["model"]["merges"] = nlohmann::json::array({{"a", "a"}});
  json["added_tokens"] = nlohmann::json::array({json["added_tokens"][1]});
  const auto tokenizer = Tokenizer::FromJson(json.dump(), "json");
  EXPECT_TRUE(tokenizer.ok()) << tokenizer.status().message();
  return tokenizer->Serialize();
}

TEST(BinaryForm, ContradictionsOfCharactersAreNamed) {
  const std::string form = CharacterForm();
  ASSERT_TRUE(LoadStatus(form).ok());
  const size_t added = kFlags + 3 * 259 + 8;
  const size_t blob = added + 6 + 3;
  ASSERT_EQ(form.substr(added + 6, 3), "<s>");
  std::string bytes = form;
  bytes[blob + 259] = '\xff';  // "a"
  EXPECT_THAT(LoadStatus(bytes).message(), HasSubstr("token 257 is not valid UTF-8"));
  bytes = form;
  bytes[blob + 5] = bytes[blob + 6];
  EXPECT_THAT(LoadStatus(bytes).message(), HasSubstr("are both the same byte"));
  bytes = form;
  bytes[kFlags + 200] = kByteToken | kModelToken;
  EXPECT_THAT(LoadStatus(bytes).message(), HasSubstr("token 200 has impossible flags"));
  bytes = form;
  PutU32(2, added, &bytes);
  EXPECT_THAT(LoadStatus(bytes).message(), HasSubstr("added token 1 has no text"));
  bytes = form;
  bytes[added + 6] = '\xff';
  EXPECT_THAT(LoadStatus(bytes).message(), HasSubstr("added token 1 is not valid UTF-8"));
  bytes = form;
  bytes[added + 4] = 2;
  EXPECT_THAT(LoadStatus(bytes).message(), HasSubstr("added tokens do not add up"));
  bytes = form;
  bytes[kFlags + 1] = kModelToken;
  EXPECT_THAT(LoadStatus(bytes).message(), HasSubstr("id 1 has a text and is no added token"));
}

}  // namespace
}  // namespace gram::tokenizer
