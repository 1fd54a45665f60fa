#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/tokenizer/testing.h"
#include "tokenizer/loader.h"

namespace gram::tokenizer {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

struct Edit {
  const char* pointer;  // JSON pointer
  const char* value;    // JSON; "" removes
  const char* message;  // what the error has to contain
};

json Edited(const Edit& edit) {
  json edited = testing::TinyJson();
  const json::json_pointer pointer(edit.pointer);
  if (*edit.value != 0) {
    edited[pointer] = json::parse(edit.value);
  } else {
    edited.at(pointer.parent_pointer()).erase(pointer.back());
  }
  return edited;
}

Status LoadStatus(const std::string& text) {
  const auto loaded = Tokenizer::FromJson(text, "dir/tokenizer.json");
  return loaded.ok() ? Status() : loaded.status();
}

class RefusedPipeline : public ::testing::TestWithParam<Edit> {};

TEST_P(RefusedPipeline, IsNamed) {
  const Status status = LoadStatus(Edited(GetParam()).dump());
  EXPECT_EQ(status.code(), StatusCode::kUnsupported) << status.message();
  EXPECT_THAT(status.message(), HasSubstr("dir/tokenizer.json: "));
  EXPECT_THAT(status.message(), HasSubstr(GetParam().message));
}

constexpr Edit kRefusals[] = {
    {"/version", R"("2.0")", "version is \"2.0\"; gram-cpu supports only \"1.0\""},
    {"/extra", "1", "extra is not a setting that gram-cpu knows"},
    {"/extra\nline", "1", "extra?line is not a setting that gram-cpu knows"},
    {"/normalizer", R"({"type": "NFKC"})", "normalizer.type is \"NFKC\""},
    {"/normalizer", "null",
     "normalizer is null; with this pre_tokenizer gram-cpu supports only NFC"},
    {"/normalizer", R"({"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"})",
     "normalizer is Replace; with this pre_tokenizer gram-cpu supports only NFC"},
    {"/pre_tokenizer", "null",
     "normalizer is NFC; with this pre_tokenizer gram-cpu supports only Replace or Prepend"},
    {"/normalizer/lowercase", "true", "normalizer.lowercase is not a setting"},
    {"/pre_tokenizer", R"({"type": "ByteLevel"})", "pre_tokenizer has 1 part;"},
    {"/pre_tokenizer/pretokenizers/2", R"({"type": "Digits"})", "pre_tokenizer has 3 parts;"},
    {"/pre_tokenizer/pretokenizers/0/type", R"("Digits")", "pretokenizers[0].type is \"Digits\""},
    {"/pre_tokenizer/pretokenizers/0/pattern/Regex", R"("\\s+")",
     "pre_tokenizer.pretokenizers[0].pattern.Regex is not the split pattern of Qwen or of Llama 3"},
    {"/pre_tokenizer/pretokenizers/0/pattern", R"({"String": " "})", "pattern is not a Regex"},
    {"/pre_tokenizer/pretokenizers/0/behavior", R"("Removed")", "behavior is \"Removed\""},
    {"/pre_tokenizer/pretokenizers/1/type", R"("Metaspace")", "pretokenizers[1].type"},
    {"/pre_tokenizer/pretokenizers/1/add_prefix_space", "true", "[1].add_prefix_space is true"},
    {"/pre_tokenizer/pretokenizers/1/use_regex", "true", "[1].use_regex is true"},
    {"/pre_tokenizer/pretokenizers/1/use_regex", "", "[1].use_regex is missing"},
    {"/pre_tokenizer/pretokenizers/0/behavior", R"("Contiguous")", "behavior is \"Contiguous\""},
    {"/pre_tokenizer/pretokenizers/0/invert", "1", "invert is 1"},
    {"/normalizer", R"({"type": "Sequence", "normalizers": []})", "normalizer is null"},
    {"/normalizer", R"({"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Strip"}]})",
     "normalizer.normalizers[1].type is \"Strip\""},
    {"/post_processor", R"({"type": "BertProcessing"})", "post_processor.type is"},
    {"/post_processor",
     R"({"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A"}},
         {"SpecialToken": {"id": "<s>"}}], "pair": [], "special_tokens": {}})",
     "post_processor.single adds tokens to every text"},
    {"/post_processor",
     R"({"type": "TemplateProcessing", "single": [{"Sequence": {"id": "B"}}], "pair": [],
         "special_tokens": {}})",
     "post_processor.single adds tokens to every text"},
    {"/decoder", R"({"type": "Sequence", "decoders": [{"type": "Fuse"}]})",
     "decoder.decoders[0].type is \"Fuse\""},
    {"/model/ignore_merges", "1", "model.ignore_merges is 1; gram-cpu supports only true or false"},
    {"/decoder", R"({"type": "WordPiece"})", "decoder.type is \"WordPiece\""},
    {"/model/type", R"("WordPiece")", "model.type is \"WordPiece\""},
    {"/model/dropout", "0.1", "model.dropout is 0.1"},
    {"/model/continuing_subword_prefix", R"("##")", "model.continuing_subword_prefix"},
    {"/model/end_of_word_suffix", R"("</w>")", "model.end_of_word_suffix"},
    {"/model/extra", "false", "model.extra is not a setting"},
    {"/added_tokens/1/single_word", "true", "added_tokens[1].single_word is true"},
    {"/added_tokens/1/lstrip", "true", "added_tokens[1].lstrip is true"},
    {"/added_tokens/1/rstrip", "true", "added_tokens[1].rstrip is true"},
    {"/added_tokens/1/normalized", "true", "added_tokens[1].normalized is true"},
    {"/added_tokens/1/fancy", "true", "added_tokens[1].fancy is not a setting"},
    {"/model/vocab/a b", "1023", "'a b', which is not spelled in the byte-level alphabet"},
};
INSTANTIATE_TEST_SUITE_P(Components, RefusedPipeline, ::testing::ValuesIn(kRefusals));

