// What a tokenizer.json does with the ids of a text: nothing, or one token in front of them.
#include "tokenizer/json_parts.h"
#include "tokenizer/loader.h"

namespace gram::tokenizer {
namespace {

using simdjson::SUCCESS;
using simdjson::dom::array;
using simdjson::dom::element;

// As a post-processor ByteLevel changes offsets only, which gram has none of.
constexpr FieldRule kByteLevelRules[] = {{"type", JsonRule::kText, "ByteLevel"},
                                         {"add_prefix_space", JsonRule::kAny},
                                         {"trim_offsets", JsonRule::kAny},
                                         {"use_regex", JsonRule::kAny}};
constexpr FieldRule kTemplateRules[] = {{"type", JsonRule::kText, "TemplateProcessing"},
                                        {"single", JsonRule::kAny},
                                        {"pair", JsonRule::kAny},  // no pairs are encoded
                                        {"special_tokens", JsonRule::kAny}};

// {KIND: {"id": ...}}: the id, or nothing for a piece of another kind.
std::optional<std::string_view> PieceId(const element& piece, std::string_view kind) {
  std::string_view id;
  if (piece[kind]["id"].get(id) != SUCCESS) return std::nullopt;
  return id;
}

// {"ids": [2], ...} of the template's token `name`.
Result<int64_t> TemplateTokenId(const element& value, std::string_view name,
                                const JsonPlace& place) {
  array ids;
  int64_t id = 0;
  if (value["special_tokens"][name]["ids"].get(ids) == SUCCESS && ids.size() == 1 &&
      ids.at(0).get(id) == SUCCESS) {
    return id;
  }
  return Corrupt(place.Field("special_tokens").Name() + " does not say which id '" +
                 Shortened(name) + "' is");
}

// The template of a single text: $A alone, or one token and $A.
Result<std::optional<int64_t>> ReadTemplate(const element& value, const JsonPlace& place) {
  GRAM_RETURN_IF_ERROR(CheckFields(value, kTemplateRules, place));
  GRAM_ASSIGN_OR_RETURN(const array single, GetJson<array>(value, "single", place, "an array"));
  std::optional<int64_t> first;
  const size_t size = single.size();
  if (size == 1 && PieceId(single.at(0).value_unsafe(), "Sequence") == "A") return first;
  if (size == 2 && PieceId(single.at(1).value_unsafe(), "Sequence") == "A") {
    if (const auto name = PieceId(single.at(0).value_unsafe(), "SpecialToken")) {
      GRAM_ASSIGN_OR_RETURN(first, TemplateTokenId(value, *name, place));
      return first;
    }
  }
  return Unsupported(place.Field("single").Name() +
                     " adds tokens to every text; gram-cpu supports only the text alone, or one "
                     "token before it");
}

}  // namespace

Result<std::optional<int64_t>> ReadPostProcessor(const element& root, const JsonPlace& top) {
  GRAM_ASSIGN_OR_RETURN(const std::vector<JsonPart> parts,
                        PartsOf(root, "post_processor", "processors", top));
  std::optional<int64_t> bos;
  for (const JsonPart& part : parts) {
    if (part.type != "TemplateProcessing") {
      GRAM_RETURN_IF_ERROR(CheckFields(part.value, kByteLevelRules, part.place));
      continue;
    }
    GRAM_ASSIGN_OR_RETURN(const std::optional<int64_t> id, ReadTemplate(part.value, part.place));
    if (id && bos) return Unsupported(part.place.Name() + " is the second to put a token in front");
    if (id) bos = id;
  }
  return bos;
}

}  // namespace gram::tokenizer
