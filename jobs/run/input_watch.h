// What the inputs of a run hold, and that they still do.
#ifndef GRAM_JOBS_RUN_INPUT_WATCH_H_
#define GRAM_JOBS_RUN_INPUT_WATCH_H_

#include <filesystem>
#include <span>
#include <vector>

#include "gram/status.h"
#include "jobs/io/row_source.h"
#include "jobs/run/manifest.h"

namespace gram::jobs {

class InputWatch {
 public:
  /// Reads every regular file of `files` once. Errors: those of IdentifyFile.
  static Result<InputWatch> Open(std::span<const InputFile> files);

  const std::vector<InputRecord>& records() const { return records_; }

  /// Whether every input can be read again from its start.
  bool repeatable() const;

  /// Errors: kCorrupt where a file no longer holds what it held; those of IdentifyFile.
  Status CheckUnchanged() const;

 private:
  std::vector<InputRecord> records_;
  std::vector<std::filesystem::file_time_type> written_;  // one a record
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_INPUT_WATCH_H_
