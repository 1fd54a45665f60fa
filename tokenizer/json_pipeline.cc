// What a tokenizer.json may say about normalising, splitting, merging and decoding: the pipelines
// that are implemented, in every form that gives the same ids.
#include <array>
#include <string_view>

#include "tokenizer/json_parts.h"
#include "tokenizer/loader.h"
#include "tokenizer/utf8.h"

namespace gram::tokenizer {
namespace {

using simdjson::SUCCESS;
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

// Normalizers.

constexpr FieldRule kNfcRules[] = {{"type", JsonRule::kText, "NFC"}};
constexpr FieldRule kReplaceRules[] = {{"type", JsonRule::kText, "Replace"},
                                       {"pattern", JsonRule::kAny},
                                       {"content", JsonRule::kText, kSpaceMark}};
constexpr FieldRule kPrependRules[] = {{"type", JsonRule::kText, "Prepend"},
                                       {"prepend", JsonRule::kText, kSpaceMark}};

Status CheckPattern(const JsonPart& part, std::string_view text) {
  if (IsStringPattern(part.value, text)) return Status();
  return Unsupported(part.place.Field("pattern").Name() + " is not {\"String\": \"" +
                     std::string(text) + "\"}, the only one that gram-cpu supports here");
}

Status CheckNormalizer(const JsonPart& part) {
  if (part.type == "NFC") return CheckFields(part.value, kNfcRules, part.place);
  if (part.type == "Prepend") return CheckFields(part.value, kPrependRules, part.place);
  if (part.type != "Replace") return WrongType(part, "\"NFC\", \"Replace\" and \"Prepend\"");
  GRAM_RETURN_IF_ERROR(CheckFields(part.value, kReplaceRules, part.place));
  return CheckPattern(part, " ");
}

// NFC of NFC is NFC, and a space that is replaced is not there to be replaced again.
Result<Normalization> ReadNormalizer(const element& root, const JsonPlace& top) {
  GRAM_ASSIGN_OR_RETURN(const std::vector<JsonPart> parts,
                        PartsOf(root, "normalizer", "normalizers", top));
  size_t nfc = 0;
  size_t prepend = 0;
  for (const JsonPart& part : parts) {
    GRAM_RETURN_IF_ERROR(CheckNormalizer(part));
    if (part.type == "NFC") ++nfc;
    if (part.type == "Prepend") ++prepend;
  }
  if (parts.empty()) return Normalization::kNone;
  if (nfc == parts.size()) return Normalization::kNfc;
  if (nfc == 0 && prepend == 0) return Normalization::kSpaces;
  if (nfc == 0 && prepend == 1 && parts.size() > 1) return Normalization::kPrefixedSpaces;
  return WrongParts(top.Field("normalizer"), parts.size(),
                    "NFC, Replace, or one Prepend with Replace");
}

std::string_view NameOf(Normalization normalization) {
  switch (normalization) {
    case Normalization::kNone:
      return "null";
    case Normalization::kNfc:
      return "NFC";
    case Normalization::kSpaces:
      return "Replace";
    case Normalization::kPrefixedSpaces:
      return "Prepend with Replace";
  }
  return "unknown";
}

// Pre-tokenizers.

constexpr FieldRule kSplitRules[] = {{"type", JsonRule::kText, "Split"},
                                     {"pattern", JsonRule::kAny},
                                     {"behavior", JsonRule::kAny},
                                     {"invert", JsonRule::kFlag}};
constexpr FieldRule kSpaceSplitRules[] = {{"type", JsonRule::kText, "Split"},
                                          {"pattern", JsonRule::kAny},
                                          {"behavior", JsonRule::kAny},
                                          {"invert", JsonRule::kFalse}};
constexpr FieldRule kPiecesRules[] = {{"type", JsonRule::kText, "ByteLevel"},
                                      {"add_prefix_space", JsonRule::kFalse},
                                      {"trim_offsets", JsonRule::kAny},
                                      {"use_regex", JsonRule::kFalse}};
// Replace as a pre-tokenizer.
constexpr FieldRule kMetaspaceRules[] = {
    {"type", JsonRule::kText, "Metaspace"},         {"replacement", JsonRule::kText, kSpaceMark},
    {"str_rep", JsonRule::kTextOrNone, kSpaceMark}, {"add_prefix_space", JsonRule::kNotTrue},
    {"prepend_scheme", JsonRule::kText, "never"},   {"split", JsonRule::kFalse}};

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
                     " invert; gram-cpu supports only \"Isolated\", or \"Removed\" with invert");
}

