#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/tokenizer/testing.h"
#include "tokenizer/loader.h"

namespace gram::tokenizer {
namespace {

using ::testing::HasSubstr;

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
  const std::string bytes = testing::TinyTokenizer().Serialize();
  const auto reloaded = Tokenizer::Deserialize(bytes, "memory");
  ASSERT_TRUE(reloaded.ok()) << reloaded.status().message();
  EXPECT_EQ(reloaded->Serialize(), bytes);
  EXPECT_EQ(reloaded->vocab_size(), testing::TinyTokenizer().vocab_size());
  std::mt19937 random(5);
  for (int i = 0; i < 500; ++i) {
    const std::string text = testing::RandomText(&random, 50);
    ASSERT_EQ(*reloaded->Encode(text), *testing::TinyTokenizer().Encode(text));
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
  for (size_t at = 8; at < 24; at += 4) {
    for (const uint32_t size : {0xffffffffU, 0x7fffffffU, 0x10000000U, 1U}) {
      std::string bytes = SmallForm();
      PutU32(size, at, &bytes);
      EXPECT_EQ(LoadStatus(bytes).code(), StatusCode::kCorrupt);
    }
  }
  std::string empty = SmallForm().substr(0, 24);
  for (size_t at = 8; at < 24; at += 4) PutU32(0, at, &empty);
  EXPECT_EQ(LoadStatus(empty).code(), StatusCode::kCorrupt);
}

TEST(BinaryForm, AnotherVersionIsToldApartFromDamage) {
  std::string bytes = SmallForm();
  bytes[7] = '2';
  EXPECT_EQ(LoadStatus(bytes).code(), StatusCode::kUnsupported);
  EXPECT_THAT(LoadStatus(bytes).message(), HasSubstr("convert the model again"));
  EXPECT_EQ(LoadStatus("not a tokenizer at all, but long enough").code(), StatusCode::kCorrupt);
}

TEST(BinaryForm, ContradictionsAreNamed) {
  constexpr size_t kFlags = 24;
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
}

}  // namespace
}  // namespace gram::tokenizer