class CorruptFile : public ::testing::TestWithParam<Edit> {};

TEST_P(CorruptFile, IsNamed) {
  const Status status = LoadStatus(Edited(GetParam()).dump());
  EXPECT_EQ(status.code(), StatusCode::kCorrupt) << status.message();
  EXPECT_THAT(status.message(), HasSubstr(GetParam().message));
}

constexpr Edit kCorruptions[] = {
    {"/post_processor",
     R"({"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>"}},
         {"Sequence": {"id": "A"}}], "pair": [], "special_tokens": {}})",
     "post_processor.special_tokens does not say which id '<s>' is"},
    {"/post_processor",
     R"({"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>"}},
         {"Sequence": {"id": "A"}}], "special_tokens": {"<s>": {"ids": [1029]}}})",
     "post_processor puts the id 1029 before every text, which no token has"},
    {"/decoder", "", "decoder must be there"},
    {"/model/merges", "", "model.merges must be an array"},
    {"/model/vocab", "[]", "model.vocab must be an object"},
    {"/model/vocab/\u0120", "", "ids must be 0 to"},
    {"/model/vocab/a", "1023", "which another token has"},
    {"/model/vocab/a", "-1", "the id -1"},
    {"/model/vocab/a", "70000", "without gaps"},
    {"/model/vocab/a", "1.5", "not an integer"},
    {"/model/merges/0", R"(["\u0120", "\u0102\u0102"])", "model.merges[0] joins '\u0102\u0102'"},
    {"/model/merges/0", R"(["\u0120", "\u0120", "a"])", "not a pair of tokens"},
    {"/model/merges/0", R"("a b c")", "not a pair of tokens"},
    {"/model/merges/0", "5", "model.merges[0] is 5"},
    {"/model/merges/0", R"(["q", "\u00ff"])", "merge rule 0 makes 'q\u00ff'"},
    {"/added_tokens", "5", "added_tokens must be an array"},
    {"/added_tokens/0/id", R"("5")", "added_tokens[0].id must be an integer"},
    {"/added_tokens/0/content", R"("")", "added_tokens[0] is empty"},
    {"/added_tokens/0/content", R"("a")", "model.vocab another"},
    {"/added_tokens/1/content", R"("<|endoftext|>")", "has two ids, 1024 and 1025"},
    {"/added_tokens/4/id", "1026", "not above that of the one before it"},
    {"/added_tokens/4/id", "1030", "without gaps"},
    {"/added_tokens/0/special", "", "special must be true or false"},
};
INSTANTIATE_TEST_SUITE_P(Contradictions, CorruptFile, ::testing::ValuesIn(kCorruptions));

