#include "jobs/formats/row_label.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobs/formats/aliases.h"
#include "jobs/formats/field_roles.h"

namespace gram::jobs {
namespace {

AnswerFieldNames NamesOf(const InputRow& row) { return {row.names[0], row.names[1]}; }

// The fields of "a|b|c", null where one is not there.
std::vector<const JsonField*> FindEach(RowView& view, std::string_view names) {
  std::vector<const JsonField*> fields;
  for (size_t begin = 0; begin < names.size();) {
    const size_t end = std::min(names.find('|', begin), names.size());
    fields.push_back(view.Find(names.substr(begin, end - begin)));
    begin = end + 1;
  }
  return fields;
}

// The values of several fields that are one label together.
void NoteUnread(std::string_view names, const std::vector<const JsonField*>& fields,
                InputRow& row) {
  std::string values;
  for (const JsonField* field : fields) {
    if (!values.empty()) values += '|';
    values += field == nullptr ? "null" : Unread(*field).value;
  }
  row.unread_labels.push_back({std::string(names), values});
}

bool SaysYes(const JsonField* field) {
  if (field == nullptr) return false;
  return field->raw == "true" || field->text == "true" || field->text == "True" ||
         NumberIn(*field) == 1.0;
}

bool SaysNo(const JsonField* field) {
  if (field == nullptr || HasNoValue(*field)) return true;
  return field->raw == "false" || field->text == "false" || field->text == "False" ||
         NumberIn(*field) == 0.0;
}

// One of three fields, for the first answer, the second and a tie, is 1.
Label ReadOneHot(RowView& view, std::string_view names, InputRow& row) {
  constexpr std::array kMeanings = {Label::kResponse1, Label::kResponse2, Label::kTie};
  const std::vector<const JsonField*> fields = FindEach(view, names);
  const bool none = std::all_of(fields.begin(), fields.end(), [](const JsonField* field) {
    return field == nullptr || HasNoValue(*field);
  });
  if (none) return Label::kNone;
  Label found = Label::kNone;
  int yes = 0;
  bool clear = true;
  for (size_t i = 0; i < std::min(fields.size(), kMeanings.size()); ++i) {
    clear = clear && (SaysYes(fields[i]) || SaysNo(fields[i]));
    if (!SaysYes(fields[i])) continue;
    ++yes;
    found = kMeanings[i];
  }
  if (clear && yes == 1) return found;
  NoteUnread(names, fields, row);
  return Label::kNone;
}

// Two fields with a number for each answer.
Label ReadScores(RowView& view, std::string_view names, InputRow& row) {
  const std::vector<const JsonField*> fields = FindEach(view, names);
  if (fields[0] != nullptr && fields[1] != nullptr) {
    const double first = NumberIn(*fields[0]).value_or(NAN);
    const double second = NumberIn(*fields[1]).value_or(NAN);
    if (first == second) return Label::kTie;
    if (first > second) return Label::kResponse1;
    if (first < second) return Label::kResponse2;
  }
  if (fields[0] != nullptr || fields[1] != nullptr) NoteUnread(names, fields, row);
  return Label::kNone;
}

// What the format's own label field says.
Label ReadOwnLabel(RowView& view, const Format& format, InputRow& row) {
  if (format.label_rule == LabelRule::kFirstIsBetter) return Label::kResponse1;
  if (format.label_rule == LabelRule::kUnlabelled) return Label::kNone;
  view.NoteUse("label", format.label);
  if (format.label_rule == LabelRule::kOneHot) return ReadOneHot(view, format.label, row);
  if (format.label_rule == LabelRule::kHigherScore) return ReadScores(view, format.label, row);
  const JsonField* field = view.Find(format.label);
  if (field == nullptr) return Label::kNone;
  const auto label = ReadLabel(*field, format.label_rule, NamesOf(row));
  if (!label) row.unread_labels.push_back({std::string(format.label), Unread(*field).value});
  return label.value_or(Label::kNone);
}

// The label of a known format, which other label fields have to agree with where they are clear.
Label ReadFormatLabel(RowView& view, const Format& format, InputRow& row) {
  const Label own = ReadOwnLabel(view, format, row);
  if (format.label_is_named) return own;
  Label label = own;
  const AnswerFieldNames names = NamesOf(row);
  for (const JsonField& field : view.line().fields) {
    const bool known = HasName(format.label, field.name) || HasName(format.spare, field.name) ||
                       field.name == names[0] || field.name == names[1];
    if (known || !IsLabelName(field.name)) continue;
    const auto other = ReadLabel(field, LabelRule::kFirstIsBetter, names);
    if (other == Label::kNone) continue;
    if (other && other == own) {
      view.NoteUse("label", field.name);
      continue;
    }
    row.unread_labels.push_back(Unread(field));
    if (other && own != Label::kNone) label = Label::kNone;
  }
  return label;
}

Label ReadLabelByNames(RowView& view, AnswerNaming naming, InputRow& row) {
  const Label label = FindLabel(view.line(), naming, NamesOf(row), row.unread_labels);
  for (const JsonField& field : view.line().fields) {
    const bool unread =
        std::any_of(row.unread_labels.begin(), row.unread_labels.end(),
                    [&](const UnreadLabel& each) { return each.field == field.name; });
    if (IsLabelName(field.name) && !unread && !HasNoValue(field)) view.NoteUse("label", field.name);
  }
  return label;
}

std::vector<double> QualityOf(Label label) {
  switch (label) {
    case Label::kResponse1:
      return {1, 0};
    case Label::kResponse2:
      return {0, 1};
    case Label::kTie:
      return {0, 0};
    case Label::kNone:
      break;
  }
  return {};
}

}  // namespace

void LabelPair(RowView& view, const Format& format, AnswerNaming naming, InputRow& row) {
  const Label label = format.label_rule == LabelRule::kNone ? ReadLabelByNames(view, naming, row)
                                                            : ReadFormatLabel(view, format, row);
  row.comparisons[0].label = label;
  row.quality = QualityOf(label);
}

void LabelList(RowView& view, const Format& format, InputRow& row) {
  if (row.quality.empty() && row.responses.size() == 2 && format.label_rule == LabelRule::kNone) {
    row.quality = QualityOf(ReadLabelByNames(view, AnswerNaming::kOneBased, row));
    return;
  }
  if (format.label_is_named) return;
  for (const JsonField& field : view.line().fields) {
    const bool known = HasName(format.quality, field.name) || HasName(format.spare, field.name) ||
                       HasName(format.first, field.name) || HasName(format.second, field.name);
    if (known || !IsLabelName(field.name) || HasNoValue(field)) continue;
    row.unread_labels.push_back(Unread(field));
  }
}

}  // namespace gram::jobs
