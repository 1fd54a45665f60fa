// What a result line says, as far as it is counted or decided on, and what lines add up to; and
// what the comparisons of one row come to.
#ifndef GRAM_JOBS_VERDICTS_TOTALS_H_
#define GRAM_JOBS_VERDICTS_TOTALS_H_

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gram/judge.h"
#include "jobs/formats/input_row.h"
#include "jobs/formats/label.h"

namespace gram::jobs {

/// In the place of a number that a line does not tell, or could not hold: JSON has no infinities.
inline constexpr double kNotTold = std::numeric_limits<double>::quiet_NaN();

/// What a line says of one comparison.
struct LineVerdict {
  Label label = Label::kNone;
  double margin = kNotTold;  ///< log-odds of the first answer; an infinity has its sign
  double order_gap = kNotTold;
  std::optional<bool> orders_agree = {};
  bool identical = false;  ///< the two answers are one text, perhaps only once they were shortened
  std::optional<bool> correct = {};  ///< where the label prefers an answer
  double score1 = kNotTold;
  double score2 = kNotTold;
  int64_t tokens = 0;      ///< of both prompts
  bool is_reward = false;  ///< a reward model's: the scores are rewards, and there are no orders
  /// By how much the logit of "A" leads that of "B" in each order, [0] with response 1 in slot A.
  std::array<double, 2> slot_a_leads = {kNotTold, kNotTold};
};

/// What a line says of a list of answers.
struct LineRanking {
  size_t responses = 0;
  std::optional<bool> correct;      ///< whether the best is one that the row tells to be the best
  double lead = 0;                  ///< strength (log-odds) of the best over the next: LeadOfBest
  bool orders_agree = false;        ///< in every comparison
  std::optional<double> order_gap;  ///< the largest; known where the line lists its comparisons
  std::vector<double> ranks = {};
  std::vector<double> strengths = {};
  int64_t comparisons = 0;
  int64_t orders_disagree = 0;  ///< of these
  int64_t tokens = 0;
  bool is_reward = false;  ///< by a reward model, which compares nothing
};

/// What a line of an output is.
enum class LineKind {
  kDamaged,  ///< not a JSON object: no line that this program wrote
  kResult,
  kError  ///< {"id":...,"row":n,"error":{"code":...,"message":...}}
};

/// What a result line says: the writer of a line gives it along with the text, LineReader reads it
/// back. Of a line that is being written it holds what Totals count.
struct LineRecord {
  LineKind kind = LineKind::kResult;
  std::string error_code;                   ///< of kError
  std::vector<LineVerdict> verdicts;        ///< of a row's comparisons, in order
  std::optional<LineRanking> ranking;       ///< of a line of rank, which has no verdicts
  std::vector<std::string> not_understood;  ///< the row's label fields that said nothing certain

  // What only a line that is read back tells.
  std::string id_json;                ///< the id's JSON text
  std::optional<int64_t> row;         ///< its number, which error lines give
  bool failed = false;                ///< there is an error in the place of verdicts
  bool flagged = false;               ///< one of the verdicts has flags
  bool truncated = false;             ///< an answer was shortened
  bool label_not_understood = false;  ///< not_understood is there
  std::string fault;  ///< why no run of score (schema gram-cpu) or rank wrote it; empty: one may

  void Fault(const std::string& what);  ///< the first one counts
};

/// A result line and what it says.
struct ResultLine {
  std::string text;  ///< with its line feed
  LineRecord record = {};
};

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
  /// Rows by the label fields of theirs that were not understood.
  std::map<std::string, int64_t> not_understood = {};

  /// Counts a line; not one that is damaged.
  void Add(const LineRecord& line);

  int64_t failed_rows() const;

  friend bool operator==(const Totals&, const Totals&) = default;
};

/// `sum` + `value`, neither below 0; the largest number rather than one that wraps around.
int64_t AddCounts(int64_t sum, int64_t value);

/// The formats whose figures are known, as --format names them.
inline constexpr std::string_view kRmBenchFormat = "rm-bench";
inline constexpr std::string_view kRewardBench2Format = "reward-bench-2";

/// Whether the labelled answer's score is strictly the greater; nothing without a label or with a
/// tie for one.
std::optional<bool> IsCorrect(Label label, const Verdict& verdict);

/// The share of the comparisons that are correct, of those that can be. Nothing where none can.
std::optional<double> CorrectShare(const InputRow& row, std::span<const Verdict> verdicts);

/// RM-Bench sets three chosen answers (rows) against three rejected ones (columns), both from the
/// plainest style to the fanciest. Each figure is the share of correct comparisons.
struct RmBenchFigures {
  double easy = 0;    ///< below the diagonal: the chosen answer has the fancier style
  double normal = 0;  ///< the diagonal: the same style
  double hard = 0;    ///< above it: the rejected answer has the fancier style
};
RmBenchFigures RmBench(const InputRow& row, std::span<const Verdict> verdicts);

/// RewardBench 2's score of a row. One correct answer: 0 where another beats it, else 1 / k where k
/// answers share the top. Several (the subset Ties): 1 where each beats every wrong answer, else 0.
double RewardBench2(const InputRow& row, std::span<const Verdict> verdicts);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_VERDICTS_TOTALS_H_
