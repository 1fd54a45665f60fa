// Whether the ids of rows alone can tell which verdict is whose.
#ifndef GRAM_JOBS_FILTER_ROW_IDS_H_
#define GRAM_JOBS_FILTER_ROW_IDS_H_

#include <cstddef>
#include <string_view>
#include <unordered_set>

#include "jobs/formats/input_row.h"

namespace gram::jobs {

/// Meets the rows of an input one after the other, in the memory of a hash each.
class RowIds {
 public:
  /// What keeps `row` from being told by its id, as in "it has ...": there is none, or a row before
  /// has the same. Empty where nothing does, and for rows that are errors: their verdicts tell the
  /// row's number.
  std::string_view WhyNot(const InputRow& row);

 private:
  std::unordered_set<size_t> seen_;  // hashes
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FILTER_ROW_IDS_H_
