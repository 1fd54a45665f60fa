#include "jobs/formats/map_row.h"

#include <array>
#include <charconv>
#include <string>
#include <utility>

#include "jobs/formats/label.h"
#include "jobs/formats/row_texts.h"
#include "jobs/formats/text_parts.h"
#include "jobs/formats/unused_fields.h"

namespace gram::jobs {
namespace {

using MaybeError = std::optional<RowError>;

// Fills a pair's row; `names` are those of the answers' fields.
void SetPair(std::string question, std::string first, std::string second,
             std::array<std::string, 2> names, InputRow& row) {
  row.question = std::move(question);
  row.responses = {std::move(first), std::move(second)};
  row.names = {std::move(names[0]), std::move(names[1])};
  row.comparisons = {{0, 1, Label::kNone}};
}

// Fills a pair's row with two answers and what both of them answer.
MaybeError SetConversations(const std::optional<Prompt>& prompt, Answer first, Answer second,
                            Turns turns, const PairFields& fields, InputRow& row) {
  Conversation conversation;
  if (auto error = SharedConversation(prompt, first, second, turns, conversation)) return error;
  std::string question;
  if (auto error = AskedQuestion(conversation, turns, question)) return error;
  SetPair(std::move(question), std::move(first.text), std::move(second.text),
          {fields.first->name, fields.second->name}, row);
  return std::nullopt;
}

MaybeError FindFields(RowView& view, const Format& format, PairFields& fields) {
  const bool open_question = format.question.empty();
  const bool open_answers = format.first.empty();
  if (open_question && open_answers) {
    if (auto error = FindPairFields(view.line(), fields)) return error;
  } else if (open_answers) {
    if (auto error = FindAnswerFields(view.line(), fields)) return error;
  }
  if (!open_question) {
    if (auto error = view.FindOne(format.question, "question", fields.question)) return error;
  } else if (fields.question != nullptr) {
    view.NoteUse("question", fields.question->name);
    if (fields.addition != nullptr) view.NoteUse("question", fields.addition->name);
  }
  if (!open_answers) {
    if (auto error = view.FindOne(format.first, "response1", fields.first)) return error;
    return view.FindOne(format.second, "response2", fields.second);
  }
  view.NoteUse("response1", fields.first->name);
  view.NoteUse("response2", fields.second->name);
  return std::nullopt;
}

MaybeError ReadRounds(RowView& view, const Format& format, size_t& rounds) {
  const JsonField* field = format.rounds.empty() ? nullptr : view.Find(format.rounds);
  if (field == nullptr) return std::nullopt;
  const std::string_view raw = field->raw;
  const auto read = std::from_chars(raw.data(), raw.data() + raw.size(), rounds);
  if (read.ec != std::errc() || read.ptr != raw.data() + raw.size() || rounds == 0) {
    return WrongType(*field, "a whole number above 0");
  }
  view.NoteUse("rounds", format.rounds);
  return std::nullopt;
}

MaybeError MapFields(RowView& view, const Format& format, Turns turns, PairFields& fields,
                     InputRow& row) {
  if (auto error = FindFields(view, format, fields)) return error;
  std::optional<Prompt> prompt(std::in_place);
  if (auto error = ReadPrompt(view, format, fields.question, *prompt)) return error;
  if (fields.addition != nullptr && !HasNoValue(*fields.addition)) {
    if (fields.addition->type != JsonType::kString) return WrongType(*fields.addition, "a string");
    prompt->turns.back().text += "\n" + fields.addition->text;
  }
  if (fields.question == nullptr && prompt->turns.empty()) prompt.reset();
  size_t rounds = 0;
  if (auto error = ReadRounds(view, format, rounds)) return error;
  Answer first;
  Answer second;
  const bool transcript = format.transcript_answers;
  if (auto error = ReadAnswer(view, *fields.first, transcript, rounds, first)) return error;
  if (auto error = ReadAnswer(view, *fields.second, transcript, rounds, second)) return error;
  return SetConversations(prompt, std::move(first), std::move(second), turns, fields, row);
}

MaybeError MapSharedBeginning(RowView& view, const Format& format, Turns turns, InputRow& row) {
  PairFields fields;
  if (auto error = FindFields(view, format, fields)) return error;
  Prompt prompt;
  if (auto error = ReadPrompt(view, format, nullptr, prompt)) return error;
  SharedBeginning parts;
  if (auto error = SplitSharedBeginning(fields.first->text, fields.second->text, parts)) {
    return error;
  }
  prompt.turns.push_back({Speaker::kUser, std::move(parts.question)});
  std::string question;
  if (auto error = AskedQuestion(prompt.turns, turns, question)) return error;
  SetPair(std::move(question), std::move(parts.first), std::move(parts.second),
          {fields.first->name, fields.second->name}, row);
  return std::nullopt;
}

MaybeError MapJudgePrompt(RowView& view, const Format& format, InputRow& row) {
  const JsonField* prompt = nullptr;
  if (auto error = view.FindOne(format.question, "judging prompt", prompt)) return error;
  JudgePromptParts parts;
  if (auto error = ReadJudgePrompt(prompt->text, parts)) return error;
  SetPair(std::move(parts.question), std::move(parts.response_a), std::move(parts.response_b),
          {"A", "B"}, row);
  return std::nullopt;
}

// The texts of a list that is written as JSON in a string.
MaybeError ReadJsonList(RowView& view, const JsonField& field, std::vector<std::string>& texts) {
  std::string wrapped = "{\"list\":" + field.text + "}";
  const JsonLine line = view.parser().Parse(wrapped);
  const JsonLine list = line.error ? line : view.parser().Open(line.fields.front());
  for (const JsonField& element : list.fields) {
    if (list.error || element.type != JsonType::kString) break;
    texts.push_back(element.text);
  }
  if (list.error || texts.empty() || texts.size() != list.fields.size()) {
    return WrongType(field, "a string that holds a JSON list of strings");
  }
  return std::nullopt;
}

// One side of a dialogue: the answers that `field` lists, each after what was asked.
MaybeError ReadTurnList(RowView& view, const std::vector<std::string>& asked,
                        const JsonField& field, Answer& answer) {
  std::vector<std::string> texts;
  if (auto error = ReadJsonList(view, field, texts)) return error;
  if (texts.size() != asked.size()) {
    return RowError{"bad_conversation",
                    "field " + Quoted(field.name) + " has not as many turns as the question"};
  }
  Conversation conversation;
  for (size_t i = 0; i < asked.size(); ++i) {
    conversation.push_back({Speaker::kUser, asked[i]});
    conversation.push_back({Speaker::kAssistant, texts[i]});
  }
  return AnswerAtEnd(std::move(conversation), field.name, answer);
}

MaybeError MapTurnLists(RowView& view, const Format& format, Turns turns, InputRow& row) {
  PairFields fields;
  if (auto error = FindFields(view, format, fields)) return error;
  std::vector<std::string> asked;
  if (auto error = ReadJsonList(view, *fields.question, asked)) return error;
  Answer first;
  Answer second;
  if (auto error = ReadTurnList(view, asked, *fields.first, first)) return error;
  if (auto error = ReadTurnList(view, asked, *fields.second, second)) return error;
  return SetConversations({}, std::move(first), std::move(second), turns, fields, row);
}

// Fills question, responses and names.
MaybeError ReadTexts(RowView& view, const Format& format, Turns turns, PairFields& fields,
                     InputRow& row) {
  if (IsList(format.shape)) return ReadList(view, format, turns, row);
  switch (format.shape) {
    case Shape::kSharedBeginning:
      return MapSharedBeginning(view, format, turns, row);
    case Shape::kJudgePrompt:
      return MapJudgePrompt(view, format, row);
    case Shape::kTurnLists:
      return MapTurnLists(view, format, turns, row);
    default:
      return MapFields(view, format, turns, fields, row);
  }
}

MaybeError MapKnownFields(RowView& view, const Format& format, const MapperOptions& options,
                          InputRow& row) {
  PairFields fields;
  if (auto error = ReadTexts(view, format, options.turns, fields, row)) return error;
  std::string prefix;
  if (auto error = ReadPrefix(view, format, prefix)) return error;
  for (std::string& response : row.responses) response.insert(0, prefix);
  if (IsList(format.shape)) return CompareAnswers(view, format, options.comparisons, row);
  LabelPair(view, format, fields.naming, row);
  return std::nullopt;
}

}  // namespace

void DropIgnored(const NameSet& ignored, JsonLine& line) {
  if (ignored.empty()) return;
  std::erase_if(line.fields, [&](const JsonField& field) { return ignored.contains(field.name); });
}

MaybeError MapRow(RowView& view, const Format& format, const MapperOptions& options,
                  InputRow& row) {
  const auto error = MapKnownFields(view, format, options, row);
  // Where the answers' beginning cannot be the question, a field that may be it is worth more.
  if (error && format.shape != Shape::kSharedBeginning) return error;
  if (auto lost = LostFields(view, format, row)) return lost;
  return error;
}

}  // namespace gram::jobs
