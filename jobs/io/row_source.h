// Which files an input is made of, and the rows of all of them, one after the other.
#ifndef GRAM_JOBS_IO_ROW_SOURCE_H_
#define GRAM_JOBS_IO_ROW_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gram/status.h"
#include "jobs/io/json_line.h"
#include "jobs/io/row_reader.h"

namespace gram::jobs {

/// One file, pipe or standard input; or a text in memory.
struct InputFile {
  std::string path;              ///< "-" is standard input; of a text, what messages call it
  std::optional<int64_t> bytes;  ///< size of a regular file, compressed or not; else unknown
  std::shared_ptr<const std::string> text = nullptr;  ///< null: a file

  /// Whether it can be opened again to be read from the start.
  bool regular() const { return bytes.has_value() && path != "-"; }
};

/// The inputs that `names` stand for, in their order. A name that is no file but holds *, ? or [ is
/// a pattern; its matches come in byte order. Errors: kNotFound (no such file, or no match);
/// kInvalidArgument (a folder, or one file twice, under whatever names); kIo.
Result<std::vector<InputFile>> FindInputs(const std::vector<std::string>& names);

/// kInvalidArgument where `output` is one of `files`, under whatever name.
Status CheckNotAnInput(const std::vector<InputFile>& files, const std::string& output);

/// One row of input as it was read: its text and its place, not yet parsed.
struct RawRow {
  size_t file = 0;       ///< index into RowSource::files()
  int64_t number = 0;    ///< 1 for the first row of all; lines of white space are not rows
  int64_t file_row = 0;  ///< 1 for the first row of its file
  std::string text;      ///< the row's JSON byte for byte; line feeds only between its tokens
  std::optional<RowError> error;  ///< too_long: the text is left out
};

/// Opens the file at `path` where its rows are not texts; null where they are. Errors: those of
/// opening and reading such a file.
using RowFileOpener = std::function<Result<std::unique_ptr<RowFile>>(const std::string& path)>;

/// Reads the inputs in order, in the memory of one row. Regular files are opened when their turn
/// comes; pipes at once, since they cannot be had again. Move-only.
class RowSource {
 public:
  /// Regular files that `opener` opens are read by it. Errors: those of FindInputs, and of opening
  /// a pipe.
  static Result<RowSource> Open(const std::vector<std::string>& names, RowFileOpener opener = {});

  /// The rows of a text, as those of a file with these bytes. `name` is what messages call it.
  static RowSource OfText(std::string text, std::string name);

  /// Puts the next row into `row`; false behind the last. Errors: those of RowReader::Next, when
  /// all rows before the fault have been given.
  Result<bool> Next(RawRow& row);

  /// Goes past the rows that come next and can be left unread, `most` at most: whole row groups of
  /// columns. Returns how many. Errors: those of Next.
  Result<int64_t> Pass(int64_t most);

  /// Whether Next is likely to return without waiting for the other end of a pipe, or within
  /// `wait_ms`.
  bool Ready(int wait_ms = 0) const;

  /// What Find looks at.
  struct Head {
    std::optional<RawRow> row;       ///< the first row that is wanted
    Layout layout = Layout::kEmpty;  ///< of the file
    bool ended = false;              ///< the file has no more rows than were looked at
  };

  /// Looks for the first row of file number `file` that `wanted` agrees to, among its first 1000
  /// (or 64 MiB), without taking any away from Next. Waits for a pipe. To be called before Next.
  /// Errors: those of Next.
  Result<Head> Find(size_t file, const std::function<bool(const RawRow&, Layout)>& wanted);

  const std::vector<InputFile>& files() const { return files_; }
  int64_t bytes_read() const;  ///< up to the rows that Next gave, compressed bytes where they are
  std::optional<int64_t> bytes_total() const;  ///< of all files; unknown where there is a pipe

 private:
  // An input that is open, and rows of it that were read ahead.
  struct OpenInput {
    explicit OpenInput(std::unique_ptr<RowFile> opened) : reader(std::move(opened)) {}
    std::unique_ptr<RowFile> reader;
    int64_t rows = 0;
    std::deque<RawRow> ahead;
  };

  Result<std::unique_ptr<OpenInput>> OpenAt(const InputFile& file) const;
  void CloseCurrent();
  static Result<bool> ReadRow(OpenInput& input, RawRow& row);

  RowFileOpener opener_;
  std::vector<InputFile> files_;
  std::vector<std::unique_ptr<OpenInput>> open_;  // one a file; null where it is not open
  size_t current_ = 0;
  int64_t rows_ = 0;
  int64_t bytes_done_ = 0;  // of the files behind current_
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_IO_ROW_SOURCE_H_