Result<const SplitPattern*> ReadSplit(const element& split, const JsonPlace& place) {
  GRAM_RETURN_IF_ERROR(CheckFields(split, kSplitRules, place));
  GRAM_RETURN_IF_ERROR(CheckBehavior(split, place));
  const JsonPlace pattern = place.Field("pattern");
  std::string_view regex;
  if (split["pattern"]["Regex"].get(regex) != SUCCESS) {
    return Unsupported(pattern.Name() + " is not a Regex");
  }
  constexpr FieldRule kPatternRules[] = {{"Regex", JsonRule::kAny}};
  GRAM_RETURN_IF_ERROR(CheckFields(split["pattern"].value_unsafe(), kPatternRules, pattern));
  for (const SplitPattern* known : {&kQwenPattern, &kLlama3Pattern}) {
    if (regex == known->regex) return known;
  }
  return Unsupported(pattern.Field("Regex").Name() +
                     " is not the split pattern of Qwen or of Llama 3, the only ones that gram-cpu "
                     "supports");
}

// What splits texts, if anything. `normalization` may come to include what a pre-tokenizer does.
Result<const SplitPattern*> ReadPreTokenizer(const element& root, const JsonPlace& top,
                                             Normalization* normalization) {
  GRAM_ASSIGN_OR_RETURN(const std::vector<JsonPart> parts,
                        PartsOf(root, "pre_tokenizer", "pretokenizers", top));
  if (parts.empty()) return nullptr;
  const JsonPart& first = parts[0];
  const bool replaced =
      *normalization == Normalization::kSpaces || *normalization == Normalization::kPrefixedSpaces;
  if (parts.size() == 1 && first.type == "Metaspace") {
    GRAM_RETURN_IF_ERROR(CheckFields(first.value, kMetaspaceRules, first.place));
    if (*normalization == Normalization::kNone) *normalization = Normalization::kSpaces;
    return nullptr;
  }
  if (parts.size() == 1 && first.type == "Split" && replaced) {
    // Gemma's: at spaces, of which the normalizer has left none.
    GRAM_RETURN_IF_ERROR(CheckFields(first.value, kSpaceSplitRules, first.place));
    GRAM_RETURN_IF_ERROR(CheckPattern(first, " "));
    return nullptr;
  }
  if (parts.size() != 2) {
    return WrongParts(top.Field("pre_tokenizer"), parts.size(),
                      "null, or Split followed by ByteLevel");
  }
  GRAM_ASSIGN_OR_RETURN(const SplitPattern* split, ReadSplit(first.value, first.place));
  GRAM_RETURN_IF_ERROR(CheckFields(parts[1].value, kPiecesRules, parts[1].place));
  return split;
}

Result<const Pipeline*> ChoosePipeline(const element& root, const JsonPlace& top) {
  GRAM_ASSIGN_OR_RETURN(Normalization normalization, ReadNormalizer(root, top));
  GRAM_ASSIGN_OR_RETURN(const SplitPattern* split, ReadPreTokenizer(root, top, &normalization));
  const Pipeline* chosen = FindPipeline(normalization, split);
  if (chosen != nullptr) return chosen;
  std::string supported;
  for (const Pipeline& pipeline : kPipelines) {
    if (pipeline.split != split) continue;
    supported += supported.empty() ? "" : " or ";
    supported += NameOf(pipeline.normalization);
  }
  return Unsupported(top.Field("normalizer").Name() + " is " + std::string(NameOf(normalization)) +
                     "; with this pre_tokenizer gram-cpu supports only " + supported);
}

// Decoders.

// As a decoder, ByteLevel's options change nothing.
constexpr FieldRule kByteLevelRules[] = {{"type", JsonRule::kText, "ByteLevel"},
                                         {"add_prefix_space", JsonRule::kAny},
                                         {"trim_offsets", JsonRule::kAny},
                                         {"use_regex", JsonRule::kAny}};
constexpr FieldRule kBackRules[] = {{"type", JsonRule::kText, "Replace"},
                                    {"pattern", JsonRule::kAny},
                                    {"content", JsonRule::kText, " "}};
