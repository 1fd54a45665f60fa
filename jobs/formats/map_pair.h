// Rows of two answers: from their fields to question, answers and label.
#ifndef GRAM_JOBS_FORMATS_MAP_PAIR_H_
#define GRAM_JOBS_FORMATS_MAP_PAIR_H_

#include <optional>

#include "jobs/formats/format.h"
#include "jobs/formats/input_row.h"
#include "jobs/formats/row_view.h"

namespace gram::jobs {

/// Fills question, responses, names, quality and comparisons of `row`, from a row in a `format`
/// whose shape is a pair's (kPair, kSharedBeginning, kJudgePrompt, kTurnLists). A field that a
/// kPair format leaves open is looked for by its alias names. Where answers are conversations, the
/// last turn, which has to be the assistant's, is the answer, and the turns before it are the
/// question: with Turns::kJoin they have to be the same in both, with Turns::kLast only the user's.
/// A prompt beside conversations that hold it already has to be in them. Error codes: those of the
/// fields; bad_conversation, different_prompts, bad_markers.
std::optional<RowError> MapPair(RowView& view, const Format& format, Turns turns, InputRow& row);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_MAP_PAIR_H_
