#include "jobs/formats/field_roles.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

namespace gram::jobs {
namespace {

using Words = std::span<const std::string_view>;

// A name with any of these words is metadata, whatever else it says.
constexpr std::array<std::string_view, 29> kAside = {
    "labelling",   "labeling", "judge",       "judging",    "annotation", "annotator",
    "annotations", "critique", "critiques",   "feedback",   "rationale",  "rationales",
    "metadata",    "meta",     "distilabel",  "moderation", "toxicity",   "is",
    "has",         "num",      "explanation", "comment",    "comments",   "elaboration",
    "timestamp",   "url",      "uri",         "hash",       "sha256"};

// The last word of a name, numbers and a final A or B apart, says what it holds.
constexpr std::array<std::string_view, 30> kMetadataWords = {
    "id",      "ids",      "uid",      "uuid",    "source", "dataset",  "subset", "split",
    "domain",  "category", "language", "lang",    "model",  "models",   "score",  "scores",
    "rating",  "ratings",  "reward",   "rewards", "margin", "tokens",   "length", "generator",
    "license", "version",  "date",     "tag",     "tags",   "principle"};
constexpr std::array<std::string_view, 27> kQuestionWords = {
    "question",   "questions",    "prompt",        "prompts", "instruction", "instructions",
    "query",      "input",        "inputs",        "problem", "request",     "message",
    "messages",   "conversation", "conversations", "dialog",  "dialogue",    "history",
    "trajectory", "transcript",   "turns",         "chat",    "statement",   "post",
    "selftext",   "puzzle",       "exercise"};
constexpr std::array<std::string_view, 4> kSystemWords = {"system", "persona", "preamble",
                                                          "sysprompt"};
constexpr std::array<std::string_view, 56> kContextWords = {
    "context",        "contexts",    "background",  "passage",    "passages",   "document",
    "documents",      "article",     "story",       "evidence",   "knowledge",  "facts",
    "snippet",        "snippets",    "paragraph",   "paragraphs", "excerpt",    "reference",
    "references",     "truth",       "gold",        "golden",     "target",     "solution",
    "rubric",         "rubrics",     "criteria",    "criterion",  "guideline",  "guidelines",
    "constraint",     "constraints", "hint",        "hints",      "example",    "examples",
    "demonstrations", "options",     "choices",     "premise",    "hypothesis", "scenario",
    "quotes",         "citations",   "attachments", "attachment", "files",      "image",
    "images",         "picture",     "audio",       "video",      "videos",     "reasoning",
    "thinking",       "body"};
constexpr std::array<std::string_view, 4> kPrefixWords = {"prefix", "prefill", "prefilled",
                                                          "partial"};
constexpr std::array<std::string_view, 6> kStartWords = {"initial", "previous",  "prior",
                                                         "first",   "preceding", "earlier"};
constexpr std::array<std::string_view, 5> kToolWords = {"tools", "functions", "tool", "apis",
                                                        "toolset"};
constexpr std::array<std::string_view, 12> kAnswerWords = {
    "answer", "answers", "response", "responses", "completion", "completions",
    "output", "outputs", "reply",    "replies",   "candidate",  "candidates"};
constexpr std::array<std::string_view, 10> kPreferenceNames = {
    "chosen",          "rejected",       "preferred",        "dispreferred",         "accepted",
    "winner_response", "loser_response", "preferred_output", "non_preferred_output", "unchosen"};
constexpr std::array<std::string_view, 15> kLabelWords = {
    "label",  "labels",  "winner",   "preference", "preferences",
    "choice", "verdict", "decision", "judgment",   "judgement",
    "vote",   "better",  "best",     "strength",   "overall_preference"};
constexpr std::array<std::string_view, 2> kLabelNames = {"better_response_id", "safer_response_id"};

bool IsOneOf(std::string_view word, Words words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// "systemPrompt_2" is system, prompt, 2.
std::vector<std::string> WordsOf(std::string_view name) {
  std::vector<std::string> words;
  char before = '_';
  for (const char c : name) {
    const bool letter = IsUpper(c) || IsLower(c) || (c & 0x80) != 0;
    const bool starts =
        (IsUpper(c) && IsLower(before)) || (IsDigit(c) && !IsDigit(before)) ||
        !(letter || IsDigit(c)) ||
        !(IsUpper(before) || IsLower(before) || IsDigit(before) || (before & 0x80) != 0);
    if (letter || IsDigit(c)) {
      if (starts || words.empty()) words.emplace_back();
      words.back() += IsUpper(c) ? static_cast<char>(c - 'A' + 'a') : c;
    }
    before = c;
  }
  return words;
}

// The words without numbers and a final "a" or "b".
void DropCounts(std::vector<std::string>& words) {
  std::erase_if(words, [](const std::string& word) { return IsDigit(word.front()); });
  if (words.size() > 1 && (words.back() == "a" || words.back() == "b")) words.pop_back();
}

bool AnyOf(const std::vector<std::string>& words, Words wanted) {
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& word) { return IsOneOf(word, wanted); });
}

FieldRole RoleOfLast(std::string_view word) {
  if (IsOneOf(word, kMetadataWords)) return FieldRole::kMetadata;
  if (IsOneOf(word, kQuestionWords)) return FieldRole::kQuestion;
  if (IsOneOf(word, kContextWords)) return FieldRole::kContext;
  if (IsOneOf(word, kToolWords)) return FieldRole::kTools;
  if (IsOneOf(word, kAnswerWords)) return FieldRole::kAnswer;
  if (IsOneOf(word, kLabelWords)) return FieldRole::kLabel;
  return FieldRole::kUnknown;
}

}  // namespace

