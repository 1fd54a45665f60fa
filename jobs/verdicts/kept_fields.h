// Fields of an input row that its result line repeats: a group, a source, whatever the user needs.
#ifndef GRAM_JOBS_VERDICTS_KEPT_FIELDS_H_
#define GRAM_JOBS_VERDICTS_KEPT_FIELDS_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gram/status.h"
#include "jobs/formats/input_row.h"
#include "jobs/io/json_line.h"

namespace gram::jobs {

/// Which top-level fields are kept, and which of them rows had. Not thread-safe.
class KeptFields {
 public:
  /// `lists` are names or lists of names, "a,b"; {"all"} keeps every field; nothing keeps none.
  /// Errors: kInvalidArgument (an empty name; "all" beside others).
  static Result<KeptFields> Parse(const std::vector<std::string>& lists);

  bool none() const { return !all_ && names_.empty(); }
  bool Keeps(const std::string& name) const { return all_ || names_.contains(name); }
  const std::set<std::string>& names() const { return names_; }  ///< none, too, where all are kept

  /// The choice as one text, whatever the order in which it was typed: "all" or "a,b".
  std::string text() const;

  /// Puts those of the row's fields that are kept into `row.kept`, in the row's order, each value
  /// with its own bytes (see OnOneLine). A row that has an error is left alone, one whose field
  /// cannot be repeated gets one: codes invalid_json (NaN or infinity), too_deep.
  void Keep(InputRow& row);

  /// The rows that were looked at.
  int64_t rows() const { return rows_; }

  /// The names that none of these rows had.
  std::vector<std::string> Missing() const;

 private:
  std::optional<RowError> WhyNot(const std::string& member, const std::string& name);

  bool all_ = false;
  std::set<std::string> names_;
  std::set<std::string> found_;  // of names_
  int64_t rows_ = 0;
  JsonLineParser parser_;
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_VERDICTS_KEPT_FIELDS_H_
