// From rows as they were read to questions and answers: each file by the format it is in.
#ifndef GRAM_JOBS_FORMATS_ROW_MAPPER_H_
#define GRAM_JOBS_FORMATS_ROW_MAPPER_H_

#include <memory>
#include <string>
#include <string_view>

#include "gram/status.h"
#include "jobs/formats/conversation.h"
#include "jobs/formats/field_map.h"
#include "jobs/formats/field_roles.h"
#include "jobs/formats/input_row.h"
#include "jobs/io/raw_row.h"
#include "jobs/io/row_source.h"

namespace gram::jobs {

struct MapperOptions {
  FieldMap fields;          ///< what the user says goes before what is recognised
  std::string format = {};  ///< of all files; empty: each file's is recognised
  NameSet ignored = {};     ///< fields that count as absent; of a message's, too
  Turns turns = Turns::kJoin;
  bool comparisons = true;  ///< false: leave them out, for a ranking of lists of any length
};

/// Maps rows by their file's format (docs/inputs.md), which is told from the first rows of the file
/// and depends on nothing but them. A row that does not fit it gets an error. A row with a text
/// that would be lost gets one, too (unused_field): every text, label or context field is used,
/// known not to be needed, or left out by the user. Not thread-safe. Move-only.
///
/// The comparisons of a list: with better and worse answers (RewardBench 2, RM-Bench) each better
/// one with each worse one, in that order; else every two answers, the earlier one first, labelled
/// where the row tells their quality; more than kMostComparisons are an error (too_many).
class RowMapper {
 public:
  /// Recognises the format of every file of `source`, which has not been read from. Errors: those
  /// of reading; kInvalidArgument: those of ReadFileFormat, or an unknown options.format.
  static Result<RowMapper> Make(const MapperOptions& options, RowSource& source);

  RowMapper(RowMapper&&) noexcept;
  ~RowMapper();

  /// Maps a row of that source.
  InputRow Map(RawRow row);

  /// The format of file number `file`, as --format names it; empty where it has no JSON objects.
  std::string_view FormatName(size_t file) const;

  /// For each file: its format, what becomes of which field, and a row as mapped. Text of several
  /// lines, for people.
  std::string Explain();

  static constexpr size_t kMostComparisons = 2016;  ///< every two of 64 answers

 private:
  struct Impl;
  explicit RowMapper(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_ROW_MAPPER_H_
