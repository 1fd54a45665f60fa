// Rows and their verdicts, side by side, into those that are kept and those that are dropped.
#ifndef GRAM_JOBS_FILTER_FILTER_RUN_H_
#define GRAM_JOBS_FILTER_FILTER_RUN_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "jobs/filter/filter_rules.h"
#include "jobs/filter/row_editor.h"
#include "jobs/formats/row_mapper.h"
#include "jobs/io/row_source.h"
#include "jobs/verdicts/schema.h"

namespace gram::jobs {

/// What became of the rows.
struct FilterCount {
  int64_t rows = 0;
  int64_t kept = 0;                        ///< swapped and relabelled ones included
  int64_t swapped = 0;                     ///< of these
  int64_t relabelled = 0;                  ///< of these
  int64_t flips = 0;                       ///< rows with a comparison whose two orders disagree
  int64_t labels_not_understood = 0;       ///< rows with a label that said nothing certain
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

/// How rows and verdicts are put together.
struct FilterJoin {
  std::string member = "gram_cpu";  ///< what the verdict is called in the rows; empty: left out
  /// Nothing but the ids of rows and verdicts shows that they belong together: a row without one,
  /// or with that of another row, ends the filter.
  bool only_by_id = false;
  std::string verdicts = "the verdicts";  ///< what they are called in messages
};

/// Whether the ids of rows alone can tell which verdict is whose: meets the rows of an input one
/// after the other, in the memory of a hash each.
class RowIds {
 public:
  /// What keeps `row` from being told by its id, as in "it has ...": there is none, or a row before
  /// has the same. Empty where nothing does, and for rows that are errors: their verdicts tell the
  /// row's number.
  std::string_view WhyNot(const InputRow& row);

 private:
  std::unordered_set<size_t> seen_;  // hashes
};

/// Decides on every row of a source, in the memory of one row.
class FilterRun {
 public:
  /// `editor` works on `mapper`; both have to outlive the run.
  FilterRun(const FilterRules& rules, const FilterJoin& join, RowMapper& mapper, RowEditor& editor)
      : rules_(rules), join_(join), mapper_(mapper), editor_(editor) {}

  /// Errors: those of the streams; kInvalidArgument where verdicts and rows do not belong together
  /// (the message names the row), where a row has a member of that name already, or where the
  /// verdicts do not tell what a rule asks.
  Result<FilterCount> Run(RowSource& rows, const FilterStreams& streams);

 private:
  std::string NameOf(const InputRow& row) const;
  Status Mismatch(const InputRow& row, const std::string& what) const;
  Status CheckAnswers(const InputRow& row, const LineRecord& record) const;
  Status CheckBelongs(const InputRow& row, const LineRecord& record);
  Status Write(const InputRow& row, const std::string& text, const Decision& decision,
               std::string_view verdict_line, const FilterStreams& streams);
  Status Filter(const InputRow& row, std::string& verdict_line, const FilterStreams& streams);

  FilterRules rules_;
  FilterJoin join_;
  RowMapper& mapper_;
  RowEditor& editor_;
  LineReader reader_ = LineReader(Schema::kGramCpu);
  RowIds ids_;
  std::vector<InputFile> files_;
  FilterCount count_;
};

/// What went into a filter and came out of it.
struct FilterRecord {
  FilterRules rules;
  std::string attach;  ///< the name of the verdict in the rows
  std::vector<InputFile> inputs;
  InputFile verdicts;
  std::string dropped;  ///< path; empty: not written
  FilterCount count;
};

/// OUTPUT.run.json: the record, the content of every regular input, version and command. Errors:
/// those of reading the inputs again.
Result<std::string> FilterManifest(const FilterRecord& record);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FILTER_FILTER_RUN_H_
