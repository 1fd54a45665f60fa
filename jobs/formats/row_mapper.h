// From rows as they were read to questions and answers: each file by the format it is in.
#ifndef GRAM_JOBS_FORMATS_ROW_MAPPER_H_
#define GRAM_JOBS_FORMATS_ROW_MAPPER_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gram/status.h"
#include "jobs/formats/input_row.h"
#include "jobs/formats/mapper_options.h"
#include "jobs/formats/recognise.h"
#include "jobs/io/row_source.h"

namespace gram::jobs {

/// Maps rows by their file's format (docs/inputs.md), which is told from the first rows of the file
/// and depends on nothing but them, or from rows in memory, or given by name. A row that does not
/// fit it gets an error. A row with a text that would be lost gets one, too (unused_field): every
/// text, label or context field is used, known not to be needed, or left out by the user. Not
/// thread-safe. Move-only.
///
/// The comparisons of a list: with better and worse answers (RewardBench 2, RM-Bench) each better
/// one with each worse one, in that order; else every two answers, the earlier one first, labelled
/// where the row tells their quality; more than kMostComparisons are an error (too_many).
class RowMapper {
 public:
  /// Recognises the format of every file of `source`, which has not been read from. Errors: those
  /// of RecogniseFile; kInvalidArgument: an unknown options.format.
  static Result<RowMapper> Make(const MapperOptions& options, RowSource& source);

  /// For rows whose number of the file counts through `files`, which is not empty.
  explicit RowMapper(std::vector<FileFormat> files) : files_(std::move(files)) {}
  explicit RowMapper(FileFormat file) { files_.push_back(std::move(file)); }

  /// Maps a row of these files.
  InputRow Map(RawRow row);

  /// Maps a row of the first file that is held in memory, from its JSON text; it counts as row 1.
  InputRow MapText(std::string json);

  /// The format of file number `file`, as --format names it; empty where it has no JSON objects.
  std::string_view FormatName(size_t file) const { return files_[file].name; }

  /// For each file: its format, what becomes of which field, and a row as mapped. Text of several
  /// lines, for people.
  std::string Explain();

 private:
  static std::optional<RowError> ReadId(RowView& view, const std::string& name,
                                        std::string& id_json);
  std::string ExplainFile(const FileFormat& file);

  std::vector<FileFormat> files_;
  JsonLineParser parser_;
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_ROW_MAPPER_H_
