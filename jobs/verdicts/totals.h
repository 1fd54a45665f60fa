// What the lines of an output add up to. The lines are all that is asked: whoever has the file can
// check the numbers.
#ifndef GRAM_JOBS_VERDICTS_TOTALS_H_
#define GRAM_JOBS_VERDICTS_TOTALS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace gram::jobs {

/// Sums over lines in their order. What a line does not say, as in a schema without the field, is
/// not counted.
struct Totals {
  int64_t rows = 0;
  std::map<std::string, int64_t> failed;  ///< error rows by code
  int64_t labelled = 0;                   ///< verdicts on a pair whose label prefers an answer,
                                          ///< and rankings of rows that tell the best
  int64_t correct = 0;                    ///< of these, those that prefer the same
  int64_t label_ties = 0;                 ///< verdicts on a pair whose label is a tie
  int64_t undecided = 0;                  ///< verdicts that prefer neither answer
  int64_t orders_agree = 0;               ///< verdicts whose two orders prefer the same answer
  int64_t orders_disagree = 0;            ///< flips: the verdict hangs on the order
  int64_t order_gaps = 0;                 ///< verdicts that tell their order gap
  double order_gap_sum = 0;               ///< of these
  int64_t tokens = 0;                     ///< prompt tokens, before any sharing
  /// Rows by the label fields of theirs that were not understood: the members of a line's
  /// "not_understood", {"FIELD":"VALUE"}.
  std::map<std::string, int64_t> not_understood = {};

  int64_t failed_rows() const;

  friend bool operator==(const Totals&, const Totals&) = default;
};

/// What a line of an output is.
enum class LineKind {
  kDamaged,  ///< not a JSON object: no line that this program wrote
  kResult,
  kError  ///< {"id":...,"row":n,"error":{"code":...,"message":...}}
};

/// Reads output lines, with buffers that are used again. Not thread-safe.
class LineTally {
 public:
  /// `schema` is the lines', as --schema names it; "" for lines of gram-cpu's own making.
  explicit LineTally(std::string_view schema);
  ~LineTally();

  /// What `line` is; adds it to `totals`, except when it is damaged.
  LineKind Add(std::string_view line, Totals& totals);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_VERDICTS_TOTALS_H_
