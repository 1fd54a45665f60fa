// The files of one output: where it and what lies beside it are, and who may write them.
#ifndef GRAM_JOBS_RUN_OUTPUT_FILES_H_
#define GRAM_JOBS_RUN_OUTPUT_FILES_H_

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gram/status.h"
#include "jobs/io/compression.h"
#include "jobs/io/files.h"

namespace gram::jobs {

/// Whether `output` is written to as it goes, without a journal: "-" and other names of open
/// descriptors, and whatever is there and is not a regular file (a FIFO, a device). Errors: kIo,
/// kNotFound (the folder to write in is not there), kInvalidArgument (a folder).
Result<bool> IsDirectOutput(const std::string& output);

/// Makes an output that is no lines of the lines in the file `lines`: writes it to the file `to`,
/// which is replaced, and to disk. False where `stop` was set before it was done; `to` is then
/// removed, as it is on an error.
using LinePacker = std::function<Result<bool>(const std::string& lines, const std::string& to,
                                              const std::atomic<bool>& stop)>;

/// Where a regular file's run keeps its state.
struct OutputPaths {
  /// A link is followed, whether or not anything is where it leads, so that the rename at the end
  /// replaces the file and not the link.
  explicit OutputPaths(const std::string& name);

  std::string output;    ///< there when it is complete, and only then
  std::string journal;   ///< .partial: whole result lines so far, plain
  std::string retry;     ///< .retry: the journal of a pass that redoes failed rows
  std::string packed;    ///< .packing: the output while it is being compressed
  std::string manifest;  ///< .run.json
  std::string lock;      ///< .lock

  std::vector<std::string> all() const { return {output, journal, retry, packed, manifest, lock}; }
};

/// Whether there is a file with something in it: an empty one, such as mktemp makes, is free.
bool HoldsSomething(const std::string& path);

/// kInvalidArgument where an output or a run is there; `choices` says what can be done.
Status CheckFree(const OutputPaths& paths, const std::string& choices);

/// Removes what an earlier run left, in an order in which a crash leaves nothing that could be
/// taken for this run's. Errors: kIo.
Status ClearRun(const OutputPaths& paths);

/// One process at a time writes an output: a lock file, held while this object lives and removed
/// with it. The lock is the kernel's and ends with the process: a lock file that a killed process
/// left behind is free. Where the file system knows no locks, nothing is locked. Move-only.
class OutputLock {
 public:
  /// Locks `path` on behalf of `output`. Errors: kInvalidArgument (another process holds it; the
  /// message names it), kIo, kNotFound.
  static Result<OutputLock> Acquire(const std::string& path, const std::string& output);

  OutputLock(OutputLock&& other) noexcept;
  OutputLock& operator=(OutputLock&&) = delete;
  OutputLock(const OutputLock&) = delete;
  OutputLock& operator=(const OutputLock&) = delete;
  ~OutputLock();

 private:
  OutputLock(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}

  Status Refusal(const std::string& output) const;
  bool IsAt(const std::string& path) const;
  void WriteHolder();

  int descriptor_;
  std::string path_;
};

/// A file of lines that is there when it is whole, and not before: written beside `path`,
/// compressed where that ends in .gz or .zst, and renamed at the end. What is not a regular file
/// ("-", a FIFO) is written to as it goes, plain. Move-only; one that goes without Commit leaves
/// nothing behind.
class LinesFile {
 public:
  /// Errors: kInvalidArgument (`path` is a file that holds something, and no `force`; a folder),
  /// kIo, kNotFound (no such folder).
  static Result<LinesFile> Create(const std::string& path, bool force);

  LinesFile(LinesFile&& other) noexcept = default;
  LinesFile& operator=(LinesFile&&) = delete;
  LinesFile(const LinesFile&) = delete;
  LinesFile& operator=(const LinesFile&) = delete;
  ~LinesFile();

  /// Adds `line`, which has its line feed. Errors: kIo (disk full).
  Status Write(std::string_view line);

  /// Puts all lines on disk and the file in its place. Call once, last. Errors: kIo.
  Status Commit();

 private:
  explicit LinesFile(std::string path) : path_(std::move(path)) {}

  Status Flush(bool last);

  std::string path_;
  std::string temporary_;             // empty: nothing to rename or to remove
  std::optional<OutputFile> direct_;  // where path_ is not a regular file; else
  std::optional<AppendFile> file_;
  std::unique_ptr<Encoder> encoder_;  // null: plain
  std::string pending_;
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_OUTPUT_FILES_H_
