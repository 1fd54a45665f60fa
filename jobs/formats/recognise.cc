#include "jobs/formats/recognise.h"

#include <algorithm>

#include "jobs/formats/aliases.h"

namespace gram::jobs {
namespace {

constexpr size_t kMostFieldsShown = 30;
constexpr size_t kMostNameBytes = 60;

bool HasCanonicalNames(const JsonLine& line) {
  return FindPresent(line, "question") != nullptr && FindPresent(line, "response1") != nullptr &&
         FindPresent(line, "response2") != nullptr;
}

}  // namespace

const Format* Recognise(JsonLineParser& parser, const JsonLine& line, Layout layout,
                        std::optional<RowError>& error) {
  error.reset();
  if (HasCanonicalNames(line)) return &GenericFormat();
  for (const Format& format : Formats()) {
    if (Fits(parser, line, format, layout)) return &format;
  }
  PairFields fields;
  error = FindPairFields(line, fields);
  const bool named = !error || error->code == "wrong_type";  // null is a value for another row
  return named ? &GenericFormat() : nullptr;
}

Format WithFields(const Format& base, const FieldMap& fields) {
  Format format = base;
  if (fields.NamesTexts()) {
    format = {.name = "mapped", .title = "fields as --map names them"};
    format.question_is_named = true;  // answers alone hold their question
    format.answers_are_named = fields.NamesAnswers();
    // "context+question": the first field, and what goes behind it.
    const size_t plus = std::min(fields.question.find('+'), fields.question.size());
    format.question = std::string_view(fields.question).substr(0, plus);
    format.addition =
        std::string_view(fields.question).substr(std::min(plus + 1, fields.question.size()));
    format.first = fields.chosen.empty() ? fields.response1 : fields.chosen;
    format.second = fields.chosen.empty() ? fields.response2 : fields.rejected;
    if (!fields.responses.empty()) {
      format.shape = Shape::kList;
      format.first = fields.responses;
      if (fields.question.empty()) format.question = FindFormat("best-of-n")->question;
    }
    if (!fields.response1.empty()) format.label_rule = LabelRule::kUnlabelled;
    if (!fields.chosen.empty()) format.label_rule = LabelRule::kFirstIsBetter;
  }
  if (!fields.system.empty()) format.system = fields.system;
  if (!fields.prefix.empty()) format.prefix = fields.prefix;
  if (fields.label.empty()) return format;
  format.label_is_named = true;
  if (format.shape == Shape::kList || format.shape == Shape::kNumbered) {
    format.quality = fields.label;
    return format;
  }
  const bool counts_from_zero = format.first.ends_with('0');
  const bool reads_one_field =
      format.label_rule == LabelRule::kZeroIsFirst || format.label_rule == LabelRule::kOneIsFirst ||
      format.label_rule == LabelRule::kStrength || format.label_rule == LabelRule::kOneToTwo;
  if (!reads_one_field) {
    format.label_rule = counts_from_zero ? LabelRule::kZeroIsFirst : LabelRule::kWords;
  }
  format.label = fields.label;
  return format;
}

std::string DescribeFields(const JsonLine& line) {
  std::string text = "its fields are ";
  if (line.fields.empty()) return "it has no fields";
  for (size_t i = 0; i < line.fields.size(); ++i) {
    if (i > 0) text += ", ";
    if (i == kMostFieldsShown) return text + "...";
    text += line.fields[i].name.substr(0, kMostNameBytes);
    text += " (";
    text += JsonTypeName(line.fields[i].type);
    text += ")";
  }
  return text;
}

}  // namespace gram::jobs
