#include "tokenizer/special_tokens.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/tokenizer/testing.h"

namespace gram::tokenizer {
namespace {

Tokenizer WithAdded(const std::vector<std::string>& contents) {
  auto json = testing::ByteJson({});
  for (const std::string& content : contents) {
    json["added_tokens"].push_back({{"id", 256 + json["added_tokens"].size()},
                                    {"content", content},
                                    {"single_word", false},
                                    {"lstrip", false},
                                    {"rstrip", false},
                                    {"normalized", false},
                                    {"special", false}});
  }
  auto tokenizer = Tokenizer::FromJson(json.dump(), "json");
  EXPECT_TRUE(tokenizer.ok()) << tokenizer.status().message();
  return std::move(tokenizer).value();
}

using testing::Ids;

TEST(SpecialTokens, LeftmostThenLongest) {
  const Tokenizer tokenizer = WithAdded({"ab", "abcd", "bcde", "abc"});
  EXPECT_EQ(*tokenizer.Encode("abcde"), (Ids{257, 'e'}));
  EXPECT_EQ(*tokenizer.Encode("xabcx"), (Ids{'x', 259, 'x'}));
  EXPECT_EQ(*tokenizer.Encode("bcdeab"), (Ids{258, 256}));
  EXPECT_EQ(*tokenizer.Encode("abab"), (Ids{256, 256}));
  EXPECT_EQ(*tokenizer.EncodePlain("ab"), (Ids{'a', 'b'}));
}

TEST(SpecialTokens, DifferentFirstBytes) {
  const Tokenizer tokenizer = WithAdded({"<s>", "[INST]", "\u00e9t\u00e9"});
  EXPECT_EQ(*tokenizer.Encode("[<s>[INST]"), (Ids{'[', 256, 257}));
  EXPECT_EQ(*tokenizer.Encode("\u00e9t\u00e9"), (Ids{258}));
  // Added tokens are matched before normalisation.
  EXPECT_NE(*tokenizer.Encode("e\u0301te\u0301"), (Ids{258}));
}

TEST(SpecialTokens, NoneAtAll) {
  const Tokenizer tokenizer = WithAdded({});
  EXPECT_EQ(*tokenizer.Encode("<s>"), (Ids{'<', 's', '>'}));
}

TEST(SpecialTokens, ManyNearMisses) {
  const Tokenizer tokenizer = WithAdded({"<|im_end|>", "<|im_start|>"});
  std::string text;
  for (int i = 0; i < 100000; ++i) text += "<|im_";
  const auto ids = tokenizer.Encode(text + "<|im_end|>");
  EXPECT_EQ(ids->size(), text.size() + 1);
  EXPECT_EQ(ids->back(), 256);
}

}  // namespace
}  // namespace gram::tokenizer