FieldRole RoleOf(std::string_view name) {
  if (IsOneOf(name, kPreferenceNames)) return FieldRole::kPreference;
  if (IsOneOf(name, kLabelNames)) return FieldRole::kLabel;
  std::vector<std::string> words = WordsOf(name);
  DropCounts(words);
  if (words.empty()) return FieldRole::kUnknown;
  if (AnyOf(words, kAside)) return FieldRole::kMetadata;
  const FieldRole last = RoleOfLast(words.back());
  if (last == FieldRole::kMetadata) return last;
  if (AnyOf(words, kPrefixWords) || (words.back() == "steps" && AnyOf(words, kStartWords))) {
    return FieldRole::kPrefix;
  }
  if (AnyOf(words, kSystemWords)) return FieldRole::kSystem;
  // reference_answer, gold_response: not an answer to be compared.
  if (last == FieldRole::kAnswer && AnyOf(words, kContextWords)) return FieldRole::kContext;
  return last;
}

bool IsLabelName(std::string_view name) { return RoleOf(name) == FieldRole::kLabel; }

std::string_view RoleName(FieldRole role) {
  switch (role) {
    case FieldRole::kUnknown:
      return "a text";
    case FieldRole::kMetadata:
      return "metadata";
    case FieldRole::kQuestion:
      return "a question";
    case FieldRole::kSystem:
      return "a system prompt";
    case FieldRole::kContext:
      return "context of the question";
    case FieldRole::kPrefix:
      return "the beginning of both answers";
    case FieldRole::kTools:
      return "tools";
    case FieldRole::kAnswer:
    case FieldRole::kPreference:
      return "another answer";
    case FieldRole::kLabel:
      return "a label";
  }
  return "";
}

std::string_view MapPartOf(FieldRole role) {
  switch (role) {
    case FieldRole::kUnknown:
    case FieldRole::kQuestion:
    case FieldRole::kContext:
      return "question";
    case FieldRole::kSystem:
      return "system";
    case FieldRole::kPrefix:
      return "prefix";
    case FieldRole::kAnswer:
    case FieldRole::kPreference:
      return "response1";
    case FieldRole::kLabel:
      return "label";
    default:
      return "";
  }
}

}  // namespace gram::jobs
