#include "jobs/formats/label.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <span>
#include <utility>

#include "jobs/formats/field_roles.h"

namespace gram::jobs {
namespace {

constexpr size_t kMostValueBytes = 80;

// The names of the fields that hold a row's two answers.
using AnswerFieldNames = std::array<std::string_view, 2>;

// Words without case, spaces, "_" and "-".
constexpr std::array<std::string_view, 12> kFirstWords = {
    "a",         "a>b",        "a>>b",    "b<a",         "b<<a",  "modela",
    "responsea", "assistanta", "answera", "completiona", "first", "left"};
constexpr std::array<std::string_view, 12> kSecondWords = {
    "b",         "b>a",        "b>>a",    "a<b",         "a<<b",   "modelb",
    "responseb", "assistantb", "answerb", "completionb", "second", "right"};
constexpr std::array<std::string_view, 15> kTieWords = {
    "tie",   "tie(bothbad)", "bothbad", "bothgood", "both", "bothequal",    "neither", "draw",
    "equal", "same",         "a=b",     "b=a",      "a~b",  "nopreference", "tied"};
// What may stand before 1 and 2 where answers are counted from 1.
constexpr std::array<std::string_view, 7> kCounted = {
    "response", "answer", "output", "completion", "model", "candidate", "assistant"};

// "Tie (both bad)" is "tie(bothbad)", "[[A]]" is "a".
std::string Collapsed(std::string_view text) {
  text = Trimmed(text);
  if (text.starts_with("[[") && text.ends_with("]]")) text = text.substr(2, text.size() - 4);
  std::string collapsed;
  for (const char c : text) {
    if (c == ' ' || c == '_' || c == '-') continue;
    collapsed += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return collapsed;
}

bool IsOneOf(std::string_view word, std::span<const std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// What a word means whatever the answers' fields are called.
std::optional<Label> FromWord(std::string_view word, bool counts_from_one) {
  if (IsOneOf(word, kFirstWords)) return Label::kResponse1;
  if (IsOneOf(word, kSecondWords)) return Label::kResponse2;
  if (IsOneOf(word, kTieWords)) return Label::kTie;
  if (!counts_from_one || !IsOneOf(word.substr(0, word.size() - 1), kCounted)) return std::nullopt;
  if (word.back() == '1') return Label::kResponse1;
  return word.back() == '2' ? std::optional(Label::kResponse2) : std::nullopt;
}

std::optional<Label> FromNames(std::string_view word, const AnswerFieldNames& names) {
  if (word == Collapsed(names[0])) return Label::kResponse1;
  return word == Collapsed(names[1]) ? std::optional(Label::kResponse2) : std::nullopt;
}

std::optional<Label> OneOfTwo(double value, double first, double second) {
  if (value == first) return Label::kResponse1;
  return value == second ? std::optional(Label::kResponse2) : std::nullopt;
}

// Below `middle` for the first, above it for the second.
Label ByMiddle(double value, double middle) {
  if (value == middle) return Label::kTie;
  return value < middle ? Label::kResponse1 : Label::kResponse2;
}

std::optional<Label> FromNumber(double value, LabelRule rule) {
  switch (rule) {
    case LabelRule::kWords:
      return OneOfTwo(value, 1, 2);
    case LabelRule::kZeroIsFirst:
      return OneOfTwo(value, 0, 1);
    case LabelRule::kOneIsFirst:
      return OneOfTwo(value, 1, 0);
    case LabelRule::kStrength:
      return ByMiddle(value, 0);
    case LabelRule::kOneToTwo:
      return value >= 1 && value <= 2 ? std::optional(ByMiddle(value, 1.5)) : std::nullopt;
    default:
      return std::nullopt;
  }
}

// What the numbers of a label field of that name mean in a row of no known format.
LabelRule RuleOf(std::string_view field, AnswerNaming naming) {
  switch (naming) {
    case AnswerNaming::kZeroBased:
      return field == "better_response_id" ? LabelRule::kZeroIsFirst : LabelRule::kWordsOnly;
    case AnswerNaming::kHumanRef:
      return field == "labels" ? LabelRule::kOneIsFirst : LabelRule::kWordsOnly;
    case AnswerNaming::kOneBased:
      return field == "label" || field == "winner" || field == "preference" ? LabelRule::kWords
                                                                            : LabelRule::kWordsOnly;
    case AnswerNaming::kPreferredFirst:
      return LabelRule::kFirstIsBetter;
  }
  return LabelRule::kWordsOnly;
}

// What `field` says by `rule`, which is one that reads one field. A word that names an answer's own
// field means that answer. Numbers may be floats or stand in strings. kNone where there is no
// value; nothing where there is one that is not understood.
std::optional<Label> ReadLabel(const JsonField& field, LabelRule rule,
                               const AnswerFieldNames& names) {
  if (HasNoValue(field)) return Label::kNone;
  if (field.type == JsonType::kBool) {
    if (rule != LabelRule::kOneIsFirst) return std::nullopt;
    return field.raw == "true" ? Label::kResponse1 : Label::kResponse2;
  }
  if (const auto number = NumberIn(field)) return FromNumber(*number, rule);
  if (field.type != JsonType::kString) return std::nullopt;
  const std::string word = Collapsed(field.text);
  if (word.empty()) return std::nullopt;
  if (const auto named = FromNames(word, names)) return named;
  // Of chosen and rejected, nobody knows which was called A.
  if (rule == LabelRule::kFirstIsBetter) return std::nullopt;
  return FromWord(word, rule == LabelRule::kWords);
}

// The label of `line`, read from all its fields that are labels by their names. kNone where there
// is none, or where two of them disagree: nothing is guessed. Every field that is not understood,
// or that others contradict, goes to `unread`.
Label FindLabel(const JsonLine& line, AnswerNaming naming, const AnswerFieldNames& names,
                std::vector<UnreadLabel>& unread) {
  Label found = naming == AnswerNaming::kPreferredFirst ? Label::kResponse1 : Label::kNone;
  std::vector<const JsonField*> read;
  bool contradicted = false;
  for (const JsonField& field : line.fields) {
    const bool answer = field.name == names[0] || field.name == names[1];
    if (answer || !IsLabelName(field.name)) continue;
    const std::optional<Label> label = ReadLabel(field, RuleOf(field.name, naming), names);
    if (!label) unread.push_back(Unread(field));
    if (!label || *label == Label::kNone) continue;
    contradicted = contradicted || (found != Label::kNone && found != *label);
    found = *label;
    read.push_back(&field);
  }
  if (!contradicted) return found;
  for (const JsonField* field : read) unread.push_back(Unread(*field));
  return Label::kNone;
}

AnswerFieldNames NamesOf(const InputRow& row) { return {row.names[0], row.names[1]}; }

// The fields of "a|b|c", null where one is not there.
std::vector<const JsonField*> FindEach(RowView& view, std::string_view names) {
  std::vector<const JsonField*> fields;
  for (const std::string_view name : SplitNames(names, '|')) fields.push_back(view.Find(name));
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

std::optional<double> NumberIn(const JsonField& field) {
  const bool text = field.type == JsonType::kString;
  if (!text && field.type != JsonType::kNumber) return std::nullopt;
  std::string_view digits = text ? Trimmed(field.text) : field.raw;
  if (text && digits.starts_with('+')) digits.remove_prefix(1);
  double value = 0;
  const char* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, value);
  const bool whole = read.ec == std::errc() && read.ptr == end && std::isfinite(value);
  return whole ? std::optional(value) : std::nullopt;
}

UnreadLabel Unread(const JsonField& field) {
  std::string_view value = field.type == JsonType::kString ? field.text : field.raw;
  return {field.name, std::string(value.substr(0, kMostValueBytes))};
}

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
