// What a tokenizer.json of the SentencePiece kind may say, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/tokenizer/families.h"

namespace gram::tokenizer {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

struct Edit {
  const char* pointer;  // JSON pointer
  const char* value;    // JSON; "" removes
  const char* message;  // what the error has to contain
};

const json kStrip = {{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}};

json Edited(const Edit& edit) {
  json edited = testing::FamilyJson("internlm2");
  edited["decoder"]["decoders"].push_back(kStrip);
  const json::json_pointer pointer(edit.pointer);
  if (*edit.value != 0) {
    edited[pointer] = json::parse(edit.value);
  } else {
    edited.at(pointer.parent_pointer()).erase(pointer.back());
  }
  return edited;
}

Status LoadStatus(const json& edited) {
  const auto loaded = Tokenizer::FromJson(edited.dump(), "dir/tokenizer.json");
  return loaded.ok() ? Status() : loaded.status();
}

class RefusedSentencePiece : public ::testing::TestWithParam<Edit> {};

TEST_P(RefusedSentencePiece, IsNamed) {
  const Status status = LoadStatus(Edited(GetParam()));
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(status.message(), HasSubstr("dir/tokenizer.json: "));
  EXPECT_THAT(status.message(), HasSubstr(GetParam().message));
}

constexpr Edit kRefusals[] = {
    {"/normalizer", "null", "normalizer is null; with this pre_tokenizer gram-cpu supports only"},
    {"/normalizer/normalizers/0/content", R"("_")", "content is \"_\""},
    {"/normalizer/normalizers/0/pattern", R"({"Regex": " "})",
     "pattern is not {\"String\": \" \"}"},
    {"/normalizer/normalizers/0/pattern", R"({"String": "  "})", "normalizers[0].pattern is not"},
    {"/normalizer/normalizers/1", R"({"type": "Strip"})", "normalizers[1].type is \"Strip\""},
    {"/normalizer/normalizers/1", R"({"type": "Prepend", "prepend": " "})", "prepend is \" \""},
    {"/normalizer/normalizers/1", R"({"type": "NFC"})", "normalizer has 2 parts"},
    {"/normalizer", R"({"type": "Prepend", "prepend": "\u2581"})", "normalizer has 1 part;"},
    {"/pre_tokenizer", R"({"type": "Whitespace"})", "pre_tokenizer has 1 part; gram-cpu supports"},
    {"/pre_tokenizer",
     R"({"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "first", "split": false})",
     "pre_tokenizer.prepend_scheme is \"first\"; gram-cpu supports only \"never\""},
    {"/pre_tokenizer",
     R"({"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "never", "split": true})",
     "pre_tokenizer.split is true"},
    {"/pre_tokenizer",
     R"({"type": "Split", "pattern": {"String": "a"}, "behavior": "Isolated", "invert": false})",
     "pre_tokenizer.pattern is not {\"String\": \" \"}"},
    {"/pre_tokenizer",
     R"({"type": "Split", "pattern": {"String": " "}, "behavior": "Removed", "invert": true})",
     "pre_tokenizer.invert is true"},
    {"/decoder", R"({"type": "ByteLevel"})", "decoder has 1 part"},
    {"/decoder/decoders/0/pattern/String", R"("_")", "decoders[0].pattern is not"},
    {"/decoder/decoders/1/type", R"("Fuse")", "decoders[1].type is \"Fuse\""},
    {"/decoder/decoders/3/start", "2", "decoders[3].start is 2"},
    {"/decoder/decoders/3/content", R"("x")", "decoders[3].content is \"x\""},
    {"/model/byte_fallback", "false", "model.byte_fallback is false; gram-cpu supports only true"},
    {"/model/byte_fallback", "", "model.byte_fallback is missing"},
    {"/model/ignore_merges", "true", "model.ignore_merges is true; gram-cpu supports only false"},
    {"/model/vocab/a b", "262", "'a b', in which a space is not spelled U+2581"},
    {"/model/merges/0", R"(["<0x41>", "a"])", "joins '<0x41>', which is not in the vocabulary, or"},
    {"/model/merges/0", R"(["\u2581", "<0x41"])", "joins '<0x41'"},
    {"/added_tokens/2/normalized", "true", "added_tokens[2].normalized is true"},
};
INSTANTIATE_TEST_SUITE_P(Components, RefusedSentencePiece, ::testing::ValuesIn(kRefusals));

