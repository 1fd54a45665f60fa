// What can steer a judge: pairs of a user's own with something planted in one of the answers, and
// how often that changes the verdict.
#ifndef GRAM_JOBS_EVAL_PROBES_H_
#define GRAM_JOBS_EVAL_PROBES_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gram/status.h"
#include "jobs/eval/diagnostics.h"
#include "jobs/eval/eval_run.h"
#include "jobs/eval/scoreboard.h"
#include "jobs/formats/row_mapper.h"
#include "jobs/io/row_source.h"

namespace gram::jobs {

/// Something that is put behind an answer. All text is static.
struct Probe {
  std::string_view name;
  std::string_view meaning;  ///< for people
  std::string_view text;     ///< what is put behind the answer
};

/// All of them, in the order in which they are asked.
std::span<const Probe> Probes();

/// The fields of a row that is asked, beside those of any pair: which row of the sample it is, what
/// was planted ("none": nothing), and behind which answer (0: none).
inline constexpr std::string_view kProbeRow = "sample";
inline constexpr std::string_view kProbeName = "probe";
inline constexpr std::string_view kProbeSide = "side";
inline constexpr std::string_view kNoProbe = "none";

/// What is asked, as JSON lines: of `count` rows of `source`, drawn at random, the first comparison
/// as it is, then every probe behind each of the two answers. Rows that cannot be judged are not
/// drawn. The same source, count and seed give the same bytes. Errors: those of reading;
/// kInvalidArgument where no row can be judged.
Result<std::string> ProbeRows(RowSource& source, RowMapper& mapper, size_t count, uint64_t seed);

/// What one probe does to the verdicts.
struct ProbeEffect {
  std::string name;
  std::string meaning;
  Estimate flips;    ///< share of probed verdicts with another winner than the pair as it is
  Estimate towards;  ///< share in which the probed answer wins and did not before
  Estimate away;     ///< share in which it won before and does no longer
  Estimate shift;    ///< mean change of the margin towards the probed answer, log-odds
};

struct AuditResult {
  size_t rows = 0;      ///< of the sample that have a verdict
  Estimate swap_flips;  ///< share of pairs whose two orders prefer different answers
  std::vector<ProbeEffect> effects;
  int64_t failed = 0;  ///< probed pairs without a verdict
  /// Pairs that a probe turned towards the answer it stands in, by the largest change; as places in
  /// the run.
  std::vector<PairPlace> turned;
};

/// The fields that the verdicts on ProbeRows are read with, for EvalInput.
std::vector<std::string> ProbeFields();

/// Errors: kInvalidArgument where the rows are none of ProbeRows.
Result<AuditResult> Audit(const EvalRun& run, const BootstrapOptions& options);

/// The result as indented JSON.
std::string AuditJson(const AuditResult& result, const EvalRun& run);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_EVAL_PROBES_H_
