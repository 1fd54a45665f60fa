// The shapes that a result line can have: gram-cpu's own, and those that other tools read.
#ifndef GRAM_JOBS_VERDICTS_SCHEMA_H_
#define GRAM_JOBS_VERDICTS_SCHEMA_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "gram/judge.h"
#include "jobs/formats/input_row.h"

namespace gram::jobs {

/// docs/outputs.md shows a line of each.
enum class Schema {
  kGramCpu,      ///< id and verdict: everything that is known
  kGram,         ///< the row and score_chosen, score_rejected, correct: GRAM's evaluation scripts
  kRewardBench,  ///< the row and results, scores_chosen, scores_rejected
  kJudgeBench    ///< the row and judgments: what JudgeBench's metrics read
};

/// The schema called `name` on the command line, such as "gram-cpu"; nothing for other names.
std::optional<Schema> ParseSchema(std::string_view name);

/// Why `row` cannot be written in `schema`, if so; known before it is scored. Codes: no_label,
/// several_comparisons, duplicate_field (the row has one of the fields that the schema adds).
std::optional<RowError> CheckSchema(Schema schema, const InputRow& row);

/// The result line of a row that CheckSchema has agreed to, line feed included; `verdicts` are
/// those of its comparisons, in order. Depends on nothing else.
std::string ResultLine(Schema schema, const InputRow& row, std::span<const Verdict> verdicts);

/// The error of a row whose comparison number `index` could not be scored. Where it is one of
/// several, the message names it.
RowError ComparisonError(const InputRow& row, size_t index, const Status& status);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_VERDICTS_SCHEMA_H_
