#include "jobs/formats/label.h"

#include <array>
#include <charconv>
#include <optional>
#include <string_view>

namespace gram::jobs {
namespace {

struct Meaning {
  std::string_view text;
  Label label;
};

constexpr std::array<Meaning, 9> kWords = {{{"A", Label::kResponse1},
                                            {"B", Label::kResponse2},
                                            {"A>B", Label::kResponse1},
                                            {"B>A", Label::kResponse2},
                                            {"A=B", Label::kTie},
                                            {"model_a", Label::kResponse1},
                                            {"model_b", Label::kResponse2},
                                            {"tie", Label::kTie},
                                            {"tie (bothbad)", Label::kTie}}};
constexpr std::array<Meaning, 2> kOneAndTwo = {
    {{"1", Label::kResponse1}, {"2", Label::kResponse2}}};
constexpr std::array<Meaning, 2> kZeroAndOne = {
    {{"0", Label::kResponse1}, {"1", Label::kResponse2}}};
constexpr std::array<Meaning, 2> kOneAndZero = {
    {{"1", Label::kResponse1}, {"0", Label::kResponse2}}};

Label Lookup(std::string_view text, const auto& meanings) {
  for (const Meaning& meaning : meanings) {
    if (meaning.text == text) return meaning.label;
  }
  return Label::kNone;
}

std::optional<double> NumberIn(const JsonField& field) {
  double value = 0;
  const char* end = field.raw.data() + field.raw.size();
  const auto read = std::from_chars(field.raw.data(), end, value);
  const bool whole = read.ec == std::errc() && read.ptr == end;
  return field.type == JsonType::kNumber && whole ? std::optional(value) : std::nullopt;
}

// Below `middle` for the first, above it for the second.
Label ByMiddle(double value, double middle) {
  if (value == middle) return Label::kTie;
  return value < middle ? Label::kResponse1 : Label::kResponse2;
}

Label FromNumber(std::string_view field, std::string_view number, AnswerNaming naming) {
  if (field == "better_response_id") {
    return naming == AnswerNaming::kZeroBased ? Lookup(number, kZeroAndOne) : Label::kNone;
  }
  if (field == "labels") {
    return naming == AnswerNaming::kHumanRef ? Lookup(number, kOneAndZero) : Label::kNone;
  }
  return naming == AnswerNaming::kOneBased ? Lookup(number, kOneAndTwo) : Label::kNone;
}

}  // namespace

Label ReadLabel(const JsonField& field, LabelRule rule) {
  const bool number = field.type == JsonType::kNumber;
  const std::optional<double> value = NumberIn(field);
  switch (rule) {
    case LabelRule::kFirstIsBetter:
      return Label::kResponse1;
    case LabelRule::kWords:
      return number ? Lookup(field.raw, kOneAndTwo) : Lookup(field.text, kWords);
    case LabelRule::kZeroIsFirst:
      return number ? Lookup(field.raw, kZeroAndOne) : Lookup(field.text, kWords);
    case LabelRule::kOneIsFirst:
      return number ? Lookup(field.raw, kOneAndZero) : Lookup(field.text, kWords);
    case LabelRule::kStrength:
      return value ? ByMiddle(*value, 0) : Label::kNone;
    case LabelRule::kOneToTwo:
      return value && *value >= 1 && *value <= 2 ? ByMiddle(*value, 1.5) : Label::kNone;
    case LabelRule::kNone:
    case LabelRule::kUnlabelled:
    case LabelRule::kOneHot:
      break;
  }
  return Label::kNone;
}

Label FindLabel(const JsonLine& line, AnswerNaming naming) {
  if (naming == AnswerNaming::kPreferredFirst) return Label::kResponse1;
  // overall_preference is a signed strength whose sign differs between data sets: not read.
  static constexpr std::array<std::string_view, 5> kFields = {"label", "winner", "preference",
                                                              "labels", "better_response_id"};
  Label found = Label::kNone;
  for (const std::string_view name : kFields) {
    const JsonField* field = line.Find(name);
    if (field == nullptr) continue;
    Label label = Label::kNone;
    if (field->type == JsonType::kString) label = Lookup(field->text, kWords);
    if (field->type == JsonType::kNumber) label = FromNumber(name, field->raw, naming);
    if (label == Label::kNone) continue;
    if (found != Label::kNone && found != label) return Label::kNone;
    found = label;
  }
  return found;
}

}  // namespace gram::jobs
