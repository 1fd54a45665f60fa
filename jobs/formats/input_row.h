// A row of input as what is to be judged: a question and the answers to it.
#ifndef GRAM_JOBS_FORMATS_INPUT_ROW_H_
#define GRAM_JOBS_FORMATS_INPUT_ROW_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gram/judge.h"
#include "jobs/io/json_line.h"

namespace gram::jobs {

/// Which answer a row prefers.
enum class Label { kNone, kResponse1, kResponse2, kTie };

/// A label that was there and was not understood.
struct UnreadLabel {
  std::string field;
  std::string
      value;  ///< a string's text, of other values their JSON; its beginning where it is long
};

/// Two answers of a row that `score` sets against each other, as indices into its responses.
struct Comparison {
  size_t first = 0;
  size_t second = 1;
  Label label = Label::kNone;  ///< which of the two the row itself prefers
};

/// The most comparisons of a list: every two of 64 answers.
inline constexpr size_t kMostComparisons = 2016;

/// One row of input: a question and two or more answers to it, or the reason why there are none.
struct InputRow {
  size_t file = 0;          ///< index into RowSource::files()
  int64_t number = 0;       ///< 1 for the first row of all; lines of white space are not rows
  int64_t file_row = 0;     ///< 1 for the first row of its file
  std::string_view format;  ///< of the row's file, as --format names it; static text
  std::string raw;          ///< the row's JSON byte for byte; line feeds only between its tokens
  std::string id_json;  ///< the row's id as its JSON text, unaltered; the row number if it has none
  bool has_id = false;  ///< id_json is the row's own
  std::string question;
  std::vector<std::string> responses;
  std::vector<std::string> names;  ///< where each response stands in the row: "chosen", "outputs.3"
  std::vector<double> quality;     ///< of each response, higher is better; empty where unknown
  bool not_finite = false;         ///< NaN or an infinity stands in some field
  std::vector<UnreadLabel> unread_labels;  ///< labels of the row that were not understood
  std::vector<Comparison> comparisons;     ///< one for a pair; of a list, see RowMapper
  std::string kept;  ///< what else its result line says, as its last members; see KeptFields
  std::optional<RowError> error;  ///< then question, responses and the like are empty
  /// Of a pair whose texts lie in somebody's memory and were not copied: they. What question and
  /// responses hold stands for them.
  std::optional<PairView> in_place = {};

  /// What the model is asked in the comparison.
  PairView PairOf(const Comparison& comparison) const {
    if (in_place) return *in_place;
    return {question, responses[comparison.first], responses[comparison.second]};
  }
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_INPUT_ROW_H_
