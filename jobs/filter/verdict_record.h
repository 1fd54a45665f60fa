// A line that `score` wrote, read back as far as a filter needs it.
#ifndef GRAM_JOBS_FILTER_VERDICT_RECORD_H_
#define GRAM_JOBS_FILTER_VERDICT_RECORD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gram/status.h"
#include "jobs/formats/label.h"
#include "jobs/io/json_line.h"

namespace gram::jobs {

/// What was said of one comparison. A number that the line could not hold is an infinity or NaN.
struct RecordedVerdict {
  Label label = Label::kNone;
  double margin = 0;  ///< log-odds of the first answer
  double order_gap = 0;
  bool orders_agree = false;
};

struct VerdictRecord {
  std::string id_json;                    ///< the id's JSON text
  std::optional<int64_t> row;             ///< its number, which error lines give
  bool failed = false;                    ///< an error line: there are no verdicts
  bool flagged = false;                   ///< one of the verdicts has flags
  std::vector<RecordedVerdict> verdicts;  ///< of a row's comparisons, in order
};

/// Reads a line of schema gram-cpu. Errors: kCorrupt (not such a line).
Result<VerdictRecord> ReadVerdict(JsonLineParser& parser, std::string& line);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FILTER_VERDICT_RECORD_H_
