#include "jobs/formats/label.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>
#include <utility>

#include "jobs/formats/field_roles.h"

namespace gram::jobs {
namespace {

constexpr size_t kMostValueBytes = 80;

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

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t begin = std::min(text.find_first_not_of(kBlanks), text.size());
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

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

bool HasNoValue(const JsonField& field) {
  return field.type == JsonType::kNull ||
         (field.type == JsonType::kString && Trimmed(field.text).empty());
}

UnreadLabel Unread(const JsonField& field) {
  std::string_view value = field.type == JsonType::kString ? field.text : field.raw;
  return {field.name, std::string(value.substr(0, kMostValueBytes))};
}

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

}  // namespace gram::jobs