constexpr FieldRule kByteFallbackRules[] = {{"type", JsonRule::kText, "ByteFallback"}};
constexpr FieldRule kFuseRules[] = {{"type", JsonRule::kText, "Fuse"}};
constexpr FieldRule kStripRules[] = {{"type", JsonRule::kText, "Strip"},
                                     {"content", JsonRule::kText, " "},
                                     {"start", JsonRule::kAny},
                                     {"stop", JsonRule::kZeroOrNone}};

// Strip takes the space away that Prepend has put in front.
Status CheckSentencePieceDecoder(const std::vector<JsonPart>& parts, const JsonPlace& place) {
  if (parts.size() != 3 && parts.size() != 4) {
    return WrongParts(place, parts.size(), "Replace, ByteFallback, Fuse and perhaps Strip");
  }
  GRAM_RETURN_IF_ERROR(CheckFields(parts[0].value, kBackRules, parts[0].place));
  GRAM_RETURN_IF_ERROR(CheckPattern(parts[0], kSpaceMark));
  GRAM_RETURN_IF_ERROR(CheckFields(parts[1].value, kByteFallbackRules, parts[1].place));
  GRAM_RETURN_IF_ERROR(CheckFields(parts[2].value, kFuseRules, parts[2].place));
  if (parts.size() == 3) return Status();
  GRAM_RETURN_IF_ERROR(CheckFields(parts[3].value, kStripRules, parts[3].place));
  GRAM_ASSIGN_OR_RETURN(const int64_t start,
                        GetJson<int64_t>(parts[3].value, "start", parts[3].place, "an integer"));
  if (start == 0 || start == 1) return Status();
  return Unsupported(parts[3].place.Field("start").Name() + " is " + std::to_string(start) +
                     "; gram-cpu supports only 0 and 1");
}

Status CheckDecoder(const element& root, Alphabet alphabet, const JsonPlace& top) {
  GRAM_ASSIGN_OR_RETURN(const std::vector<JsonPart> parts,
                        PartsOf(root, "decoder", "decoders", top));
  const JsonPlace place = top.Field("decoder");
  if (parts.empty()) return Corrupt(place.Name() + " must be there");
  if (alphabet == Alphabet::kCharacters) return CheckSentencePieceDecoder(parts, place);
  if (parts.size() != 1) return WrongParts(place, parts.size(), "ByteLevel");
  return CheckFields(parts[0].value, kByteLevelRules, parts[0].place);
}

// The model.

// No text is ever unknown (Vocab::Build insists), so what is said about unknown text has no effect.
constexpr std::array<FieldRule, 10> ModelRules(JsonRule byte_fallback, JsonRule ignore_merges) {
  return {{
      {"type", JsonRule::kText, "BPE"},
      {"dropout", JsonRule::kZeroOrNone},
      {"unk_token", JsonRule::kAny},
      {"continuing_subword_prefix", JsonRule::kEmpty},
      {"end_of_word_suffix", JsonRule::kEmpty},
      {"fuse_unk", JsonRule::kFlagOrNone},
      {"byte_fallback", byte_fallback},
      {"ignore_merges", ignore_merges},
      {"vocab", JsonRule::kAny},
      {"merges", JsonRule::kAny},
  }};
}

// Of a text that is not split, no piece is the one that ignore_merges is about.
constexpr auto kBytesModel = ModelRules(JsonRule::kFlagOrNone, JsonRule::kFlagOrNone);
constexpr auto kCharactersModel = ModelRules(JsonRule::kTrue, JsonRule::kNotTrue);

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
  JsonPipeline pipeline;
  GRAM_ASSIGN_OR_RETURN(pipeline.pipeline, ChoosePipeline(root, top));
  const Alphabet alphabet = pipeline.pipeline->alphabet();
  GRAM_ASSIGN_OR_RETURN(pipeline.bos, ReadPostProcessor(root, top));
  GRAM_RETURN_IF_ERROR(CheckDecoder(root, alphabet, top));
  GRAM_ASSIGN_OR_RETURN(const element model, GetJson<element>(root, "model", top, "there"));
  const auto& rules = alphabet == Alphabet::kBytes ? kBytesModel : kCharactersModel;
  GRAM_RETURN_IF_ERROR(CheckFields(model, rules, top.Field("model")));
  if (model["ignore_merges"].get(pipeline.ignore_merges) != SUCCESS) pipeline.ignore_merges = false;
  for (const char* key : {"truncation", "padding"}) NoteSaved(root, key, top, &pipeline);
  return pipeline;
}

}  // namespace gram::tokenizer
