// The files of one run: the output and what lies beside it while the run goes on.
#ifndef GRAM_JOBS_RUN_OUTPUT_PATHS_H_
#define GRAM_JOBS_RUN_OUTPUT_PATHS_H_

#include <string>
#include <vector>

#include "gram/status.h"

namespace gram::jobs {

/// Whether `output` is written to as it goes, without a journal: "-" and other names of open
/// descriptors, and whatever is there and is not a regular file (a FIFO, a device). Errors: kIo,
/// kNotFound
/// (the folder to write in is not there), kInvalidArgument (a folder).
Result<bool> IsDirectOutput(const std::string& output);

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

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_OUTPUT_PATHS_H_
