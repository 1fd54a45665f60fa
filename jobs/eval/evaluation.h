// A run's verdicts as tables and diagnostics: what `eval` prints and a report shows.
#ifndef GRAM_JOBS_EVAL_EVALUATION_H_
#define GRAM_JOBS_EVAL_EVALUATION_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "gram/status.h"
#include "jobs/eval/benchmark.h"
#include "jobs/eval/diagnostics.h"
#include "jobs/eval/eval_run.h"

namespace gram::jobs {

/// A line of a table with its numbers; in a published line they are given, without an interval.
struct EvaluatedLine {
  std::string name;
  std::vector<std::optional<Estimate>> cells;
  bool published = false;
};

struct EvaluatedTable {
  std::string name;
  std::string note;
  std::vector<std::string> columns;
  std::vector<EvaluatedLine> lines;
};

struct Evaluation {
  std::string benchmark;  ///< its title
  std::vector<EvaluatedTable> tables;
  std::vector<std::string> remarks;
  Diagnostics diagnostics;
  BootstrapOptions bootstrap;
  size_t clusters = 0;       ///< that were drawn anew
  bool by_question = false;  ///< clusters are questions; else rows, whose questions are not known
};

/// Errors: kInvalidArgument where no verdict is on a pair with a label, since every table is one of
/// agreement with labels.
Result<Evaluation> Evaluate(const Benchmark& benchmark, const EvalRun& run,
                            const BootstrapOptions& options);

/// The evaluation as indented JSON, with what the manifest of `run` says of where it comes from.
std::string EvaluationJson(const Evaluation& evaluation, const EvalRun& run);

/// "95 % percentile bootstrap intervals: 1,000 resamples of 350 questions, seed 1".
std::string IntervalsText(const Evaluation& evaluation);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_EVAL_EVALUATION_H_
