// Rows of many answers: from their fields to question, answers, quality and comparisons.
#ifndef GRAM_CLI_INPUT_MAP_LIST_H_
#define GRAM_CLI_INPUT_MAP_LIST_H_

#include <optional>

#include "cli/input/format.h"
#include "cli/input/input_row.h"
#include "cli/input/row_view.h"

namespace gram::cli {

/// Fills question, responses, names and quality of `row`, from a row in a `format` whose shape is a
/// list's (kBetterAndWorse, kNumbered, kList), and its comparisons, as RowMapper says, unless
/// `comparisons` is false. Error codes: those of the fields; wrong_length (as many qualities as
/// answers are needed), too_few (answers), too_many (comparisons).
std::optional<RowError> MapList(RowView& view, const Format& format, Turns turns, bool comparisons,
                                InputRow& row);

}  // namespace gram::cli

#endif  // GRAM_CLI_INPUT_MAP_LIST_H_
