// Rows of many answers: the list's part of MapRow.
#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "jobs/formats/label.h"
#include "jobs/formats/map_row.h"
#include "jobs/formats/row_texts.h"

namespace gram::jobs {
namespace {

using MaybeError = std::optional<RowError>;

// A number, which may stand in a string, or a boolean as a quality; nothing for other values, which
// the row's label was not understood for.
std::optional<double> QualityIn(const JsonField* field, std::string_view name, InputRow& row) {
  if (field == nullptr || HasNoValue(*field)) return std::nullopt;
  if (field->type == JsonType::kBool) return field->raw == "true" ? 1 : 0;
  const std::optional<double> number = NumberIn(*field);
  if (!number) row.unread_labels.push_back({std::string(name), Unread(*field).value});
  return number;
}

MaybeError ReadQuestion(RowView& view, const Format& format, Turns turns, Conversation& asked,
                        std::string& question) {
  const JsonField* field = nullptr;
  if (auto error = view.FindOne(format.question, "question", field)) return error;
  Prompt prompt;
  if (auto error = ReadPrompt(view, format, field, prompt)) return error;
  asked = prompt.turns;
  return AskedQuestion(prompt.turns, turns, question);
}

MaybeError AddAnswer(RowView& view, const JsonField& field, const Conversation& row_question,
                     std::string name, InputRow& row) {
  Answer answer;
  if (auto error = ReadAnswer(view, field, false, 0, answer)) {
    error->message = Quoted(name) + ": " + error->message;
    return error;
  }
  // Turns before the answer have to be those that were asked: a list has one question.
  const bool asked =
      answer.before.size() <= row_question.size() &&
      std::equal(answer.before.rbegin(), answer.before.rend(), row_question.rbegin());
  if (!asked) {
    return RowError{"different_prompts",
                    Quoted(name) + " holds turns before the answer that are not the question's"};
  }
  row.responses.push_back(std::move(answer.text));
  row.names.push_back(std::move(name));
  return std::nullopt;
}

// Appends the elements of the list in `field`; those of objects from their field format.element.
MaybeError AddElements(RowView& view, const Format& format, const JsonField& field,
                       const Conversation& asked, InputRow& row) {
  const JsonLine elements = view.parser().Open(field);
  if (field.type != JsonType::kArray) return WrongType(field, "a list of answers");
  if (elements.error) return elements.error;
  for (const JsonField& element : elements.fields) {
    std::string name = field.name + "." + element.name;
    const JsonLine inside = format.element.empty() ? JsonLine() : view.parser().Open(element);
    const JsonField* answer =
        format.element.empty() ? &element : FindPresent(inside, format.element);
    if (answer == nullptr) {
      return RowError{"missing_field", Quoted(name) + " has no field " + Quoted(format.element)};
    }
    if (auto error = AddAnswer(view, *answer, asked, name, row)) return error;
    if (format.element.empty()) continue;
    // Of an element, the quality is a rank: the lower the better.
    const auto rank = QualityIn(FindPresent(inside, format.quality),
                                name + "." + std::string(format.quality), row);
    if (rank) row.quality.push_back(-*rank);
  }
  return std::nullopt;
}

// The number in a name such as "response_12", or 0.
size_t NumberOf(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix) || name.size() == prefix.size()) return 0;
  const std::string_view digits = name.substr(prefix.size());
  size_t number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool whole = read.ec == std::errc() && read.ptr == digits.data() + digits.size();
  return whole && digits.front() != '0' ? number : 0;
}

MaybeError AddNumbered(RowView& view, const Format& format, const Conversation& asked,
                       InputRow& row) {
  std::vector<std::pair<size_t, const JsonField*>> fields;
  for (const JsonField& field : view.line().fields) {
    const size_t number = NumberOf(field.name, format.first);
    if (number > 0 && field.type != JsonType::kNull) fields.emplace_back(number, &field);
  }
  std::sort(fields.begin(), fields.end());
  for (size_t i = 0; i < fields.size(); ++i) {
    const auto& [number, field] = fields[i];
    if (number != i + 1) {
      return RowError{"missing_field",
                      "no field " + Quoted(std::string(format.first) + std::to_string(i + 1)) +
                          ", but later ones"};
    }
    if (auto error = AddAnswer(view, *field, asked, field->name, row)) return error;
  }
  const std::string prefix(format.first);
  view.NoteUse("responses", prefix + "1 to " + prefix + std::to_string(fields.size()));
  return std::nullopt;
}

