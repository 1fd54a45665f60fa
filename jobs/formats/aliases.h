// The names that a row's question, answers and id go by where its format is not a known one.
#ifndef GRAM_JOBS_FORMATS_ALIASES_H_
#define GRAM_JOBS_FORMATS_ALIASES_H_

#include <optional>
#include <string>
#include <string_view>

#include "jobs/formats/label.h"
#include "jobs/io/json_line.h"

namespace gram::jobs {

/// The field of that name, or null where it is absent or its value is null.
const JsonField* FindPresent(const JsonLine& line, std::string_view name);

/// `name` in double quotes.
std::string Quoted(std::string_view name);

/// wrong_type: FIELD is SUCH; expected `expected`.
RowError WrongType(const JsonField& field, std::string_view expected);

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
/// them). Error codes: missing_field, ambiguous_fields, each
/// naming the fields; wrong_type where the only candidate is null.
std::optional<RowError> FindPairFields(const JsonLine& line, PairFields& fields);

/// The parts of FindPairFields, for where the other part is known: exactly one question alias, and
/// exactly one complete pair of answer names.
std::optional<RowError> FindQuestionField(const JsonLine& line, PairFields& fields);
std::optional<RowError> FindAnswerFields(const JsonLine& line, PairFields& fields);

/// The first id alias that is there, or null.
const JsonField* FindId(const JsonLine& line);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_ALIASES_H_
