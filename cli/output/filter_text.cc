#include "cli/output/filter_text.h"

#include <utility>

#include "jobs/io/count_text.h"

namespace gram::cli {

using jobs::Grouped;

std::string FilterSummary(const jobs::FilterCount& count) {
  std::string text = jobs::Counted(count.rows, "row") + ": " + Grouped(count.kept) + " kept";
  if (count.swapped > 0) text += ", of these " + Grouped(count.swapped) + " swapped";
  if (count.relabelled > 0) text += ", of these " + Grouped(count.relabelled) + " relabelled";
  text += "; " + Grouped(count.dropped_rows()) + " dropped";
  std::string separator = ": ";
  for (const auto& [reason, rows] : count.dropped) {
    text += std::exchange(separator, ", ") + Grouped(rows) + " " + reason;
  }
  if (count.labels_not_understood > 0) {
    text += "; labels not understood: " + jobs::Counted(count.labels_not_understood, "row");
  }
  return text;
}

}  // namespace gram::cli
