// The label of a row: read by its format's rule, or by the names of its fields, where it says
// beyond doubt which answer is the better one.
#ifndef GRAM_JOBS_FORMATS_LABEL_H_
#define GRAM_JOBS_FORMATS_LABEL_H_

#include <optional>

#include "jobs/formats/format.h"
#include "jobs/formats/input_row.h"
#include "jobs/formats/row_view.h"

namespace gram::jobs {

/// The number in `field`, which may stand in a string; nothing for everything else, NaN included.
std::optional<double> NumberIn(const JsonField& field);

/// `field` as a label that was not understood.
UnreadLabel Unread(const JsonField& field);

/// Fills the label of the one comparison of `row`, whose responses and names are there, and with it
/// quality and unread_labels. `naming` is how its answers' fields are named.
void LabelPair(RowView& view, const Format& format, AnswerNaming naming, InputRow& row);

/// The same for a list. Where nothing tells the answers' quality, a label field can if there are
/// two answers; of more, it goes to unread_labels. Before comparisons are made.
void LabelList(RowView& view, const Format& format, InputRow& row);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_LABEL_H_
