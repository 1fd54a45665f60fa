// The label of a row: read by its format's rule, or by the names of its fields, and what of it was
// not understood.
#ifndef GRAM_JOBS_FORMATS_ROW_LABEL_H_
#define GRAM_JOBS_FORMATS_ROW_LABEL_H_

#include "jobs/formats/format.h"
#include "jobs/formats/input_row.h"
#include "jobs/formats/row_view.h"

namespace gram::jobs {

/// Fills the label of the one comparison of `row`, whose responses and names are there, and with it
/// quality and unread_labels. `naming` is how its answers' fields are named.
void LabelPair(RowView& view, const Format& format, AnswerNaming naming, InputRow& row);

/// The same for a list. Where nothing tells the answers' quality, a label field can if there are
/// two answers; of more, it goes to unread_labels. Before comparisons are made.
void LabelList(RowView& view, const Format& format, InputRow& row);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_ROW_LABEL_H_
