// Which rows a filter keeps, and which it changes: the decision on one row, from its verdict alone.
#ifndef GRAM_JOBS_FILTER_FILTER_RULES_H_
#define GRAM_JOBS_FILTER_FILTER_RULES_H_

#include <optional>
#include <string>
#include <string_view>

#include "jobs/verdicts/fields.h"
#include "jobs/verdicts/totals.h"

namespace gram::jobs {

/// What the user asks for (docs/filter.md). Margins are log-odds.
struct FilterRules {
  std::optional<double> min_margin;     ///< the label's answer, else the winner, leads by this
  std::optional<double> max_order_gap;  ///< the two orders are no further apart
  std::optional<double> decided_above;  ///< the winner leads by more: --max-error
  bool keep_agree = false;              ///< the two orders prefer the same answer
  bool drop_flagged = false;            ///< no verdict has a flag
  bool drop_truncated = false;          ///< no answer was shortened
  bool swap_if_better = false;          ///< a pair whose other answer leads so is kept, swapped
  bool relabel = false;                 ///< a pair is kept with the winner for its label
};

enum class Action { kKeep, kSwap, kRelabel, kDrop };

struct Decision {
  Action action = Action::kKeep;
  std::string_view reason = {};  ///< of kDrop
  Label winner = Label::kNone;   ///< of kRelabel: kResponse1 or kResponse2
};

/// Why a row is dropped. Rules are asked in this order; the first that speaks gives the reason.
inline constexpr std::string_view kReasonError = "error";  ///< it has no verdict
/// A pair, or an answer and a worse one, that are one text once they are shortened, if not before.
inline constexpr std::string_view kReasonIdentical = "identical";
inline constexpr std::string_view kReasonTruncated = "truncated";             ///< drop_truncated
inline constexpr std::string_view kReasonFlagged = "flagged";                 ///< drop_flagged
inline constexpr std::string_view kReasonOrderGap = fields::kOrderGap;        ///< max_order_gap
inline constexpr std::string_view kReasonDisagree = fields::kOrdersDisagree;  ///< keep_agree
/// max_order_gap or keep_agree, of a reward model's verdict
inline constexpr std::string_view kReasonNoOrders = "no_orders";
inline constexpr std::string_view kReasonNotAPair = "not_a_pair";  ///< relabel, of a list
/// min_margin or swap_if_better, of a row whose label was not understood.
inline constexpr std::string_view kReasonUnreadLabel = "label_not_understood";
inline constexpr std::string_view kReasonUndecided = "undecided";  ///< relabel, without a winner
inline constexpr std::string_view kReasonTie = "tie";              ///< min_margin, labelled a tie
inline constexpr std::string_view kReasonWrong = "wrong";          ///< the label's answer loses
inline constexpr std::string_view kReasonMargin = "margin";        ///< too close
inline constexpr std::string_view kReasonAbstained = "abstained";  ///< decided_above
/// The row is of a kind whose label or answers cannot be changed in place.
inline constexpr std::string_view kReasonCannotRelabel = "cannot_relabel";
inline constexpr std::string_view kReasonCannotSwap = "cannot_swap";

/// A row of several comparisons is as good as its worst: each of them has to pass. A ranking is as
/// good as the lead of its best answer. `record` is of a line without a fault.
Decision Decide(const FilterRules& rules, const LineRecord& record);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FILTER_FILTER_RULES_H_
