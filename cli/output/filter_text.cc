#include "cli/output/filter_text.h"

#include <utility>

#include "cli/output/progress_text.h"

namespace gram::cli {

std::string FilterSummary(const jobs::FilterCount& count) {
  std::string text = Grouped(count.rows) + " rows: " + Grouped(count.kept) + " kept";
  if (count.swapped > 0) text += ", of these " + Grouped(count.swapped) + " swapped";
  if (count.relabelled > 0) text += ", of these " + Grouped(count.relabelled) + " relabelled";
  text += "; " + Grouped(count.dropped_rows()) + " dropped";
  std::string separator = ": ";
  for (const auto& [reason, rows] : count.dropped) {
    text += std::exchange(separator, ", ") + Grouped(rows) + " " + reason;
  }
  return text;
}

}  // namespace gram::cli
