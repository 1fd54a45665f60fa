// What a label may be called: the other word of the vocabulary that a row's label is in.
#ifndef GRAM_JOBS_FILTER_LABEL_WORDS_H_
#define GRAM_JOBS_FILTER_LABEL_WORDS_H_

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "jobs/formats/input_row.h"

namespace gram::jobs {

/// Two words for the first answer and the second.
using WordPair = std::array<std::string, 2>;

/// The counterparts of the label `old` (JSON text), as JSON text: of "A>B" "B>A", of "model_a"
/// "model_b", of 1.0 "2.0" and "0.0", of true "false". Which of them says what, reading tells.
std::vector<std::string> Counterparts(std::string_view old);

/// What may stand for `winner` in the place of a label that has no counterpart, such as a tie: of
/// the same JSON type as `old`, of which null may become any. `names` are words that other fields
/// of the row suggest, the best first.
std::vector<std::string> WordsFor(Label winner, std::string_view old,
                                  std::span<const WordPair> names);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FILTER_LABEL_WORDS_H_