TEST(LoaderJson, AByteWithoutATokenIsRefused) {
  json edited = testing::ByteJson({});
  edited["model"]["vocab"].erase("a");
  edited["model"]["vocab"]["bc"] = 'a';
  const Status status = LoadStatus(edited.dump());
  EXPECT_EQ(status.code(), StatusCode::kCorrupt);
  EXPECT_THAT(status.message(), HasSubstr("lacks the byte 97 ('a')"));
}

TEST(LoaderJson, RepeatedKeysAreRefused) {
  std::string text = testing::TinyJsonText();
  text.insert(text.find('{') + 1, R"("padding": null, "padding": null,)");
  EXPECT_THAT(LoadStatus(text).message(), HasSubstr("padding is given twice"));
  json twice = testing::ByteJson({{"a", "b"}, {"c", "d"}, {"a", "b"}});
  EXPECT_THAT(LoadStatus(twice.dump()).message(), HasSubstr("merge rule 2 joins 'a' and 'b', as"));
}

TEST(LoaderJson, WhatIsNotJsonIsRefused) {
  for (const std::string text : {"", "{", "[]", "null", "{}", "\xff", "{\"version\": \"1.0\"}"}) {
    const Status status = LoadStatus(text);
    EXPECT_FALSE(status.ok()) << text;
    EXPECT_THAT(status.message(), HasSubstr("dir/tokenizer.json"));
  }
}

TEST(LoaderJson, HarmlessVariantsLoadAndGiveTheSameIds) {
  const Edit variants[] = {
      {"/post_processor", "null", ""},
      {"/post_processor", "", ""},
      {"/truncation", "", ""},
      {"/something_new", "null", ""},
      {"/model/continuing_subword_prefix", R"("")", ""},
      {"/model/ignore_merges", "", ""},
      {"/pre_tokenizer/pretokenizers/1/trim_offsets", "true", ""},
      {"/pre_tokenizer/pretokenizers/0/invert", "true", ""},
      {"/pre_tokenizer/pretokenizers/0",
       R"({"type": "Sequence", "pretokenizers": [{"type": "Sequence", "pretokenizers": []}, )"
       R"({"type": "Split", "pattern": {"Regex": "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?)"
       R"(\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"}, )"
       R"("behavior": "Removed", "invert": true}]})",
       ""},
      {"/version", "", ""},
      {"/truncation", R"({"max_length": 5})", ""},
      {"/padding", R"({"strategy": "BatchLongest"})", ""},
      {"/normalizer", R"({"type": "Sequence", "normalizers": [{"type": "NFC"}]})", ""},
      {"/post_processor",
       R"({"type": "Sequence", "processors": [{"type": "ByteLevel"}, {"type": "TemplateProcessing",
           "single": [{"Sequence": {"id": "A", "type_id": 0}}], "pair": [], "special_tokens": {}}]})",
       ""},
      {"/decoder", R"({"type": "Sequence", "decoders": [{"type": "ByteLevel"}]})", ""},
      {"/model/dropout", "0.0", ""},
      {"/model/unk_token", R"("<|endoftext|>")", ""},
      {"/model/fuse_unk", "true", ""},
      {"/model/byte_fallback", "true", ""},
  };
  const std::string text = "The answer isn't 42.<|im_end|>\n";
  const auto expected = testing::TinyTokenizer().Encode(text);
  for (const Edit& edit : variants) {
    const auto tokenizer = Tokenizer::FromJson(Edited(edit).dump(), edit.pointer);
    ASSERT_TRUE(tokenizer.ok()) << tokenizer.status().message();
    EXPECT_EQ(*tokenizer->Encode(text), *expected) << edit.pointer;
  }
}

