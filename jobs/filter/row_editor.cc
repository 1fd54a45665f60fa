#include "jobs/filter/row_editor.h"

#include <array>
#include <utility>
#include <vector>

#include "jobs/io/raw_object.h"

namespace gram::jobs {
namespace {

// The two ways to put a label, for the first answer and for the second.
struct Words {
  std::string_view first;
  std::string_view second;
};

constexpr std::array<Words, 6> kWords = {{{"\"A\"", "\"B\""},
                                          {"\"A>B\"", "\"B>A\""},
                                          {"\"model_a\"", "\"model_b\""},
                                          {"1", "2"},
                                          {"0", "1"},
                                          {"1", "0"}}};

constexpr std::array<std::string_view, 5> kLabelNames = {"label", "winner", "preference", "labels",
                                                         "better_response_id"};

// The member that holds an answer, or holds the list or conversation that it stands in.
const RawMember* MemberOf(const std::vector<RawMember>& members, std::string_view name) {
  if (const RawMember* member = FindMember(members, name)) return member;
  return FindMember(members, name.substr(0, name.find('.')));
}

bool IsString(std::string_view json) { return json.starts_with('"'); }

// `winner` in the words that a label of `old` might be in: its own first, then others of its type,
// so that a column keeps one. Instead of null anything will do.
std::vector<std::string_view> Candidates(std::string_view old, Label winner) {
  std::vector<std::string_view> own;
  std::vector<std::string_view> others;
  for (const Words& words : kWords) {
    const std::string_view word = winner == Label::kResponse1 ? words.first : words.second;
    if (old == words.first || old == words.second) own.push_back(word);
    if (old == "null" || IsString(old) == IsString(word)) others.push_back(word);
  }
  own.insert(own.end(), others.begin(), others.end());
  return own;
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

std::optional<std::string> RowEditor::Relabelled(const InputRow& row, Label winner) {
  const auto members = RawMembers(row.raw);
  if (!members.ok()) return std::nullopt;
  const RawMember* old = label_field_.empty() ? nullptr : FindMember(*members, label_field_);
  for (const std::string_view name : kLabelNames) {
    if (old == nullptr && label_field_.empty()) old = FindMember(*members, name);
  }
  if (old == nullptr) {
    std::string text =
        WithMembers(row.raw, winner == Label::kResponse1 ? R"("label":"A")" : R"("label":"B")");
    return ReadsAs(row, text, winner) ? std::optional(text) : std::nullopt;
  }
  const std::string_view value =
      std::string_view(row.raw).substr(old->begin, old->end - old->begin);
  for (const std::string_view word : Candidates(value, winner)) {
    std::string text = WithValue(row.raw, *old, word);
    if (ReadsAs(row, text, winner)) return text;
  }
  return std::nullopt;
}

}  // namespace gram::jobs
