#include "tokenizer/json_pipeline.h"

#include <string_view>

#include "tokenizer/pretokenizer.h"

namespace gram::tokenizer {
namespace {

using simdjson::SUCCESS;
using simdjson::dom::array;
using simdjson::dom::element;

constexpr FieldRule kTopRules[] = {
    {"version", JsonRule::kText, "1.0"}, {"truncation", JsonRule::kNull},
    {"padding", JsonRule::kNull},        {"added_tokens", JsonRule::kAny},
    {"normalizer", JsonRule::kAny},      {"pre_tokenizer", JsonRule::kAny},
    {"post_processor", JsonRule::kAny},  {"decoder", JsonRule::kAny},
    {"model", JsonRule::kAny},
};
constexpr FieldRule kNormalizerRules[] = {{"type", JsonRule::kText, "NFC"}};
constexpr FieldRule kSequenceRules[] = {{"type", JsonRule::kText, "Sequence"},
                                        {"pretokenizers", JsonRule::kAny}};
constexpr FieldRule kSplitRules[] = {{"type", JsonRule::kText, "Split"},
                                     {"pattern", JsonRule::kAny},
                                     {"behavior", JsonRule::kText, "Isolated"},
                                     {"invert", JsonRule::kFalse}};
constexpr FieldRule kPiecesRules[] = {{"type", JsonRule::kText, "ByteLevel"},
                                      {"add_prefix_space", JsonRule::kFalse},
                                      {"trim_offsets", JsonRule::kAny},
                                      {"use_regex", JsonRule::kFalse}};
// As post-processor and decoder, ByteLevel's options change offsets only, which gram has none of.
constexpr FieldRule kByteLevelRules[] = {{"type", JsonRule::kText, "ByteLevel"},
                                         {"add_prefix_space", JsonRule::kAny},
                                         {"trim_offsets", JsonRule::kAny},
                                         {"use_regex", JsonRule::kAny}};
constexpr FieldRule kModelRules[] = {
    {"type", JsonRule::kText, "BPE"},
    {"dropout", JsonRule::kNull},
    {"unk_token", JsonRule::kNull},
    {"continuing_subword_prefix", JsonRule::kEmpty},
    {"end_of_word_suffix", JsonRule::kEmpty},
    {"fuse_unk", JsonRule::kFalseOrNone},
    {"byte_fallback", JsonRule::kFalseOrNone},
    {"ignore_merges", JsonRule::kFalseOrNone},
    {"vocab", JsonRule::kAny},
    {"merges", JsonRule::kAny},
};
Status CheckPreTokenizer(const element& sequence, const JsonPlace& place) {
  GRAM_RETURN_IF_ERROR(CheckFields(sequence, kSequenceRules, place));
  GRAM_ASSIGN_OR_RETURN(const array parts,
                        GetJson<array>(sequence, "pretokenizers", place, "an array"));
  const JsonPlace list = place.Field("pretokenizers");
  if (parts.size() != 2) {
    return Unsupported(list.Name() + " has " + std::to_string(parts.size()) +
                       " parts; gram supports only Split followed by ByteLevel");
  }
  const element split = parts.at(0).value_unsafe();
  GRAM_RETURN_IF_ERROR(CheckFields(split, kSplitRules, list.Item(0)));
  const JsonPlace pattern = list.Item(0).Field("pattern");
  std::string_view regex;
  if (split["pattern"]["Regex"].get(regex) != SUCCESS) {
    return Unsupported(pattern.Name() + " is not a Regex");
  }
  constexpr FieldRule kPatternRules[] = {{"Regex", JsonRule::kAny}};
  GRAM_RETURN_IF_ERROR(CheckFields(split["pattern"].value_unsafe(), kPatternRules, pattern));
  if (regex != kSplitPattern) {
    return Unsupported(pattern.Field("Regex").Name() +
                       " is not the Qwen split pattern, the only one gram supports");
  }
  return CheckFields(parts.at(1).value_unsafe(), kPiecesRules, list.Item(1));
}

}  // namespace

Status CheckJsonPipeline(const element& root, const JsonPlace& top) {
  GRAM_RETURN_IF_ERROR(CheckFields(root, kTopRules, top));
  const auto part = [&](std::string_view key) -> Result<element> {
    return GetJson<element>(root, key, top, "there");
  };
  GRAM_ASSIGN_OR_RETURN(const element normalizer, part("normalizer"));
  GRAM_RETURN_IF_ERROR(CheckFields(normalizer, kNormalizerRules, top.Field("normalizer")));
  GRAM_ASSIGN_OR_RETURN(const element pre_tokenizer, part("pre_tokenizer"));
  GRAM_RETURN_IF_ERROR(CheckPreTokenizer(pre_tokenizer, top.Field("pre_tokenizer")));
  const auto post = root["post_processor"];
  if (post.error() == SUCCESS && !post.value_unsafe().is_null()) {
    GRAM_RETURN_IF_ERROR(
        CheckFields(post.value_unsafe(), kByteLevelRules, top.Field("post_processor")));
  }
  GRAM_ASSIGN_OR_RETURN(const element decoder, part("decoder"));
  GRAM_RETURN_IF_ERROR(CheckFields(decoder, kByteLevelRules, top.Field("decoder")));
  GRAM_ASSIGN_OR_RETURN(const element model, part("model"));
  return CheckFields(model, kModelRules, top.Field("model"));
}

}  // namespace gram::tokenizer
