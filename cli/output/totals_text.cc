#include "cli/output/totals_text.h"

#include <array>
#include <cstdio>

#include "jobs/io/count_text.h"

namespace gram::cli {
namespace {

using jobs::Counted;
using jobs::Grouped;

// Rounded down, so that 100 % is said only of all of them.
std::string Percent(int64_t part, int64_t whole) {
  constexpr int64_t kTenths = 1000;
  const auto tenths = static_cast<int64_t>(
      static_cast<double>(part) * static_cast<double>(kTenths) / static_cast<double>(whole));
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%lld.%lld %%", static_cast<long long>(tenths / 10),
                static_cast<long long>(tenths % 10));
  return text.data();
}

std::string Accuracy(const jobs::Totals& totals, bool ranking) {
  std::string text = "accuracy " + Percent(totals.correct, totals.labelled) + ": ";
  text += Grouped(totals.correct) + " of " +
          Counted(totals.labelled, ranking ? "labelled ranking" : "labelled verdict");
  text += ranking ? " put the right answer first" : " agree with the label";
  if (totals.label_ties > 0) {
    text += "; " + Counted(totals.label_ties, "label") +
            (totals.label_ties == 1 ? " is a tie and does" : " are ties and do") + " not count";
  }
  return text;
}

std::string Flips(const jobs::Totals& totals) {
  const int64_t verdicts = totals.orders_agree + totals.orders_disagree;
  return "flips " + Percent(totals.orders_disagree, verdicts) + ": in " +
         Grouped(totals.orders_disagree) + " of " + Counted(verdicts, "comparison") +
         " the judge prefers another answer when the two change places";
}

}  // namespace

std::vector<std::string> TotalsText(const jobs::Totals& totals, std::string_view verb) {
  std::vector<std::string> lines;
  if (totals.labelled > 0) {
    lines.push_back(Accuracy(totals, verb == "rank"));
  } else if (totals.label_ties > 0) {
    lines.push_back("accuracy unknown: no label but " + Counted(totals.label_ties, "tie"));
  }
  if (totals.orders_agree + totals.orders_disagree > 0) lines.push_back(Flips(totals));
  if (totals.undecided > 0) {
    lines.push_back("undecided: " + Counted(totals.undecided, "verdict") +
                    " with the same score for both answers" +
                    (totals.labelled > 0 ? "; where labelled, they count as wrong" : ""));
  }
  return lines;
}

}  // namespace gram::cli
