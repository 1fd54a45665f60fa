#include "jobs/filter/row_editor.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "jobs/formats/field_roles.h"
#include "jobs/formats/format.h"
#include "jobs/verdicts/value_text.h"

namespace gram::jobs {
namespace {

// What a label may be called: the other word of the vocabulary that a row's label is in.

bool IsLetter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }
bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool IsString(std::string_view json) { return json.starts_with('"'); }

// `c`, or the other of two characters where it is one of them.
char Other(char c, char a, char b) { return c == a ? b : c == b ? a : c; }

// `text` with each letter A or B that stands alone, and each whole number of one digit, exchanged
// for its counterpart: of the digits these are `low` and `low` + 1.
std::string Mirrored(std::string_view text, char low) {
  std::string mirrored(text);
  for (size_t i = 0; i < text.size(); ++i) {
    const char before = i > 0 ? text[i - 1] : ' ';
    const char after = i + 1 < text.size() ? text[i + 1] : ' ';
    if (IsLetter(text[i]) && !IsLetter(before) && !IsLetter(after)) {
      mirrored[i] = Other(Other(text[i], 'A', 'B'), 'a', 'b');
    }
    if (IsDigit(text[i]) && !IsDigit(before) && before != '.' && !IsDigit(after)) {
      mirrored[i] = Other(text[i], low, static_cast<char>(low + 1));
    }
  }
  return mirrored;
}

// `text` with its first `from` as `to`; as it is where there is none.
std::string Replaced(std::string_view text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  std::string replaced(text);
  return at == std::string::npos ? replaced : replaced.replace(at, from.size(), to);
}

// "1" and "2" or "0", written like `old`: as floats where that is one, in a string where that is.
std::vector<std::string> Numbers(std::string_view old) {
  const bool is_float = old.find_first_of(".eE") != std::string_view::npos;
  std::vector<std::string> numbers;
  for (const char* digit : {"1", "2", "0"}) {
    const std::string number = std::string(digit) + (is_float ? ".0" : "");
    numbers.push_back(IsString(old) ? JsonString(number) : number);
  }
  return numbers;
}

bool HoldsNumber(std::string_view old) {
  return old.find_first_of("0123456789") != std::string_view::npos &&
         std::none_of(old.begin(), old.end(),
                      [](char c) { return IsLetter(c) && c != 'e' && c != 'E'; });
}

// The counterparts of the label `old` (JSON text), as JSON text: of "A>B" "B>A", of "model_a"
// "model_b", of 1.0 "2.0" and "0.0", of true "false". Which of them says what, reading tells.
std::vector<std::string> Counterparts(std::string_view old) {
  if (old == "true") return {"false"};
  if (old == "false") return {"true"};
  std::vector<std::string> words = {Mirrored(old, '1'), Mirrored(old, '0')};
  if (!IsString(old)) return words;
  for (const auto& [a, b] :
       {std::pair("first", "second"), {"First", "Second"}, {"left", "right"}, {"Left", "Right"}}) {
    words.push_back(Replaced(old, a, b));
    words.push_back(Replaced(old, b, a));
  }
  // A tie between two.
  for (const char* equal : {"=", "~"}) {
    const std::string decided = Replaced(old, equal, ">");
    words.push_back(decided);
    words.push_back(Mirrored(decided, '1'));
  }
  std::erase(words, old);
  return words;
}

// What may stand for `winner` in the place of a label that has no counterpart, such as a tie: of
// the same JSON type as `old`, of which null may become any. `names` are words that other fields
// of the row suggest, the best first.
std::vector<std::string> WordsFor(Label winner, std::string_view old,
                                  std::span<const WordPair> names) {
  const bool first = winner == Label::kResponse1;
  const bool null = old == "null";
  std::vector<std::string> words;
  const auto add_numbers = [&] {
    for (std::string& number : Numbers(old)) words.push_back(std::move(number));
  };
  if (IsString(old) && HoldsNumber(old)) add_numbers();
  if (IsString(old) || null) {
    for (const WordPair& pair : names) words.push_back(JsonString(pair[first ? 0 : 1]));
    words.emplace_back(first ? R"("A")" : R"("B")");
  }
  if (null || (!old.empty() && (IsDigit(old[0]) || old[0] == '-'))) add_numbers();
  if (null || old == "true" || old == "false") {
    words.emplace_back("true");
    words.emplace_back("false");
  }
  return words;
}

// Where a row's answers and label are.

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
