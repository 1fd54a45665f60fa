#include "jobs/filter/row_editor.h"

#include <cctype>
#include <utility>

#include "jobs/formats/field_roles.h"
#include "jobs/formats/format.h"
#include "jobs/verdicts/output_row.h"

namespace gram::jobs {
namespace {

// The member that holds an answer, or holds the list or conversation that it stands in.
const RawMember* MemberOf(const std::vector<RawMember>& members, std::string_view name) {
  if (const RawMember* member = FindMember(members, name)) return member;
  return FindMember(members, name.substr(0, name.find('.')));
}

std::string_view ValueIn(const InputRow& row, const RawMember& member) {
  return std::string_view(row.raw).substr(member.begin, member.end - member.begin);
}

// What the row's other fields suggest that its answers are called in its label: model_a and model_b
// where it tells who gave them, else the fields that hold the answers. Numbers at the end of those
// say nothing: labels of response1 and response2 are of any kind.
std::vector<WordPair> SuggestedWords(const std::vector<RawMember>& members, const InputRow& row) {
  std::vector<WordPair> words;
  const WordPair models = {"model_a", "model_b"};
  if (FindMember(members, models[0]) != nullptr && FindMember(members, models[1]) != nullptr) {
    words.push_back(models);
  }
  if (row.names.size() != 2) return words;
  const bool counted = std::isdigit(static_cast<unsigned char>(row.names[0].back())) != 0;
  const bool nested = FindMember(members, row.names[0]) == nullptr;
  if (!counted && !nested) words.push_back({row.names[0], row.names[1]});
  return words;
}

// Whether a label is how much better an answer is, which no winner tells.
bool IsMeasure(LabelRule rule) {
  return rule == LabelRule::kStrength || rule == LabelRule::kOneToTwo ||
         rule == LabelRule::kHigherScore;
}

}  // namespace

InputRow RowEditor::ReadBack(const InputRow& row, const std::string& text) {
  return mapper_.Map({row.file, row.number, row.file_row, text, std::nullopt});
}

bool RowEditor::ReadsAs(const InputRow& row, const std::string& text, Label winner) {
  const InputRow back = ReadBack(row, text);
  return !back.error && back.id_json == row.id_json && back.question == row.question &&
         back.responses == row.responses && back.comparisons.size() == 1 &&
         back.comparisons.front().label == winner;
}

std::optional<std::string> RowEditor::Swapped(const InputRow& row) {
  const auto members = RawMembers(row.raw);
  if (!members.ok() || row.names.size() != 2) return std::nullopt;
  const RawMember* first = MemberOf(*members, row.names[0]);
  const RawMember* second = MemberOf(*members, row.names[1]);
  if (first == nullptr || second == nullptr || first == second) return std::nullopt;
  std::string text = WithSwappedValues(row.raw, *first, *second);
  const InputRow back = ReadBack(row, text);
  const bool swapped = !back.error && back.id_json == row.id_json &&
                       back.question == row.question && back.responses.size() == 2 &&
                       back.responses[0] == row.responses[1] &&
                       back.responses[1] == row.responses[0] && back.comparisons.size() == 1 &&
                       back.comparisons.front().label == row.comparisons.front().label;
  if (!swapped) return std::nullopt;
  return text;
}

// The label that the user or the row's format names.
RowEditor::OwnLabel RowEditor::LabelOf(const InputRow& row) const {
  if (!label_field_.empty()) return {label_field_, LabelRule::kWords};
  const Format* format = FindFormat(row.format);
  return format != nullptr ? OwnLabel{format->label, format->label_rule} : OwnLabel{};
}

// One of several fields says yes: it changes places with another.
std::optional<std::string> RowEditor::WithOneHot(const InputRow& row,
                                                 const std::vector<RawMember>& members,
                                                 std::string_view names, Label winner) {
  for (const RawMember& a : members) {
    for (const RawMember& b : members) {
      if (!HasName(names, a.name) || !HasName(names, b.name) || a.begin >= b.begin) continue;
      std::string text = WithSwappedValues(row.raw, a, b);
      if (ReadsAs(row, text, winner)) return text;
    }
  }
  return std::nullopt;
}

// The row with another label in `field`, in the words that it uses or else might use.
std::optional<std::string> RowEditor::WithLabelIn(const InputRow& row, const RawMember& field,
                                                  std::span<const WordPair> names, Label winner) {
  const std::string_view old = ValueIn(row, field);
  std::vector<std::string> words = Counterparts(old);
  for (const WordPair& pair : names) {
    for (size_t i = 0; i < 2; ++i) {
      if (old == JsonString(pair[i])) words.push_back(JsonString(pair[1 - i]));
    }
  }
  const LabelRule rule = LabelOf(row).rule;
  const bool counts = rule == LabelRule::kZeroIsFirst || rule == LabelRule::kOneIsFirst;
  if (!IsMeasure(rule)) {
    const std::string_view like = old == "null" && counts ? "0" : old;
    for (std::string& word : WordsFor(winner, like, names)) words.push_back(std::move(word));
  }
  for (const std::string& word : words) {
    std::string text = WithValue(row.raw, field, word);
    if (ReadsAs(row, text, winner)) return text;
  }
  return std::nullopt;
}

std::optional<std::string> RowEditor::Relabelled(const InputRow& row, Label winner) {
  const auto members = RawMembers(row.raw);
  if (!members.ok()) return std::nullopt;
  const OwnLabel own = LabelOf(row);
  if (own.rule == LabelRule::kOneHot) return WithOneHot(row, *members, own.field, winner);
  const std::vector<WordPair> names = SuggestedWords(*members, row);
  if (!own.field.empty()) {
    const RawMember* field = FindMember(*members, own.field);
    if (field != nullptr) return WithLabelIn(row, *field, names, winner);
  }
  bool labelled = false;
  for (const RawMember& member : *members) {
    if (!label_field_.empty() || !IsLabelName(member.name)) continue;
    labelled = true;
    if (auto text = WithLabelIn(row, member, names, winner)) return text;
  }
  if (labelled) return std::nullopt;
  std::string text =
      WithMembers(row.raw, winner == Label::kResponse1 ? R"("label":"A")" : R"("label":"B")");
  return ReadsAs(row, text, winner) ? std::optional(text) : std::nullopt;
}

}  // namespace gram::jobs