TEST(LoaderSentencePiece, HarmlessVariantsGiveTheSameIds) {
  const Edit variants[] = {
      {"/pre_tokenizer", "", ""},
      {"/pre_tokenizer", R"({"type": "Sequence", "pretokenizers": []})", ""},
      {"/pre_tokenizer",
       R"({"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious",
           "invert": false})",
       ""},
      {"/normalizer", R"({"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"})",
       ""},
      {"/decoder/decoders/3/start", "0", ""},
      {"/model/ignore_merges", "", ""},
      {"/model/fuse_unk", "false", ""},
      {"/model/unk_token", "null", ""},
      {"/post_processor", "", ""},
  };
  const std::string text = "The answer  isn't 42.</s>\n\u4e2d\u2581";
  const auto expected = testing::FamilyTokenizer("internlm2").Encode(text);
  for (const Edit& edit : variants) {
    const auto tokenizer = Tokenizer::FromJson(Edited(edit).dump(), edit.pointer);
    ASSERT_TRUE(tokenizer.ok()) << tokenizer.status().message();
    EXPECT_EQ(*tokenizer->Encode(text), *expected) << edit.pointer;
  }
  json metaspace = testing::FamilyJson("internlm2");
  metaspace["normalizer"] = nullptr;
  metaspace["pre_tokenizer"] = {{"type", "Metaspace"},
                                {"replacement", "\u2581"},
                                {"prepend_scheme", "never"},
                                {"split", false}};
  const auto tokenizer = Tokenizer::FromJson(metaspace.dump(), "Metaspace");
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.status().message();
  EXPECT_EQ(*tokenizer->Encode(text), *expected);
}

TEST(LoaderSentencePiece, OlderFilesSpellMergesAsOneText) {
  json older = testing::FamilyJson("gemma2");  // has merges of line breaks
  for (json& rule : older["model"]["merges"]) {
    rule = rule.at(0).get<std::string>() + " " + rule.at(1).get<std::string>();
  }
  const auto tokenizer = Tokenizer::FromJson(older.dump(), "older");
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.status().message();
  EXPECT_EQ(tokenizer->Serialize(), testing::FamilyTokenizer("gemma2").Serialize());
}

TEST(LoaderSentencePiece, TheFirstTokenComesFromThePostProcessor) {
  json edited = testing::FamilyJson("internlm2");
  const json post = edited["post_processor"];
  edited["post_processor"] = {{"type", "Sequence"},
                              {"processors", {{{"type", "ByteLevel"}}, post}}};
  EXPECT_EQ(Tokenizer::FromJson(edited.dump(), "both")->bos(), 1);
  edited["post_processor"]["processors"][0] = post;
  EXPECT_THAT(LoadStatus(edited).message(),
              HasSubstr("post_processor.processors[1] is the second to put a token in front"));
  edited["post_processor"] = nullptr;
  EXPECT_EQ(Tokenizer::FromJson(edited.dump(), "none")->bos(), std::nullopt);
}

// In Gemma's file a tab has a token of its own and its byte has none: nothing lacks it.
TEST(LoaderSentencePiece, AByteMayBeMissingWhereItsCharacterIsThere) {
  json edited = testing::FamilyJson("internlm2");
  auto& vocab = edited["model"]["vocab"];
  const auto replace = [&vocab](const char* token, const char* by) {
    const int id = vocab[token];
    vocab.erase(token);
    vocab[by] = id;
  };
  replace("<0x61>", "a new token");
  EXPECT_THAT(LoadStatus(edited).message(), HasSubstr("in which a space is not spelled"));
  replace("a new token", "newtoken");
  EXPECT_TRUE(LoadStatus(edited).ok());
  replace("<0xE4>", "another");
  EXPECT_THAT(LoadStatus(edited).message(),
              HasSubstr("lacks the byte 228, so not every text can be encoded"));
}

TEST(LoaderSentencePiece, APieceMayHoldNul) {
  using namespace std::string_literals;
  json edited = testing::FamilyJson("internlm2");
  auto& vocab = edited["model"]["vocab"];
  const int id = vocab["<0x00>"];
  vocab.erase("<0x00>");
  vocab["\0"s] = id;
  const auto tokenizer = Tokenizer::FromJson(edited.dump(), "nul");
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.status().message();
  EXPECT_EQ(*tokenizer->EncodePlain("\0"s), testing::Ids{id});
  EXPECT_EQ(*tokenizer->Decode(testing::Ids{id, id}), "\0\0"s);
}

}  // namespace
}  // namespace gram::tokenizer
