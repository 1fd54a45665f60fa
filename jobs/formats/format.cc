#include "jobs/formats/format.h"

#include <algorithm>

#include "jobs/formats/conversation.h"
#include "jobs/formats/row_view.h"
#include "jobs/formats/text_parts.h"

namespace gram::jobs {
namespace {

JsonType FirstElementType(JsonLineParser& parser, const JsonField& field) {
  if (field.type != JsonType::kArray) return JsonType::kNull;
  const JsonLine elements = parser.Open(field);
  return elements.fields.empty() ? JsonType::kNull : elements.fields.front().type;
}

bool HoldsInput(JsonLineParser& parser, const JsonField& field) {
  if (field.type != JsonType::kObject) return false;
  const JsonLine inside = parser.Open(field);
  const JsonField* messages = inside.Find("messages");
  return messages != nullptr && HoldsMessages(parser, *messages);
}

bool FieldHolds(JsonLineParser& parser, const JsonField& field, Holds holds) {
  const bool text = field.type == JsonType::kString;
  switch (holds) {
    case Holds::kAnything:
      return true;
    case Holds::kText:
      return text;
    case Holds::kTexts:
      return FirstElementType(parser, field) == JsonType::kString;
    case Holds::kMessages:
      return HoldsMessages(parser, field);
    case Holds::kDialogue:
      return text || HoldsMessages(parser, field);
    case Holds::kTranscript:
      return text && IsTranscript(field.text);
    case Holds::kPrompt:
      return text && IsJudgePrompt(field.text);
    case Holds::kJsonList:
      return text && field.text.starts_with('[');
    case Holds::kList:
      return field.type == JsonType::kArray;
    case Holds::kObjects:
      return FirstElementType(parser, field) == JsonType::kObject;
    case Holds::kBool:
      return field.type == JsonType::kBool;
    case Holds::kObject:
      return field.type == JsonType::kObject;
    case Holds::kInput:
      return HoldsInput(parser, field);
    case Holds::kNothing:
    case Holds::kAbsent:
      return false;
  }
  return false;
}

std::string_view Expected(Holds holds) {
  switch (holds) {
    case Holds::kTexts:
      return "a list of strings";
    case Holds::kMessages:
      return "messages (role and content)";
    case Holds::kDialogue:
      return "a string or messages (role and content)";
    case Holds::kTranscript:
      return "a string that begins with \"\\n\\nHuman:\"";
    case Holds::kPrompt:
      return "a judging prompt";
    case Holds::kJsonList:
      return "a string that holds a JSON list";
    case Holds::kList:
      return "a list";
    case Holds::kObjects:
      return "a list of objects";
    case Holds::kBool:
      return "a boolean";
    case Holds::kObject:
      return "an object";
    case Holds::kInput:
      return "an object with messages";
    default:
      return "a string";
  }
}

// Whether the mark holds; else `field` is a field of its names, if there is one.
bool HasMark(JsonLineParser& parser, const JsonLine& line, const Mark& mark,
             const JsonField*& field) {
  field = nullptr;
  for (const std::string_view name : SplitNames(mark.field, '|')) {
    const JsonField* candidate = line.Find(name);
    const bool absent = candidate == nullptr || candidate->type == JsonType::kNull;
    if (mark.holds == Holds::kAbsent && candidate != nullptr) {
      if (!absent) field = candidate;
      return false;
    }
    if (candidate == nullptr || (absent && mark.holds != Holds::kAnything)) continue;
    field = candidate;
    if (mark.holds == Holds::kNothing) return false;
    if (FieldHolds(parser, *candidate, mark.holds)) return true;
  }
  return mark.holds == Holds::kNothing || mark.holds == Holds::kAbsent;
}

std::span<const Mark> MarksOf(const Format& format) {
  const auto end = std::find_if(format.marks.begin(), format.marks.end(),
                                [](const Mark& mark) { return mark.field.empty(); });
  return {format.marks.begin(), end};
}

}  // namespace

bool IsList(Shape shape) {
  return shape == Shape::kBetterAndWorse || shape == Shape::kNumbered || shape == Shape::kList;
}

bool HasName(std::string_view names, std::string_view name) {
  const std::vector<std::string_view> all = SplitNames(names, '|');
  return std::find(all.begin(), all.end(), name) != all.end();
}

bool Fits(JsonLineParser& parser, const JsonLine& line, const Format& format, Layout layout) {
  const std::span<const Mark> marks = MarksOf(format);
  if (format.layout != Layout::kEmpty && format.layout != layout) return false;
  const JsonField* field = nullptr;
  return !marks.empty() && std::all_of(marks.begin(), marks.end(), [&](const Mark& mark) {
    return HasMark(parser, line, mark, field);
  });
}

std::optional<RowError> Misfit(JsonLineParser& parser, const JsonLine& line, const Format& format) {
  const std::string in_format = " (the file's format is " + std::string(format.name) + ")";
  for (const Mark& mark : MarksOf(format)) {
    const JsonField* field = nullptr;
    if (mark.holds == Holds::kAnything || HasMark(parser, line, mark, field)) continue;
    if (mark.holds == Holds::kAbsent && field == nullptr) continue;  // null: no other format's
    if (mark.holds == Holds::kNothing || mark.holds == Holds::kAbsent) {
      return RowError{"other_format",
                      "field " + Quoted(field->name) + " has no place in this format" + in_format};
    }
    if (field == nullptr) {
      return RowError{"missing_field", "no field " + Quoted(mark.field) + in_format};
    }
    RowError error = WrongType(*field, Expected(mark.holds));
    error.message += in_format;
    return error;
  }
  return std::nullopt;
}

}  // namespace gram::jobs
