#include "jobs/formats/row_view.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace gram::jobs {
namespace {

constexpr std::array<std::string_view, 6> kIdNames = {"id",          "pair_id", "prompt_id",
                                                      "question_id", "uid",     "custom_id"};

constexpr std::array<std::string_view, 9> kQuestionNames = {"question", "prompt",     "instruction",
                                                            "query",    "input",      "context",
                                                            "history",  "user_input", "messages"};

struct AnswerNames {
  std::string_view first;
  std::string_view second;
  AnswerNaming naming;
};

constexpr auto kAnswerNames = std::to_array<AnswerNames>({
    {"response1", "response2", AnswerNaming::kOneBased},
    {"response_1", "response_2", AnswerNaming::kOneBased},
    {"response_0", "response_1", AnswerNaming::kZeroBased},
    {"response_a", "response_b", AnswerNaming::kOneBased},
    {"response_A", "response_B", AnswerNaming::kOneBased},
    {"answer_a", "answer_b", AnswerNaming::kOneBased},
    {"answer_A", "answer_B", AnswerNaming::kOneBased},
    {"answer1", "answer2", AnswerNaming::kOneBased},
    {"answer_1", "answer_2", AnswerNaming::kOneBased},
    {"answer_0", "answer_1", AnswerNaming::kZeroBased},
    {"output_1", "output_2", AnswerNaming::kOneBased},
    {"output_a", "output_b", AnswerNaming::kOneBased},
    {"completion_a", "completion_b", AnswerNaming::kOneBased},
    {"completion_1", "completion_2", AnswerNaming::kOneBased},
    {"human_ref_A", "human_ref_B", AnswerNaming::kHumanRef},
    {"chosen", "rejected", AnswerNaming::kPreferredFirst},
    {"preferred", "dispreferred", AnswerNaming::kPreferredFirst},
    {"accepted", "rejected", AnswerNaming::kPreferredFirst},
    {"winner_response", "loser_response", AnswerNaming::kPreferredFirst},
    {"chosen_response", "rejected_response", AnswerNaming::kPreferredFirst},
    {"response_chosen", "response_rejected", AnswerNaming::kPreferredFirst},
    {"preferred_response", "dispreferred_response", AnswerNaming::kPreferredFirst},
    {"preferred_output", "non_preferred_output", AnswerNaming::kPreferredFirst},
    {"response_j", "response_k", AnswerNaming::kPreferredFirst},
});

std::string List(std::span<const std::string_view> names) {
  std::string text;
  for (const std::string_view name : names) {
    if (!text.empty()) text += ", ";
    text += Quoted(name);
  }
  return text;
}

constexpr std::string_view kTextExpected = "a string or messages (role and content)";

RowError Missing(std::string message) { return {"missing_field", std::move(message)}; }

// Context stands before what is asked about it.
std::string WayOut(std::string_view what, std::span<const std::string_view> names) {
  if (what != "the question") {
    return "; name the right ones with --map, or leave others out with --ignore";
  }
  std::string all;
  for (size_t i = names.size(); i-- > 0;) {
    if (!all.empty()) all += '+';
    all += names[i];
  }
  return "; use all with --map question=" + all +
         ", or leave out what is not to be judged with "
         "--ignore " +
         std::string(names.back());
}

RowError Ambiguous(std::string_view what, std::span<const std::string_view> names) {
  return {"ambiguous_fields", "more than one field could be " + std::string(what) + ": " +
                                  List(names) + WayOut(what, names)};
}

// What to say where no two names make a pair of answers.
RowError NoAnswers(const JsonLine& line) {
  for (const AnswerNames& names : kAnswerNames) {
    const JsonField* first = line.Find(names.first);
    const JsonField* second = line.Find(names.second);
    if (first != nullptr && second != nullptr) {
      return WrongType(first->type == JsonType::kNull ? *first : *second, kTextExpected);
    }
    if (first != nullptr) {
      return Missing("field " + Quoted(names.first) + " has no counterpart " +
                     Quoted(names.second));
    }
    if (second != nullptr) {
      return Missing("field " + Quoted(names.second) + " has no counterpart " +
                     Quoted(names.first));
    }
  }
  return Missing(
      "no fields \"response1\" and \"response2\" (nor aliases such as \"chosen\" and "
      "\"rejected\")");
}

// Exactly one question alias, or only one that is not blank, or instruction and input.
std::optional<RowError> FindQuestionField(const JsonLine& line, PairFields& fields) {
  std::vector<std::string_view> seen;
  for (const std::string_view name : kQuestionNames) {
    if (const JsonField* field = FindPresent(line, name)) {
      fields.question = field;
      seen.push_back(name);
    }
  }
  if (seen == std::vector<std::string_view>{"instruction", "input"}) {
    fields.question = FindPresent(line, "instruction");
    fields.addition = FindPresent(line, "input");
    return std::nullopt;
  }
  if (seen.size() > 1) {
    std::erase_if(seen, [&](std::string_view name) { return HasNoValue(*line.Find(name)); });
    if (seen.size() > 1) return Ambiguous("the question", seen);
    if (seen.size() == 1) fields.question = line.Find(seen.front());
  }
  if (fields.question != nullptr) return std::nullopt;
  for (const std::string_view name : kQuestionNames) {
    if (const JsonField* null_field = line.Find(name)) return WrongType(*null_field, kTextExpected);
  }
  return Missing(
      "no field \"question\" (nor one of its aliases: \"prompt\", \"instruction\", ...)");
}

}  // namespace

