// Rows of many answers: from their fields to question, answers, quality and comparisons.
#ifndef GRAM_JOBS_FORMATS_MAP_LIST_H_
#define GRAM_JOBS_FORMATS_MAP_LIST_H_

#include <optional>

#include "jobs/formats/format.h"
#include "jobs/formats/input_row.h"
#include "jobs/formats/row_view.h"

namespace gram::jobs {

/// Fills question, responses, names and quality of `row`, from a row in a `format` whose shape is a
/// list's (kBetterAndWorse, kNumbered, kList), and its comparisons, as RowMapper says, unless
/// `comparisons` is false. Error codes: those of the fields; wrong_length (as many qualities as
/// answers are needed), too_few (answers; without comparisons, one is enough), too_many
/// (comparisons).
std::optional<RowError> MapList(RowView& view, const Format& format, Turns turns, bool comparisons,
                                InputRow& row);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_MAP_LIST_H_
