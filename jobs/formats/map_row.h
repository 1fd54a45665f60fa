// A row's fields to question, answers and label, with nothing lost.
#ifndef GRAM_JOBS_FORMATS_MAP_ROW_H_
#define GRAM_JOBS_FORMATS_MAP_ROW_H_

#include <optional>

#include "jobs/formats/format.h"
#include "jobs/formats/input_row.h"
#include "jobs/formats/row_view.h"

namespace gram::jobs {

/// What the user says of all rows.
struct MapRules {
  Turns turns = Turns::kJoin;
  bool comparisons = true;  ///< false: leave them out, for a ranking of lists of any length
};

/// Fills `row` by MapPair or MapList. Error codes: theirs; unused_field (LostFields).
std::optional<RowError> MapRow(RowView& view, const Format& format, const MapRules& rules,
                               InputRow& row);

/// Takes fields that the user leaves out from `line`.
void DropIgnored(const NameSet& ignored, JsonLine& line);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_MAP_ROW_H_
