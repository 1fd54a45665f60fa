// A line that `score` or `rank` wrote, read back as far as a filter needs it.
#ifndef GRAM_JOBS_FILTER_VERDICT_RECORD_H_
#define GRAM_JOBS_FILTER_VERDICT_RECORD_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gram/status.h"
#include "jobs/formats/input_row.h"
#include "jobs/io/json_line.h"

namespace gram::jobs {

/// What was said of one comparison. A number that the line could not hold is an infinity or NaN.
struct RecordedVerdict {
  Label label = Label::kNone;
  double margin = 0;  ///< log-odds of the first answer
  double order_gap = 0;
  bool orders_agree = false;
  bool identical = false;  ///< the two answers are one text, perhaps only once they were shortened
};

/// What was said of a list of answers.
struct RecordedRanking {
  size_t responses = 0;
  std::optional<bool> correct;      ///< whether the best is one that the row tells to be the best
  double lead = 0;                  ///< strength (log-odds) of the best over the next; 0 for a tie
  bool orders_agree = false;        ///< in every comparison
  std::optional<double> order_gap;  ///< the largest; known where the line lists its comparisons
  std::vector<double> ranks = {};
  std::vector<double> strengths = {};
};

/// By how much the best answer's strength leads that of the next that is another text; 0 where two
/// are the best, infinite where there is no other. By a knockout's ranks the best may be the weaker
/// one: then the lead is below 0. `texts` are the answers; where they are not given, all differ.
double LeadOfBest(const RecordedRanking& ranking, std::span<const std::string> texts = {});

struct VerdictRecord {
  std::string id_json;                     ///< the id's JSON text
  std::optional<int64_t> row;              ///< its number, which error lines give
  bool failed = false;                     ///< an error line: there are no verdicts
  bool flagged = false;                    ///< one of the verdicts has flags
  bool truncated = false;                  ///< an answer was shortened
  bool label_not_understood = false;       ///< the row has a label, and it said nothing certain
  std::vector<RecordedVerdict> verdicts;   ///< of a row's comparisons, in order
  std::optional<RecordedRanking> ranking;  ///< of a line of rank, which has no verdicts
};

/// Reads a line of rank, or of score in schema gram-cpu. Errors: kCorrupt (not such a line, or a
/// number out of its range).
Result<VerdictRecord> ReadVerdict(JsonLineParser& parser, std::string& line);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FILTER_VERDICT_RECORD_H_
