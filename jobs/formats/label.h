// Which answer a row's label prefers, where the label says so beyond doubt.
#ifndef GRAM_JOBS_FORMATS_LABEL_H_
#define GRAM_JOBS_FORMATS_LABEL_H_

#include "jobs/io/json_line.h"

namespace gram::jobs {

enum class Label { kNone, kResponse1, kResponse2, kTie };

/// What the values of a label field mean.
enum class LabelRule {
  kNone,           ///< by the names of label fields: FindLabel
  kUnlabelled,     ///< there is no label
  kFirstIsBetter,  ///< chosen / rejected: the answers' names are the label
  kWords,          ///< "A", "A>B", "model_a", "tie" and the like; 1 and 2
  kZeroIsFirst,    ///< 0 and 1: the answers are counted from 0
  kOneIsFirst,     ///< 1 and 0: whether the first is the better one
  kStrength,       ///< a number below 0 for the first, above 0 for the second, 0 for a tie
  kOneToTwo,       ///< a number from 1 to 2: nearer to the first or to the second
  kOneHot          ///< three fields, for the first, the second and a tie; one of them is 1
};

/// What `field` says by `rule`, which is one that reads one field. kNone where that is not certain.
Label ReadLabel(const JsonField& field, LabelRule rule);

/// How the names of a row's two answers count, which decides what a number in its label means.
enum class AnswerNaming {
  kOneBased,       ///< response1 / response2 and the like: label 1 is the first
  kZeroBased,      ///< response_0 / response_1: 1 could be either, only an id field is clear
  kHumanRef,       ///< human_ref_A / human_ref_B: `labels` is 1 for A, 0 for B
  kPreferredFirst  ///< chosen / rejected: the names are the label
};

/// The label of `line`, read from the label fields (label, winner, preference, labels,
/// better_response_id). kNone where there is none, where its meaning is not certain, or where two
/// of them disagree: nothing is guessed.
Label FindLabel(const JsonLine& line, AnswerNaming naming);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_LABEL_H_