TEST(LoaderJson, SavedTruncationAndPaddingAreNotedNotApplied) {
  json edited = testing::TinyJson();
  edited["truncation"] = {{"max_length", 2}};
  edited["padding"] = {{"strategy", {{"Fixed", 99}}}};
  std::vector<std::string> notes;
  const auto tokenizer = Tokenizer::FromJson(edited.dump(), "dir/tokenizer.json", &notes);
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.status().message();
  ASSERT_EQ(notes.size(), 2U);
  EXPECT_THAT(notes[0], HasSubstr("dir/tokenizer.json: truncation is saved in the file"));
  EXPECT_THAT(notes[1], HasSubstr("dir/tokenizer.json: padding is saved in the file"));
  EXPECT_GT(tokenizer->Encode("one two three four")->size(), 2U);
}

// "abc" is a token that no rule makes: the rules give a, bc; taken whole it is one.
TEST(LoaderJson, IgnoreMergesTakesAPieceThatIsATokenWhole) {
  json edited = testing::ByteJson({{"b", "c"}});
  edited["model"]["vocab"]["abc"] = 257;
  edited["added_tokens"] = json::array();
  const auto by_rules = Tokenizer::FromJson(edited.dump(), "rules");
  ASSERT_TRUE(by_rules.ok()) << by_rules.status().message();
  EXPECT_EQ(by_rules->EncodePlain("abc")->size(), 2U);
  edited["model"]["ignore_merges"] = true;
  const auto whole = Tokenizer::FromJson(edited.dump(), "whole");
  ASSERT_TRUE(whole.ok()) << whole.status().message();
  EXPECT_EQ(*whole->EncodePlain("abc"), testing::Ids{257});
  EXPECT_EQ(whole->EncodePlain("abcd")->size(), 3U) << "not a token: by the rules";
  const auto reread = Tokenizer::Deserialize(whole->Serialize(), "packed");
  ASSERT_TRUE(reread.ok());
  EXPECT_EQ(*reread->EncodePlain("abc"), testing::Ids{257});
}

TEST(LoaderJson, OlderFilesSpellMergesAsOneText) {
  json edited = testing::TinyJson();
  for (json& rule : edited["model"]["merges"]) {
    rule = rule.at(0).get<std::string>() + " " + rule.at(1).get<std::string>();
  }
  const auto tokenizer = Tokenizer::FromJson(edited.dump(), "older");
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.status().message();
  EXPECT_EQ(tokenizer->Serialize(), testing::TinyTokenizer().Serialize());
}

TEST(LoaderJson, AnAddedTokenMayBeAVocabularyEntryToo) {
  json edited = testing::ByteJson({{"a", "b"}});
  edited["added_tokens"] = testing::TinyJson()["added_tokens"];
  edited["added_tokens"].erase(edited["added_tokens"].begin() + 1, edited["added_tokens"].end());
  edited["added_tokens"][0]["content"] = "ab";
  edited["added_tokens"][0]["id"] = 256;
  const auto tokenizer = Tokenizer::FromJson(edited.dump(), "shared id");
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.status().message();
  EXPECT_EQ(tokenizer->vocab_size(), 257U);
  EXPECT_EQ(*tokenizer->EncodePlain("ab"), testing::Ids{256});
  EXPECT_EQ(*tokenizer->Decode(testing::Ids{256}, true), "");
}

}  // namespace
}  // namespace gram::tokenizer
