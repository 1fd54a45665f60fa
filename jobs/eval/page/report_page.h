// Reports: one self-contained file of HTML, without scripts, pictures or anything from a network.
#ifndef GRAM_JOBS_EVAL_PAGE_REPORT_PAGE_H_
#define GRAM_JOBS_EVAL_PAGE_REPORT_PAGE_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "jobs/eval/compare.h"
#include "jobs/eval/eval_run.h"
#include "jobs/eval/evaluation.h"
#include "jobs/eval/probes.h"

namespace gram::jobs {

/// What a report shows of one run. `texts` are those of the rows that its lists name, as far as
/// they are at hand.
struct ReportRun {
  const EvalRun& run;
  const Evaluation& evaluation;
  const std::map<int64_t, RowTexts>& texts;
};

/// The rows whose texts a report on the run shows.
std::vector<int64_t> RowsShown(const EvalRun& run, const Diagnostics& diagnostics);
std::vector<int64_t> RowsShown(const EvalRun& run, const RunComparison& comparison);
std::vector<int64_t> RowsShown(const EvalRun& run, const AuditResult& result);

/// The report on one run.
std::string ReportPage(const ReportRun& run);

/// The report on two runs over the same pairs: where they differ first, then the tables of both.
std::string ComparisonPage(const ReportRun& first, const ReportRun& second,
                           const RunComparison& comparison);

/// The report of an audit.
std::string AuditPage(const EvalRun& run, const AuditResult& result,
                      const std::map<int64_t, RowTexts>& texts);

/// A whole page; `body` is HTML, `title` plain text.
std::string HtmlPage(const std::string& title, const std::string& body);

/// The model, the prompt and everything else that has to be known to get the same numbers again.
std::string ProvenanceHtml(const EvalRun& run);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_EVAL_PAGE_REPORT_PAGE_H_
