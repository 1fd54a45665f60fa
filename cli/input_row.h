// From the fields of an input line to a pair to judge: names, aliases, labels and what is
// ambiguous.
#ifndef GRAM_CLI_INPUT_ROW_H_
#define GRAM_CLI_INPUT_ROW_H_

#include <cstdint>
#include <optional>
#include <string>

#include "cli/json_line.h"
#include "cli/label.h"
#include "gram/judge.h"

namespace gram::cli {

/// One row of input: a pair, or the reason why there is none.
struct InputRow {
  int64_t number = 0;   ///< 1 for the first row; lines of white space are not rows
  std::string id_json;  ///< the row's id as its JSON text, unaltered; the row number if it has none
  Pair pair;
  Label label = Label::kNone;
  std::optional<RowError> error;
};

/// Maps a parsed line. The canonical names question, response1, response2 win where all three are
/// there; else there has to be exactly one question alias and one complete pair of answer names
/// (docs/cli.md lists them). Fields that are null count as absent. Errors: the line's own,
/// missing_field, wrong_type, ambiguous_fields, each naming the fields.
InputRow MapRow(const JsonLine& line, int64_t number);

}  // namespace gram::cli

#endif  // GRAM_CLI_INPUT_ROW_H_
