// Rows and their verdicts, side by side, into those that are kept and those that are dropped.
#ifndef GRAM_JOBS_FILTER_FILTER_RUN_H_
#define GRAM_JOBS_FILTER_FILTER_RUN_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "jobs/filter/filter_rules.h"
#include "jobs/filter/row_editor.h"
#include "jobs/formats/row_mapper.h"
#include "jobs/io/json_line.h"
#include "jobs/io/row_source.h"

namespace gram::jobs {

/// What became of the rows.
struct FilterCount {
  int64_t rows = 0;
  int64_t kept = 0;                        ///< swapped and relabelled ones included
  int64_t swapped = 0;                     ///< of these
  int64_t relabelled = 0;                  ///< of these
  int64_t flips = 0;                       ///< rows with a comparison whose two orders disagree
  std::map<std::string, int64_t> dropped;  ///< by reason

  int64_t dropped_rows() const;
};

/// Where things go to and come from. `next_verdict` puts the next line of score's output into its
/// argument, false at the end; the other two take whole lines.
struct FilterStreams {
  std::function<Result<bool>(std::string&)> next_verdict;
  std::function<Status(std::string_view)> keep;
  std::function<Status(std::string_view)> drop;
  std::function<void(const FilterCount&)> done;  ///< after every row
};

/// Decides on every row of a source, in the memory of one row.
class FilterRun {
 public:
  /// `member` is the name that the verdict gets in the rows. `editor` works on `mapper`; both have
  /// to outlive the run.
  FilterRun(const FilterRules& rules, std::string member, RowMapper& mapper, RowEditor& editor)
      : rules_(rules), member_(std::move(member)), mapper_(mapper), editor_(editor) {}

  /// Errors: those of the streams; kInvalidArgument where verdicts and rows do not belong together
  /// (the message names the row), or where a row has a member of that name already.
  Result<FilterCount> Run(RowSource& rows, const FilterStreams& streams);

 private:
  Status Write(const InputRow& row, const std::string& text, const Decision& decision,
               std::string_view verdict_line, const FilterStreams& streams);
  Status Filter(const InputRow& row, std::string& verdict_line, const FilterStreams& streams);

  FilterRules rules_;
  std::string member_;
  RowMapper& mapper_;
  RowEditor& editor_;
  JsonLineParser parser_;
  FilterCount count_;
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FILTER_FILTER_RUN_H_
