// The fields of one row: found by name, by path, or by the names that question, answers and id go
// by where the format is not a known one.
#ifndef GRAM_JOBS_FORMATS_ROW_VIEW_H_
#define GRAM_JOBS_FORMATS_ROW_VIEW_H_

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "jobs/io/json_line.h"

namespace gram::jobs {

/// Names of fields.
using NameSet = std::set<std::string, std::less<>>;

/// `name` in double quotes.
std::string Quoted(std::string_view name);

/// `text` without white space at its ends.
std::string_view Trimmed(std::string_view text);

/// The names in "a|b|c", for `separator` '|'.
std::vector<std::string_view> SplitNames(std::string_view text, char separator);

/// wrong_type: FIELD is SUCH; expected `expected`.
RowError WrongType(const JsonField& field, std::string_view expected);

/// Whether `field` has no value: null, or a string of white space.
bool HasNoValue(const JsonField& field);

/// The field of that name, or null where it is absent or its value is null.
const JsonField* FindPresent(const JsonLine& line, std::string_view name);

/// Finds fields by name or path and remembers which were used for what. Lives no longer than the
/// line and the parser.
class RowView {
 public:
  /// What a field was used for: "question", "response1", "label", ...
  struct Use {
    std::string part;
    std::string field;
  };

  /// `ignored`: fields that the user leaves out. Those of the line itself are no longer in it.
  RowView(JsonLineParser& parser, const JsonLine& line, const NameSet& ignored)
      : parser_(parser), line_(line), ignored_(ignored) {}

  /// The field, or null where it is absent or null. A name that is no field is a path if it has
  /// dots: "conversation_a.0.content".
  const JsonField* Find(std::string_view name);

  /// Finds the one field of "a|b|c" that is there, for `part`. Error codes: missing_field,
  /// ambiguous_fields.
  std::optional<RowError> FindOne(std::string_view names, std::string_view part,
                                  const JsonField*& field);

  void NoteUse(std::string_view part, std::string_view field);
  const std::vector<Use>& uses() const { return uses_; }

  JsonLineParser& parser() { return parser_; }
  const JsonLine& line() const { return line_; }
  const NameSet& ignored() const { return ignored_; }

 private:
  JsonLineParser& parser_;
  const JsonLine& line_;
  const NameSet& ignored_;
  std::deque<JsonField> found_;  // at the ends of paths
  std::vector<Use> uses_;
};

/// How the names of a row's two answers count, which decides what a number in its label means.
enum class AnswerNaming {
  kOneBased,       ///< response1 / response2 and the like: label 1 is the first
  kZeroBased,      ///< response_0 / response_1: 1 could be either, only an id field is clear
  kHumanRef,       ///< human_ref_A / human_ref_B: `labels` is 1 for A, 0 for B
  kPreferredFirst  ///< chosen / rejected: the names are the label
};

/// Fields of a row that hold a question and a pair of answers.
struct PairFields {
  const JsonField* question = nullptr;
  const JsonField* first = nullptr;
  const JsonField* second = nullptr;
  const JsonField* addition = nullptr;  ///< what goes behind the question, on a line of its own
  AnswerNaming naming = AnswerNaming::kOneBased;
};

/// Finds the fields by their names, whatever they hold. question, response1 and response2 win where
/// all three are there; else there has to be exactly one question alias, or only one that is not
/// blank, or instruction and input, and one complete pair of answer names (docs/inputs.md lists
/// them). Error codes: missing_field, ambiguous_fields, each naming the fields; wrong_type where
/// the only candidate is null.
std::optional<RowError> FindPairFields(const JsonLine& line, PairFields& fields);

/// The part of FindPairFields for where the question is known: exactly one complete pair of answer
/// names.
std::optional<RowError> FindAnswerFields(const JsonLine& line, PairFields& fields);

/// The first id alias that is there, or null.
const JsonField* FindId(const JsonLine& line);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_ROW_VIEW_H_
