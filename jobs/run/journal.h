// The result lines of a run so far, on disk as far as they go, and how they become its output.
#ifndef GRAM_JOBS_RUN_JOURNAL_H_
#define GRAM_JOBS_RUN_JOURNAL_H_

#include <atomic>
#include <span>
#include <string>
#include <utility>

#include "gram/status.h"
#include "jobs/io/files.h"
#include "jobs/run/manifest.h"
#include "jobs/run/output_files.h"
#include "jobs/verdicts/schema.h"
#include "jobs/verdicts/totals.h"

namespace gram::jobs {

/// A file of whole lines that grows, and what they add up to. Move-only.
class Journal {
 public:
  /// Opens the journal at `path`, which is made where there is none. What a crash left behind the
  /// last whole line is cut off: a torn line, or from the first line that is not
  /// one of JSON as this program writes them on, as where the file was compressed. `schema`
  /// is the lines'. Errors: kIo, kNotFound.
  static Result<Journal> Open(const std::string& path, Schema schema);

  /// Adds lines; on an error, none of them. Errors: kIo (disk full).
  Status Append(std::span<const ResultLine> lines);

  /// Returns once all lines are on disk. Errors: kIo.
  Status Sync() { return file_.Sync(); }

  /// Gives it another name, in place of what has it. Errors: kIo.
  Status RenameTo(const std::string& path);

  /// Whether it is still what is found at its path.
  bool InPlace() const { return file_.InPlace(); }

  const Totals& totals() const { return totals_; }
  const std::string& path() const { return file_.path(); }

 private:
  explicit Journal(AppendFile file) : file_(std::move(file)) {}

  AppendFile file_;
  Totals totals_;
};

/// What the lines of the finished output at `path`, plain or compressed, add up to. Errors:
/// kCorrupt where one is torn or not JSON, and those of LineFile.
Result<Totals> TallyFile(const std::string& path, Schema schema);

/// Puts the lines of `journal` in the place of paths.output, packed by `pack`, or where there is
/// none as its name asks for, then says so in the manifest and removes what is no longer of use.
/// False where `stop` was set while it packed: the journal is as it was. Errors: kIo and the like;
/// the output is then the old one, if any, or the new one, whole.
Result<bool> Publish(Journal& journal, const OutputPaths& paths, RunRecord& record,
                     const LinePacker& pack, const std::atomic<bool>& stop);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_JOURNAL_H_
