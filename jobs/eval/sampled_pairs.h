// The comparisons of a row of many answers that its benchmark counts.
#ifndef GRAM_JOBS_EVAL_SAMPLED_PAIRS_H_
#define GRAM_JOBS_EVAL_SAMPLED_PAIRS_H_

#include "jobs/formats/input_row.h"

namespace gram::jobs {

/// The field of PPE's best-of-k rows that lists pairs of answers, counted from 0, of which one is
/// correct and one is not. The benchmark's accuracy is that on these.
inline constexpr const char* kSampledPairs = "sampled_conflict_pairs";

/// The setting of a run whose rows went through KeepSampledPairs; kSampledPairs is its value.
inline constexpr const char* kPairsSetting = "pairs";

/// Restricts the comparisons of a row that has the field to the pairs in it, in their order; a row
/// without stays as it is. Error codes: wrong_type (not a list of pairs of the row's answers),
/// too_few (an empty list).
void KeepSampledPairs(InputRow& row);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_EVAL_SAMPLED_PAIRS_H_
