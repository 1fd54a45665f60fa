#include "cli/input/input_row.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <vector>

namespace gram::cli {
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

constexpr std::array<AnswerNames, 13> kAnswerNames = {{
    {"response1", "response2", AnswerNaming::kOneBased},
    {"response_1", "response_2", AnswerNaming::kOneBased},
    {"response_0", "response_1", AnswerNaming::kZeroBased},
    {"response_a", "response_b", AnswerNaming::kOneBased},
    {"response_A", "response_B", AnswerNaming::kOneBased},
    {"answer_a", "answer_b", AnswerNaming::kOneBased},
    {"output_1", "output_2", AnswerNaming::kOneBased},
    {"completion_a", "completion_b", AnswerNaming::kOneBased},
    {"human_ref_A", "human_ref_B", AnswerNaming::kHumanRef},
    {"chosen", "rejected", AnswerNaming::kPreferredFirst},
    {"preferred", "dispreferred", AnswerNaming::kPreferredFirst},
    {"accepted", "rejected", AnswerNaming::kPreferredFirst},
    {"winner_response", "loser_response", AnswerNaming::kPreferredFirst},
}};

const JsonField* FindPresent(const JsonLine& line, std::string_view name) {
  const JsonField* field = line.Find(name);
  return field != nullptr && field->type != JsonType::kNull ? field : nullptr;
}

std::string Quoted(std::string_view name) {
  std::string text(1, '"');
  text += name;
  text += '"';
  return text;
}

std::string List(std::span<const std::string_view> names) {
  std::string text;
  for (const std::string_view name : names) {
    if (!text.empty()) text += ", ";
    text += Quoted(name);
  }
  return text;
}

RowError Missing(std::string message) { return {"missing_field", std::move(message)}; }

RowError Ambiguous(std::string_view what, std::span<const std::string_view> names) {
  return {"ambiguous_fields", "more than one field could be " + std::string(what) + ": " +
                                  List(names) +
                                  "; keep one, or name them question, response1, response2"};
}

RowError NotAString(const JsonField& field) {
  return {"wrong_type", "field " + Quoted(field.name) + " is " +
                            std::string(JsonTypeName(field.type)) + "; expected a string"};
}

// The fields of the row that hold its three texts.
struct TextFields {
  const JsonField* question = nullptr;
  const JsonField* first = nullptr;
  const JsonField* second = nullptr;
  AnswerNaming naming = AnswerNaming::kOneBased;
};

std::optional<RowError> FindQuestion(const JsonLine& line, TextFields& fields) {
  std::vector<std::string_view> seen;
  for (const std::string_view name : kQuestionNames) {
    if (const JsonField* field = FindPresent(line, name)) {
      fields.question = field;
      seen.push_back(name);
    }
  }
  if (seen.size() > 1) return Ambiguous("the question", seen);
  if (!seen.empty()) return std::nullopt;
  for (const std::string_view name : kQuestionNames) {
    if (const JsonField* null_field = line.Find(name)) return NotAString(*null_field);
  }
  return Missing(
      "no field \"question\" (nor one of its aliases: \"prompt\", \"instruction\", ...)");
}

// What to say where no two names make a pair of answers.
RowError NoAnswers(const JsonLine& line) {
  for (const AnswerNames& names : kAnswerNames) {
    const JsonField* first = line.Find(names.first);
    const JsonField* second = line.Find(names.second);
    if (first != nullptr && second != nullptr) {
      return NotAString(first->type == JsonType::kNull ? *first : *second);
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

std::optional<RowError> FindAnswers(const JsonLine& line, TextFields& fields) {
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

std::optional<RowError> FindTexts(const JsonLine& line, TextFields& fields) {
  fields.question = FindPresent(line, "question");
  fields.first = FindPresent(line, "response1");
  fields.second = FindPresent(line, "response2");
  const bool canonical =
      fields.question != nullptr && fields.first != nullptr && fields.second != nullptr;
  if (!canonical) {
    if (auto error = FindQuestion(line, fields)) return error;
    if (auto error = FindAnswers(line, fields)) return error;
  }
  for (const JsonField* field : {fields.question, fields.first, fields.second}) {
    if (field->type != JsonType::kString) return NotAString(*field);
  }
  return std::nullopt;
}

// The first id alias that is there; a list or an object cannot name a row.
std::optional<RowError> ReadId(const JsonLine& line, std::string& id_json) {
  for (const std::string_view name : kIdNames) {
    const JsonField* field = FindPresent(line, name);
    if (field == nullptr) continue;
    if (field->raw.empty()) {
      return RowError{"wrong_type", "field " + Quoted(name) + " is " +
                                        std::string(JsonTypeName(field->type)) +
                                        "; expected a string or a number"};
    }
    id_json = field->raw;
    return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

InputRow MapRow(const JsonLine& line, int64_t number) {
  InputRow row;
  row.number = number;
  row.id_json = std::to_string(number);
  row.error = ReadId(line, row.id_json);
  if (line.error) row.error = line.error;
  if (row.error) return row;

  TextFields fields;
  row.error = FindTexts(line, fields);
  if (row.error) return row;
  row.question = fields.question->text;
  row.responses = {std::string(fields.first->text), std::string(fields.second->text)};
  row.comparisons = {{0, 1, ReadLabel(line, fields.naming)}};
  return row;
}

}  // namespace gram::cli
