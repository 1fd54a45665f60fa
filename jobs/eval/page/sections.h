// The parts of a report.
#ifndef GRAM_JOBS_EVAL_PAGE_SECTIONS_H_
#define GRAM_JOBS_EVAL_PAGE_SECTIONS_H_

#include <string>
#include <vector>

#include "jobs/eval/page/report_page.h"

namespace gram::jobs {

/// The most important numbers, each in a tile of its own.
std::string TilesHtml(const Diagnostics& found);

/// The benchmark's tables and what has to be known to read them.
std::string TablesHtml(const Evaluation& evaluation);

/// Places, lengths and counts.
std::string BiasHtml(const Diagnostics& found);

/// Reliability, accuracy by margin, abstention. `prefix` sets their ids apart from those of another
/// run in the page.
std::string PlotsHtml(const Diagnostics& found, const std::string& prefix = "");

/// Verdicts with their texts, folded; without texts a line each.
std::string PairsHtml(const EvalRun& run, const std::map<int64_t, RowTexts>& texts,
                      const std::vector<PairPlace>& places);

/// Verdicts as lines of a table, without texts.
std::string PlacesHtml(const EvalRun& run, const std::vector<PairPlace>& places);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_EVAL_PAGE_SECTIONS_H_
