// From the fields of an input line to a question and the answers to judge: names, aliases, labels
// and what is ambiguous.
#ifndef GRAM_CLI_INPUT_INPUT_ROW_H_
#define GRAM_CLI_INPUT_INPUT_ROW_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/input/json_line.h"
#include "cli/input/label.h"
#include "gram/judge.h"

namespace gram::cli {

/// Two answers of a row that `score` sets against each other, as indices into its responses.
struct Comparison {
  size_t first = 0;
  size_t second = 1;
  Label label = Label::kNone;  ///< which of the two the row itself prefers
};

/// One row of input: a question and two or more answers to it, or the reason why there are none.
struct InputRow {
  int64_t number = 0;   ///< 1 for the first row; lines of white space are not rows
  std::string raw;
  std::string_view format;
  std::string id_json;  ///< the row's id as its JSON text, unaltered; the row number if it has none
  std::string question;
  std::vector<std::string> responses;
  std::vector<std::string> names;
  std::vector<Comparison> comparisons;  ///< one for a row that is a pair
  std::optional<RowError> error;

  /// What the model is asked in the comparison.
  Pair PairOf(const Comparison& comparison) const {
    return {question, responses[comparison.first], responses[comparison.second]};
  }
};

/// Maps a parsed line. The canonical names question, response1, response2 win where all three are
/// there; else there has to be exactly one question alias and one complete pair of answer names
/// (docs/cli.md lists them). Fields that are null count as absent. Errors: the line's own,
/// missing_field, wrong_type, ambiguous_fields, each naming the fields.
InputRow MapRow(const JsonLine& line, int64_t number);

}  // namespace gram::cli

#endif  // GRAM_CLI_INPUT_INPUT_ROW_H_
