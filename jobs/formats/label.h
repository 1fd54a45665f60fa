// Which answer a row's label prefers, where the label says so beyond doubt.
#ifndef GRAM_JOBS_FORMATS_LABEL_H_
#define GRAM_JOBS_FORMATS_LABEL_H_

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobs/io/json_line.h"

namespace gram::jobs {

enum class Label { kNone, kResponse1, kResponse2, kTie };

/// A label that was there and was not understood.
struct UnreadLabel {
  std::string field;
  std::string
      value;  ///< a string's text, of other values their JSON; its beginning where it is long
};

/// What the values of a label field mean.
enum class LabelRule {
  kNone,           ///< by the names of label fields: FindLabel
  kUnlabelled,     ///< there is no label
  kFirstIsBetter,  ///< chosen / rejected: the answers' names are the label
  kWords,          ///< "A", "A>B", "model_a", "tie" and the like; 1 and 2
  kWordsOnly,      ///< the same words; a number could mean either answer
  kZeroIsFirst,    ///< 0 and 1: the answers are counted from 0
  kOneIsFirst,     ///< 1 and 0, true and false: whether the first is the better one
  kStrength,       ///< a number below 0 for the first, above 0 for the second, 0 for a tie
  kOneToTwo,       ///< a number from 1 to 2: nearer to the first or to the second
  kOneHot,         ///< three fields, for the first, the second and a tie; one of them is 1
  kHigherScore     ///< two fields, a number for each answer: the higher, the better
};

/// The names of the fields that hold a row's two answers.
using AnswerFieldNames = std::array<std::string_view, 2>;

/// What `field` says by `rule`, which is one that reads one field. A word that names an answer's
/// own field means that answer. Numbers may be floats or stand in strings. kNone where there is no
/// value (null, or nothing but white space); nothing where there is one that is not understood.
std::optional<Label> ReadLabel(const JsonField& field, LabelRule rule,
                               const AnswerFieldNames& names);

/// The number in `field`, which may stand in a string; nothing for everything else, NaN included.
std::optional<double> NumberIn(const JsonField& field);

/// Whether `field` has no value: null, or a string of white space.
bool HasNoValue(const JsonField& field);

/// `field`, for a message or a result line.
UnreadLabel Unread(const JsonField& field);

/// How the names of a row's two answers count, which decides what a number in its label means.
enum class AnswerNaming {
  kOneBased,       ///< response1 / response2 and the like: label 1 is the first
  kZeroBased,      ///< response_0 / response_1: 1 could be either, only an id field is clear
  kHumanRef,       ///< human_ref_A / human_ref_B: `labels` is 1 for A, 0 for B
  kPreferredFirst  ///< chosen / rejected: the names are the label
};

/// The label of `line`, read from all its fields that are labels by their names (IsLabelName).
/// kNone where there is none, or where two of them disagree: nothing is guessed. Every field that
/// is not understood, or that others contradict, goes to `unread`.
Label FindLabel(const JsonLine& line, AnswerNaming naming, const AnswerFieldNames& names,
                std::vector<UnreadLabel>& unread);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_LABEL_H_
