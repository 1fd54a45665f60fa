#include "cli/output/filter_text.h"

#include <utility>

#include "cli/output/progress_text.h"

namespace gram::cli {

std::string FilterSummary(const jobs::FilterCount& count) {
  std::string text = Grouped(count.rows) + (count.rows == 1 ? " row: " : " rows: ") +
                     Grouped(count.kept) + " kept";
  if (count.swapped > 0) text += ", of these " + Grouped(count.swapped) + " swapped";
  if (count.relabelled > 0) text += ", of these " + Grouped(count.relabelled) + " relabelled";
  text += "; " + Grouped(count.dropped_rows()) + " dropped";
  std::string separator = ": ";
  for (const auto& [reason, rows] : count.dropped) {
    text += std::exchange(separator, ", ") + Grouped(rows) + " " + reason;
  }
  if (count.labels_not_understood > 0) {
    text += "; labels not understood: " + Grouped(count.labels_not_understood) +
            (count.labels_not_understood == 1 ? " row" : " rows");
  }
  return text;
}

}  // namespace gram::cli
