// Which answer a row's label prefers, where the label says so beyond doubt.
#ifndef GRAM_CLI_INPUT_LABEL_H_
#define GRAM_CLI_INPUT_LABEL_H_

#include "cli/input/json_line.h"

namespace gram::cli {

enum class Label { kNone, kResponse1, kResponse2, kTie };

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
Label ReadLabel(const JsonLine& line, AnswerNaming naming);

}  // namespace gram::cli

#endif  // GRAM_CLI_INPUT_LABEL_H_
