// How the rows of files are understood, told to people: RowMapper::Explain.

#include <algorithm>
#include <array>
#include <string_view>

#include "jobs/formats/row_mapper.h"
#include "jobs/io/count_text.h"

namespace gram::jobs {
namespace {

constexpr size_t kMostTextBytes = 100;
constexpr size_t kMostAnswersShown = 4;
constexpr size_t kPartWidth = 14;

std::string Line(std::string_view part, std::string_view text) {
  std::string line = "  ";
  line += part;
  line.append(part.size() < kPartWidth ? kPartWidth - part.size() : 1, ' ');
  line += text;
  line += '\n';
  return line;
}

// The beginning of a text on one line, cut between characters, with its length.
std::string Shortened(std::string_view text) {
  std::string shown = "\"";
  size_t size = std::min(text.size(), kMostTextBytes);
  while (size < text.size() && size > 0 && (text[size] & 0xC0) == 0x80) --size;
  for (const char c : text.substr(0, size)) {
    if (c == '\n') {
      shown += "\\n";
    } else {
      shown += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
    }
  }
  return shown + (size < text.size() ? "...\" (" : "\" (") +
         Counted(static_cast<int64_t>(text.size()), "byte") + ")";
}

std::string_view LayoutName(Layout layout) {
  switch (layout) {
    case Layout::kEmpty:
      return "empty";
    case Layout::kLines:
      return "JSON lines";
    case Layout::kArray:
      return "a JSON array";
    case Layout::kColumns:
      return "columns";
  }
  return "";
}

std::string_view LabelText(Label label) {
  switch (label) {
    case Label::kNone:
      return "none";
    case Label::kResponse1:
      return "response 1 is better";
    case Label::kResponse2:
      return "response 2 is better";
    case Label::kTie:
      return "a tie";
  }
  return "";
}

std::string_view LabelRuleText(LabelRule rule) {
  switch (rule) {
    case LabelRule::kWords:
      return "\"A\", \"A>B\", \"model_a\" or 1: response 1 is better; \"B\" and so on: response 2";
    case LabelRule::kZeroIsFirst:
      return "0: response 1 is better, 1: response 2";
    case LabelRule::kOneIsFirst:
      return "1: response 1 is better, 0: response 2";
    case LabelRule::kStrength:
      return "below 0: response 1 is better, above 0: response 2, 0: a tie";
    case LabelRule::kOneToTwo:
      return "below 1.5: response 1 is better, above: response 2";
    case LabelRule::kWordsOnly:
      return "\"A\", \"A>B\", \"model_a\": response 1 is better; \"B\" and so on: response 2";
    case LabelRule::kHigherScore:
      return "the answer with the higher number is better";
    case LabelRule::kOneHot:
      return "the one that is 1: response 1 is better, response 2, a tie";
    case LabelRule::kFirstIsBetter:
      return "by the names: response 1 is better";
    case LabelRule::kNone:
      return "by the usual names and values, where they are certain";
    case LabelRule::kUnlabelled:
      return "none";
  }
  return "";
}

std::string ExplainTurns(Turns turns) {
  return Line("turns", turns == Turns::kJoin
                           ? "join: all turns before the answer, each after its speaker's name; a "
                             "lone user turn as it stands"
                           : "last: the last user turn; earlier turns and system prompts are left "
                             "out");
}

// Why fields are not used, and what lines of such fields begin with.
struct FateText {
  FieldFate fate;
  std::string_view part;
};
constexpr std::array<FateText, 7> kFateTexts = {{{FieldFate::kMetadata, "metadata"},
                                                 {FieldFate::kRepeated, "repeated"},
                                                 {FieldFate::kKnown, "left out"},
                                                 {FieldFate::kSaysNothing, "empty"},
                                                 {FieldFate::kLabel, "other label"},
                                                 {FieldFate::kUnknown, "not used"},
                                                 {FieldFate::kLost, "not judged"}}};

void AddName(std::string_view name, std::string& names) {
  if (!names.empty()) names += ", ";
  names += name;
}

// The fields that nothing was made of, by the reason.
std::string ExplainUnused(const FileFormat& file, const std::vector<RowView::Use>& id) {
  std::string text;
  const auto is_id = [&](const FieldFinding& field) {
    return std::any_of(id.begin(), id.end(),
                       [&](const RowView::Use& use) { return use.field == field.name; });
  };
  for (const FateText& each : kFateTexts) {
    std::string names;
    for (const FieldFinding& field : file.fields) {
      if (field.fate == each.fate && !is_id(field)) AddName(field.name, names);
    }
    if (!names.empty()) text += Line(each.part, names);
  }
  std::string ignored;
  for (const std::string& name : file.options->ignored) AddName(name, ignored);
  return ignored.empty() ? text : text + Line("ignored", ignored);
}

std::string ExplainRow(const InputRow& row) {
  std::string text = "  row " + std::to_string(row.file_row) + "\n";
  if (row.error) return text + Line("  error", row.error->code + ": " + row.error->message);
  text += Line("  id", row.id_json);
  text += Line("  question", Shortened(row.question));
  for (size_t i = 0; i < std::min(row.responses.size(), kMostAnswersShown); ++i) {
    text += Line("  response " + std::to_string(i + 1), Shortened(row.responses[i]));
  }
  if (row.responses.size() > kMostAnswersShown) {
    text += Line("", std::to_string(row.responses.size()) + " responses in all");
  }
  if (row.comparisons.size() == 1) {
    text += Line("  label", LabelText(row.comparisons.front().label));
  } else {
    text += Line("  comparisons", std::to_string(row.comparisons.size()));
  }
  for (const UnreadLabel& label : row.unread_labels) {
    text += Line("  not understood", "label " + label.field + ": " + Shortened(label.value));
  }
  return text;
}

}  // namespace

// Several lines: the format, what becomes of each field that the first rows have, and a row. Every
// field is on one line: with the part that it is used for, or with why it is not used.
std::string RowMapper::ExplainFile(const FileFormat& file) {
  std::string text = file.path == "-" ? "standard input" : file.path;
  if (!file.head) return text + ": no JSON object\n";
  const Format& format = file.format;
  text.append(": ").append(format.title).append(" (").append(format.name).append("), ");
  text.append(LayoutName(file.layout)).append("\n");
  RawRow head = *file.head;
  head.number = head.file_row;
  JsonLine line = parser_.Parse(head.text);
  RowView view(parser_, line, file.options->ignored);
  std::string id;
  const bool has_id = !ReadId(view, file.options->fields.id, id);
  const std::vector<RowView::Use> id_uses = has_id ? view.uses() : std::vector<RowView::Use>();
  for (const RowView::Use& use : id_uses) text += Line(use.part, use.field);
  for (const RowView::Use& use : file.uses) text += Line(use.part, use.field);
  if (!IsList(format.shape)) text += Line("label means", LabelRuleText(format.label_rule));
  text += ExplainTurns(file.options->turns);
  text += ExplainUnused(file, id_uses);
  if (!format.note.empty()) text += Line("note", format.note);
  return text + ExplainRow(Map(std::move(head)));
}

std::string RowMapper::Explain() {
  std::string text;
  for (const FileFormat& file : files_) text += ExplainFile(file);
  return text;
}

}  // namespace gram::jobs
