// A row's fields to question, answers, label and comparisons, with nothing lost.
#ifndef GRAM_JOBS_FORMATS_MAP_ROW_H_
#define GRAM_JOBS_FORMATS_MAP_ROW_H_

#include <optional>

#include "jobs/formats/format.h"
#include "jobs/formats/input_row.h"
#include "jobs/formats/mapper_options.h"
#include "jobs/formats/row_view.h"

namespace gram::jobs {

/// Takes fields that the user leaves out from `line`.
void DropIgnored(const NameSet& ignored, JsonLine& line);

/// Fills question, responses, names, quality, unread_labels and comparisons of `row`, from a row in
/// `format`. A field that a kPair format leaves open is looked for by its alias names. Where
/// answers are conversations, the last turn, which has to be the assistant's, is the answer, and
/// the turns before it are the question: with Turns::kJoin they have to be the same in both, with
/// Turns::kLast only the user's. A prompt beside conversations that hold it already has to be in
/// them. Error codes: those of the fields; bad_conversation, different_prompts, bad_markers; those
/// of ReadList and CompareAnswers; unused_field (LostFields).
std::optional<RowError> MapRow(RowView& view, const Format& format, const MapperOptions& options,
                               InputRow& row);

/// The part of MapRow for lists: question, responses and names, and quality as far as numbers say
/// it. Error codes: those of the fields; wrong_length (as many qualities as answers are needed).
std::optional<RowError> ReadList(RowView& view, const Format& format, Turns turns, InputRow& row);

/// What follows, once the responses are whole: a list's labels and, unless `comparisons` is false,
/// its comparisons, as RowMapper says. Error codes: too_few (answers; without comparisons, one is
/// enough), too_many (comparisons).
std::optional<RowError> CompareAnswers(RowView& view, const Format& format, bool comparisons,
                                       InputRow& row);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_MAP_ROW_H_
