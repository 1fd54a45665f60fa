// Verdicts of a run joined with the rows that they are on: what is evaluated.
#ifndef GRAM_JOBS_EVAL_EVAL_RUN_H_
#define GRAM_JOBS_EVAL_EVAL_RUN_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gram/status.h"
#include "jobs/run/manifest.h"
#include "jobs/verdicts/totals.h"

namespace gram::jobs {

/// One comparison of two answers.
struct EvalPair {
  size_t first = 0;   ///< the answers' places in the row
  size_t second = 1;  ///< likewise
  LineVerdict verdict;
  /// Characters of the two answers; not a number where the texts are not at hand.
  std::array<double, 2> lengths = {kNotTold, kNotTold};
};

/// A row with what was said of it.
struct EvalRow {
  int64_t number = 0;       ///< 1 for the first row of all
  size_t file = 0;          ///< of the run's inputs
  std::string_view format;  ///< of that file, static text; empty where no input was read
  std::string id_json;
  std::string error_code;           ///< of a row without a verdict
  std::vector<std::string> fields;  ///< in the order of EvalInput::fields; "" where it has none
  size_t cluster = 0;               ///< rows of one question share it; of a row with pairs
  std::vector<EvalPair> pairs;
};

/// What a run's verdicts are evaluated with.
struct EvalInput {
  std::string verdicts;             ///< the path of an output of score
  std::vector<std::string> inputs;  ///< its inputs; empty: where the manifest says they are
  std::vector<std::string> fields;  ///< of the rows, that the evaluation goes by
};

struct EvalRun {
  std::string path;  ///< of the verdicts
  std::optional<Manifest> manifest;
  std::vector<EvalRow> rows;
  size_t clusters = 0;             ///< different values of EvalRow::cluster
  std::vector<std::string> files;  ///< the inputs that were read; empty: none
  std::string without_texts;       ///< why no input was read; empty where they were
};

/// Reads the verdicts and, where they can be found unchanged, the rows they are on. Errors:
/// those of VerdictFile; kInvalidArgument where verdicts and rows do not belong together, or the
/// lines are rankings; kCorrupt, naming the line.
Result<EvalRun> ReadEvalRun(const EvalInput& input);

/// The texts of a row.
struct RowTexts {
  std::string question;
  std::vector<std::string> responses;
};

/// The texts of these rows of `run`, by their numbers; those that cannot be read again are absent.
Result<std::map<int64_t, RowTexts>> ReadTexts(const EvalRun& run,
                                              const std::vector<int64_t>& numbers);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_EVAL_EVAL_RUN_H_