// The numbers of the list in the format's quality field, if the row has one.
MaybeError ReadQualities(RowView& view, const Format& format, InputRow& row) {
  const JsonField* field = nullptr;
  MaybeError error = view.FindOne(format.quality, "quality", field);
  if (error && error->code != "missing_field") return error;
  if (field == nullptr) return std::nullopt;
  const JsonLine elements = view.parser().Open(*field);
  if (field->type != JsonType::kArray) return WrongType(*field, "a list of numbers");
  if (elements.error) return elements.error;
  for (const JsonField& element : elements.fields) {
    if (const auto quality = QualityIn(&element, field->name, row)) row.quality.push_back(*quality);
  }
  if (elements.fields.size() == row.responses.size()) return std::nullopt;
  return RowError{"wrong_length", "field " + Quoted(field->name) + " has " +
                                      std::to_string(elements.fields.size()) + " values for " +
                                      std::to_string(row.responses.size()) + " answers"};
}

MaybeError AddBetterAndWorse(RowView& view, const Format& format, const Conversation& asked,
                             InputRow& row) {
  const JsonField* better = nullptr;
  const JsonField* worse = nullptr;
  if (auto error = view.FindOne(format.first, "better answers", better)) return error;
  if (auto error = view.FindOne(format.second, "worse answers", worse)) return error;
  if (auto error = AddElements(view, format, *better, asked, row)) return error;
  const size_t count = row.responses.size();
  const JsonField* correct = format.correct.empty() ? nullptr : view.Find(format.correct);
  if (correct != nullptr && correct->raw != std::to_string(count)) {
    return RowError{"wrong_length", "field " + Quoted(format.correct) + " is " +
                                        std::string(correct->raw) + ", but there are " +
                                        std::to_string(count) + " better answers"};
  }
  row.quality.assign(count, 1);
  if (auto error = AddElements(view, format, *worse, asked, row)) return error;
  row.quality.resize(row.responses.size(), 0);
  return std::nullopt;
}

MaybeError ReadAnswers(RowView& view, const Format& format, const Conversation& asked,
                       InputRow& row) {
  if (format.shape == Shape::kBetterAndWorse) return AddBetterAndWorse(view, format, asked, row);
  if (format.shape == Shape::kNumbered) {
    if (auto error = AddNumbered(view, format, asked, row)) return error;
  } else {
    const JsonField* list = nullptr;
    if (auto error = view.FindOne(format.first, "list of answers", list)) return error;
    if (auto error = AddElements(view, format, *list, asked, row)) return error;
  }
  if (format.quality.empty() || !format.element.empty()) return std::nullopt;
  return ReadQualities(view, format, row);
}

Label Better(const std::vector<double>& quality, size_t first, size_t second) {
  if (quality.empty()) return Label::kNone;
  if (quality[first] == quality[second]) return Label::kTie;
  return quality[first] > quality[second] ? Label::kResponse1 : Label::kResponse2;
}

MaybeError AddComparisons(const Format& format, InputRow& row) {
  const bool two_sides = format.shape == Shape::kBetterAndWorse;
  const size_t n = row.responses.size();
  const auto better = static_cast<size_t>(std::count(row.quality.begin(), row.quality.end(), 1));
  const size_t count = two_sides ? better * (n - better) : n * (n - 1) / 2;
  if (count > kMostComparisons) {
    return RowError{"too_many", std::to_string(n) + " answers make " + std::to_string(count) +
                                    " comparisons, more than " + std::to_string(kMostComparisons) +
                                    "; gram-cpu rank needs fewer"};
  }
  for (size_t i = 0; i < (two_sides ? better : n); ++i) {
    for (size_t j = two_sides ? better : i + 1; j < n; ++j) {
      row.comparisons.push_back({i, j, Better(row.quality, i, j)});
    }
  }
  return std::nullopt;
}

}  // namespace

MaybeError ReadList(RowView& view, const Format& format, Turns turns, InputRow& row) {
  Conversation asked;
  if (auto error = ReadQuestion(view, format, turns, asked, row.question)) return error;
  return ReadAnswers(view, format, asked, row);
}

MaybeError CompareAnswers(RowView& view, const Format& format, bool comparisons, InputRow& row) {
  // A quality that is not known for all says nothing about any.
  if (row.quality.size() != row.responses.size()) row.quality.clear();
  LabelList(view, format, row);
  if (!comparisons) {
    if (!row.responses.empty()) return std::nullopt;
    return RowError{"too_few", "there are no answers"};
  }
  const bool two_sides = format.shape == Shape::kBetterAndWorse;
  if (row.responses.size() < 2 ||
      (two_sides && (row.quality.front() == 0 || row.quality.back() == 1))) {
    return RowError{"too_few", "there are no two answers to compare"};
  }
  return AddComparisons(format, row);
}

}  // namespace gram::jobs
