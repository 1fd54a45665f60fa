// The result lines of a run so far, on disk as far as they go.
#ifndef GRAM_JOBS_RUN_JOURNAL_H_
#define GRAM_JOBS_RUN_JOURNAL_H_

#include <memory>
#include <span>
#include <string>

#include "gram/status.h"
#include "jobs/io/files.h"
#include "jobs/verdicts/totals.h"

namespace gram::jobs {

/// A file of whole lines that grows, and what they add up to. Move-only.
class Journal {
 public:
  /// Opens the journal at `path`, which is made where there is none. What a crash left behind the
  /// last whole line is cut off: a torn line, or from the first line that is not
  /// one of JSON as this program writes them on, as where the file was compressed. `schema`
  /// is the lines' (see LineTally). Errors: kIo, kNotFound.
  static Result<Journal> Open(const std::string& path, std::string_view schema);

  /// Adds lines, each with its line feed; on an error, none of them. Errors: kIo (disk full).
  Status Append(std::span<const std::string> lines);

  /// Returns once all lines are on disk. Errors: kIo.
  Status Sync() { return file_.Sync(); }

  /// Gives it another name, in place of what has it. Errors: kIo.
  Status RenameTo(const std::string& path);

  /// Whether it is still what is found at its path.
  bool InPlace() const { return file_.InPlace(); }

  const Totals& totals() const { return totals_; }
  const std::string& path() const { return file_.path(); }

 private:
  Journal(AppendFile file, std::string_view schema)
      : file_(std::move(file)), tally_(std::make_unique<LineTally>(schema)) {}

  AppendFile file_;
  std::unique_ptr<LineTally> tally_;
  Totals totals_;
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_JOURNAL_H_
