// What a tokenizer.json may say about normalising, splitting, merging and decoding: the one
// pipeline that is implemented, in every form that gives the same ids.
#include <string_view>

#include "tokenizer/loader.h"
#include "tokenizer/pretokenizer.h"

namespace gram::tokenizer {
namespace {

using simdjson::SUCCESS;
using simdjson::dom::array;
using simdjson::dom::element;

constexpr FieldRule kTopRules[] = {
    {"version", JsonRule::kTextOrNone, "1.0"},
    {"truncation", JsonRule::kAny},
    {"padding", JsonRule::kAny},
    {"added_tokens", JsonRule::kAny},
    {"normalizer", JsonRule::kAny},
    {"pre_tokenizer", JsonRule::kAny},
    {"post_processor", JsonRule::kAny},
    {"decoder", JsonRule::kAny},
    {"model", JsonRule::kAny},
};
constexpr FieldRule kNormalizerRules[] = {{"type", JsonRule::kText, "NFC"}};
constexpr FieldRule kSplitRules[] = {{"type", JsonRule::kText, "Split"},
                                     {"pattern", JsonRule::kAny},
                                     {"behavior", JsonRule::kAny},
                                     {"invert", JsonRule::kFlag}};
constexpr FieldRule kPiecesRules[] = {{"type", JsonRule::kText, "ByteLevel"},
                                      {"add_prefix_space", JsonRule::kFalse},
                                      {"trim_offsets", JsonRule::kAny},
                                      {"use_regex", JsonRule::kFalse}};
// As post-processor and decoder, ByteLevel's options change offsets only, which gram has none of.
constexpr FieldRule kByteLevelRules[] = {{"type", JsonRule::kText, "ByteLevel"},
                                         {"add_prefix_space", JsonRule::kAny},
                                         {"trim_offsets", JsonRule::kAny},
                                         {"use_regex", JsonRule::kAny}};
constexpr FieldRule kTemplateRules[] = {{"type", JsonRule::kText, "TemplateProcessing"},
                                        {"single", JsonRule::kAny},
                                        {"pair", JsonRule::kAny},  // no pairs are encoded
                                        {"special_tokens", JsonRule::kAny}};
// Every byte has a token of its own (Vocab::Build insists), so no text is ever unknown: what is
// said about unknown text has no effect.
constexpr FieldRule kModelRules[] = {
    {"type", JsonRule::kText, "BPE"},
    {"dropout", JsonRule::kZeroOrNone},
    {"unk_token", JsonRule::kAny},
    {"continuing_subword_prefix", JsonRule::kEmpty},
    {"end_of_word_suffix", JsonRule::kEmpty},
    {"fuse_unk", JsonRule::kFlagOrNone},
    {"byte_fallback", JsonRule::kFlagOrNone},
    {"ignore_merges", JsonRule::kFlagOrNone},
    {"vocab", JsonRule::kAny},
    {"merges", JsonRule::kAny},
};

struct PipelinePart {
  element value;
  JsonPlace place;
};

std::string_view TypeOf(const element& value) {
  std::string_view type;
  return value["type"].get(type) == SUCCESS ? type : std::string_view();
}

// Appends `value`, or, of a Sequence, what the list `key` in it holds, sequences in it likewise.
Status Flatten(const element& value, std::string_view key, const JsonPlace& place,
               std::vector<PipelinePart>* parts) {
  if (TypeOf(value) != "Sequence") {
    parts->push_back({value, place});
    return Status();
  }
  const FieldRule rules[] = {{"type", JsonRule::kAny}, {key, JsonRule::kAny}};
  GRAM_RETURN_IF_ERROR(CheckFields(value, rules, place));
  GRAM_ASSIGN_OR_RETURN(const array list, GetJson<array>(value, key, place, "an array"));
  size_t index = 0;
  for (const element& item : list) {
    GRAM_RETURN_IF_ERROR(Flatten(item, key, place.Field(key).Item(index++), parts));
  }
  return Status();
}

Status WrongParts(const JsonPlace& place, size_t count, const char* supported) {
  return Unsupported(place.Name() + " has " + std::to_string(count) +
                     (count == 1 ? " part" : " parts") + "; gram supports only " + supported);
}

Status CheckNormalizer(const element& normalizer, const JsonPlace& place) {
  std::vector<PipelinePart> parts;
  GRAM_RETURN_IF_ERROR(Flatten(normalizer, "normalizers", place, &parts));
  if (parts.empty()) return WrongParts(place, 0, "NFC");
  for (const PipelinePart& part : parts) {  // NFC of NFC is NFC
    GRAM_RETURN_IF_ERROR(CheckFields(part.value, kNormalizerRules, part.place));
  }
  return Status();
}

// The pattern matches every character of any text, so nothing lies between its matches: Isolated
// keeps the matches, inverted or not, and so does removing what is not a match.
Status CheckBehavior(const element& split, const JsonPlace& place) {
  std::string_view behavior;
  bool invert = false;
  const bool known = split["behavior"].get(behavior) == SUCCESS;
  if (split["invert"].get(invert) != SUCCESS) invert = false;
  if (known && (behavior == "Isolated" || (behavior == "Removed" && invert))) return Status();
  const auto found = split["behavior"];
  return Unsupported(place.Field("behavior").Name() + " is " +
                     (found.error() == SUCCESS ? JsonForMessage(found.value_unsafe()) : "missing") +
                     (invert ? " with" : " without") +
                     " invert; gram supports only \"Isolated\", or \"Removed\" with invert");
}

Status CheckSplit(const element& split, const JsonPlace& place) {
  GRAM_RETURN_IF_ERROR(CheckFields(split, kSplitRules, place));
  GRAM_RETURN_IF_ERROR(CheckBehavior(split, place));
  const JsonPlace pattern = place.Field("pattern");
  std::string_view regex;
  if (split["pattern"]["Regex"].get(regex) != SUCCESS) {
    return Unsupported(pattern.Name() + " is not a Regex");
  }
  constexpr FieldRule kPatternRules[] = {{"Regex", JsonRule::kAny}};
  GRAM_RETURN_IF_ERROR(CheckFields(split["pattern"].value_unsafe(), kPatternRules, pattern));
  if (regex == kSplitPattern) return Status();
  return Unsupported(pattern.Field("Regex").Name() +
                     " is not the Qwen split pattern, the only one gram supports");
}

Status CheckPreTokenizer(const element& pre_tokenizer, const JsonPlace& place) {
  std::vector<PipelinePart> parts;
  GRAM_RETURN_IF_ERROR(Flatten(pre_tokenizer, "pretokenizers", place, &parts));
  if (parts.size() != 2) return WrongParts(place, parts.size(), "Split followed by ByteLevel");
  GRAM_RETURN_IF_ERROR(CheckSplit(parts[0].value, parts[0].place));
  return CheckFields(parts[1].value, kPiecesRules, parts[1].place);
}

// A template that is the text alone adds nothing to it.
Status CheckTemplate(const element& value, const JsonPlace& place) {
  GRAM_RETURN_IF_ERROR(CheckFields(value, kTemplateRules, place));
  GRAM_ASSIGN_OR_RETURN(const array single, GetJson<array>(value, "single", place, "an array"));
  std::string_view id;
  if (single.size() == 1 && single.at(0)["Sequence"]["id"].get(id) == SUCCESS && id == "A") {
    return Status();
  }
  return Unsupported(place.Field("single").Name() +
                     " adds tokens to every text; gram supports only the text alone");
}

Status CheckPostProcessor(const element& processor, const JsonPlace& place) {
  std::vector<PipelinePart> parts;
  GRAM_RETURN_IF_ERROR(Flatten(processor, "processors", place, &parts));
  for (const PipelinePart& part : parts) {
    GRAM_RETURN_IF_ERROR(TypeOf(part.value) == "TemplateProcessing"
                             ? CheckTemplate(part.value, part.place)
                             : CheckFields(part.value, kByteLevelRules, part.place));
  }
  return Status();
}

Status CheckDecoder(const element& decoder, const JsonPlace& place) {
  std::vector<PipelinePart> parts;
  GRAM_RETURN_IF_ERROR(Flatten(decoder, "decoders", place, &parts));
  if (parts.size() != 1) return WrongParts(place, parts.size(), "ByteLevel");
  return CheckFields(parts[0].value, kByteLevelRules, parts[0].place);
}

void NoteSaved(const element& root, std::string_view key, const JsonPlace& top,
               JsonPipeline* pipeline) {
  const auto saved = root[key];
  if (saved.error() != SUCCESS || saved.value_unsafe().is_null()) return;
  pipeline->notes.push_back(top.Field(key).Name() +
                            " is saved in the file; it is not applied, as transformers does not "
                            "apply it unless asked to");
}

}  // namespace

Result<JsonPipeline> ReadJsonPipeline(const element& root, const JsonPlace& top) {
  GRAM_RETURN_IF_ERROR(CheckFields(root, kTopRules, top));
  const auto part = [&](std::string_view key) -> Result<element> {
    return GetJson<element>(root, key, top, "there");
  };
  GRAM_ASSIGN_OR_RETURN(const element normalizer, part("normalizer"));
  GRAM_RETURN_IF_ERROR(CheckNormalizer(normalizer, top.Field("normalizer")));
  GRAM_ASSIGN_OR_RETURN(const element pre_tokenizer, part("pre_tokenizer"));
  GRAM_RETURN_IF_ERROR(CheckPreTokenizer(pre_tokenizer, top.Field("pre_tokenizer")));
  const auto post = root["post_processor"];
  if (post.error() == SUCCESS && !post.value_unsafe().is_null()) {
    GRAM_RETURN_IF_ERROR(CheckPostProcessor(post.value_unsafe(), top.Field("post_processor")));
  }
  GRAM_ASSIGN_OR_RETURN(const element decoder, part("decoder"));
  GRAM_RETURN_IF_ERROR(CheckDecoder(decoder, top.Field("decoder")));
  GRAM_ASSIGN_OR_RETURN(const element model, part("model"));
  GRAM_RETURN_IF_ERROR(CheckFields(model, kModelRules, top.Field("model")));
  JsonPipeline pipeline;
  if (model["ignore_merges"].get(pipeline.ignore_merges) != SUCCESS) pipeline.ignore_merges = false;
  for (const char* key : {"truncation", "padding"}) NoteSaved(root, key, top, &pipeline);
  return pipeline;
}

}  // namespace gram::tokenizer
