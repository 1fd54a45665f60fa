#include "cli/input/label.h"

#include <array>
#include <string_view>

namespace gram::cli {
namespace {

struct Meaning {
  std::string_view text;
  Label label;
};

Label Lookup(std::string_view text, const auto& meanings) {
  for (const Meaning& meaning : meanings) {
    if (meaning.text == text) return meaning.label;
  }
  return Label::kNone;
}

Label FromText(std::string_view text) {
  static constexpr std::array<Meaning, 9> kMeanings = {{{"A", Label::kResponse1},
                                                        {"B", Label::kResponse2},
                                                        {"A>B", Label::kResponse1},
                                                        {"B>A", Label::kResponse2},
                                                        {"A=B", Label::kTie},
                                                        {"model_a", Label::kResponse1},
                                                        {"model_b", Label::kResponse2},
                                                        {"tie", Label::kTie},
                                                        {"tie (bothbad)", Label::kTie}}};
  return Lookup(text, kMeanings);
}

Label FromNumber(std::string_view field, std::string_view number, AnswerNaming naming) {
  static constexpr std::array<Meaning, 2> kOneBased = {
      {{"1", Label::kResponse1}, {"2", Label::kResponse2}}};
  static constexpr std::array<Meaning, 2> kZeroBased = {
      {{"0", Label::kResponse1}, {"1", Label::kResponse2}}};
  static constexpr std::array<Meaning, 2> kFirstIsOne = {
      {{"1", Label::kResponse1}, {"0", Label::kResponse2}}};
  if (field == "better_response_id") {
    return naming == AnswerNaming::kZeroBased ? Lookup(number, kZeroBased) : Label::kNone;
  }
  if (field == "labels") {
    return naming == AnswerNaming::kHumanRef ? Lookup(number, kFirstIsOne) : Label::kNone;
  }
  return naming == AnswerNaming::kOneBased ? Lookup(number, kOneBased) : Label::kNone;
}

}  // namespace

Label ReadLabel(const JsonLine& line, AnswerNaming naming) {
  if (naming == AnswerNaming::kPreferredFirst) return Label::kResponse1;
  // overall_preference is a signed strength whose sign differs between data sets: not read.
  static constexpr std::array<std::string_view, 5> kFields = {"label", "winner", "preference",
                                                              "labels", "better_response_id"};
  Label found = Label::kNone;
  for (const std::string_view name : kFields) {
    const JsonField* field = line.Find(name);
    if (field == nullptr) continue;
    Label label = Label::kNone;
    if (field->type == JsonType::kString) label = FromText(field->text);
    if (field->type == JsonType::kNumber) label = FromNumber(name, field->raw, naming);
    if (label == Label::kNone) continue;
    if (found != Label::kNone && found != label) return Label::kNone;
    found = label;
  }
  return found;
}

}  // namespace gram::cli