std::string Quoted(std::string_view name) {
  std::string text(1, '"');
  text += name;
  text += '"';
  return text;
}

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t begin = std::min(text.find_first_not_of(kBlanks), text.size());
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

std::vector<std::string_view> SplitNames(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

RowError WrongType(const JsonField& field, std::string_view expected) {
  return {"wrong_type", "field " + Quoted(field.name) + " is " +
                            std::string(JsonTypeName(field.type)) + "; expected " +
                            std::string(expected)};
}

bool HasNoValue(const JsonField& field) {
  return field.type == JsonType::kNull ||
         (field.type == JsonType::kString && Trimmed(field.text).empty());
}

const JsonField* FindPresent(const JsonLine& line, std::string_view name) {
  const JsonField* field = line.Find(name);
  return field != nullptr && field->type != JsonType::kNull ? field : nullptr;
}

const JsonField* RowView::Find(std::string_view name) {
  if (line_.Find(name) != nullptr) return FindPresent(line_, name);
  size_t dot = name.find('.');
  const JsonField* field = FindPresent(line_, name.substr(0, dot));
  while (field != nullptr && dot != std::string_view::npos) {
    name.remove_prefix(dot + 1);
    dot = name.find('.');
    const JsonLine inside = parser_.Open(*field);
    const JsonField* next = FindPresent(inside, name.substr(0, dot));
    field = next == nullptr ? nullptr : &found_.emplace_back(*next);
  }
  return field;
}

std::optional<RowError> RowView::FindOne(std::string_view names, std::string_view part,
                                         const JsonField*& field) {
  field = Find(names);
  std::string used(names);
  for (const std::string_view name : SplitNames(names, '|')) {
    const JsonField* found = name == names ? nullptr : Find(name);
    if (found == nullptr) continue;
    if (field != nullptr) {
      return RowError{"ambiguous_fields",
                      "more than one field could be the " + std::string(part) + ": " +
                          Quoted(used) + ", " + Quoted(name) +
                          "; name it with --map, or leave the other out with --ignore"};
    }
    field = found;
    used = name;
  }
  if (field == nullptr) return RowError{"missing_field", "no field " + Quoted(names)};
  NoteUse(part, used);
  return std::nullopt;
}

void RowView::NoteUse(std::string_view part, std::string_view field) {
  uses_.push_back({std::string(part), std::string(field)});
}

std::optional<RowError> FindAnswerFields(const JsonLine& line, PairFields& fields) {
  std::vector<std::string_view> seen;
  for (const AnswerNames& names : kAnswerNames) {
    const JsonField* first = FindPresent(line, names.first);
    const JsonField* second = FindPresent(line, names.second);
    if (first == nullptr || second == nullptr) continue;
    fields.first = first;
    fields.second = second;
    fields.naming = names.naming;
    for (const std::string_view name : {names.first, names.second}) {
      if (std::find(seen.begin(), seen.end(), name) == seen.end()) seen.push_back(name);
    }
  }
  if (seen.empty()) return NoAnswers(line);
  if (seen.size() > 2) return Ambiguous("an answer", seen);
  return std::nullopt;
}

std::optional<RowError> FindPairFields(const JsonLine& line, PairFields& fields) {
  fields = {FindPresent(line, "question"), FindPresent(line, "response1"),
            FindPresent(line, "response2"), nullptr, AnswerNaming::kOneBased};
  if (fields.question != nullptr && fields.first != nullptr && fields.second != nullptr) {
    return std::nullopt;
  }
  if (auto error = FindQuestionField(line, fields)) return error;
  return FindAnswerFields(line, fields);
}

const JsonField* FindId(const JsonLine& line) {
  for (const std::string_view name : kIdNames) {
    if (const JsonField* field = FindPresent(line, name)) return field;
  }
  return nullptr;
}

}  // namespace gram::jobs
