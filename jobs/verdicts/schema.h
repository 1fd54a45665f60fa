// The shapes that a result line can have: gram-cpu's own, and those that other tools read. A schema
// writes a line, reads it back, and says what there is to count in it.
#ifndef GRAM_JOBS_VERDICTS_SCHEMA_H_
#define GRAM_JOBS_VERDICTS_SCHEMA_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "gram/judge.h"
#include "jobs/formats/input_row.h"
#include "jobs/io/json_line.h"
#include "jobs/verdicts/totals.h"
#include "jobs/verdicts/verdict_line.h"

namespace gram::jobs {

/// docs/outputs.md shows a line of each.
enum class Schema {
  kGramCpu,      ///< id and verdict, or id and ranking: everything that is known
  kGram,         ///< the row and score_chosen, score_rejected, correct: GRAM's evaluation scripts
  kRewardBench,  ///< the row and results, scores_chosen, scores_rejected
  kJudgeBench    ///< the row and judgments: what JudgeBench's metrics read
};

/// The schema called `name` on the command line, such as "gram-cpu"; nothing for other names.
std::optional<Schema> ParseSchema(std::string_view name);

/// Why `row` cannot be written in `schema`, if so; known before it is scored. Codes: no_label,
/// several_comparisons, duplicate_field (the row has one of the fields that the schema adds).
std::optional<RowError> CheckSchema(Schema schema, const InputRow& row);

/// The result line of a row that CheckSchema has agreed to; `verdicts` are those of its
/// comparisons, in order. Depends on nothing else. The `addition` is for schema gram-cpu alone.
ResultLine WriteResult(Schema schema, const InputRow& row, std::span<const Verdict> verdicts,
                       const VerdictAddition& addition = {});

/// Reads the lines of an output back, one after the other, with buffers that are used again. Not
/// thread-safe.
class LineReader {
 public:
  explicit LineReader(Schema schema) : schema_(schema) {}

  /// What `line` says, whoever wrote it. Only what the schema adds is looked at: the other fields
  /// are the row's own.
  LineRecord Read(std::string_view line);

  /// The same of a line of rank, or of score in schema gram-cpu. Errors: kCorrupt (not such a line,
  /// or a number out of its range).
  Result<LineRecord> ReadWhole(std::string_view line);

 private:
  Schema schema_;
  JsonLineParser parser_;
  std::string text_;
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_VERDICTS_SCHEMA_H_
