// What a run finds when it starts: an earlier one and its output, and inputs that have to stay.
#ifndef GRAM_JOBS_RUN_RUN_START_H_
#define GRAM_JOBS_RUN_RUN_START_H_

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gram/status.h"
#include "jobs/io/row_source.h"
#include "jobs/run/job.h"
#include "jobs/run/manifest.h"
#include "jobs/run/output_files.h"

namespace gram::jobs {

/// How a run starts: anew, or from what an earlier one left.
enum class RunStart {
  kNew,      ///< nothing there counts
  kResume,   ///< a journal goes on
  kComplete  ///< the output is there, and so complete
};

/// No file of the output may be an input, and what goes on must be able to read its inputs again.
/// Errors: kInvalidArgument; those of CheckNotAnInput.
Status CheckInputs(const RunOptions& options, const OutputPaths& paths, const RowSource& source);

/// The manifest of the run that is to go on; nothing where none is there, or where a new run
/// starts: whatever it is, it does not count then. Errors: those of ReadManifest.
Result<std::optional<Manifest>> ReadEarlier(const RunOptions& options, const OutputPaths& paths);

/// What the files at `paths` and the options make of a run; `earlier` is the manifest there.
/// Errors: kInvalidArgument where something is there and the options do not say what to do with it,
/// or where it cannot be resumed; the message names the choices. kCorrupt where the output is
/// not what its run wrote.
Result<RunStart> ChooseStart(const OutputPaths& paths, const RunOptions& options,
                             const std::optional<Manifest>& earlier);

/// kInvalidArgument with every difference where `now` is not the run that `earlier` is of.
Status CheckSameRun(const RunIdentity& now, const RunIdentity& earlier, const OutputPaths& paths);

/// Reads the output at `paths`, which is there, and compares it with what `manifest` tells of it.
/// Errors: kCorrupt where it was cut, edited or replaced, with what to do; kIo.
Status CheckOutput(const OutputPaths& paths, const Manifest& manifest);

/// The same for a finished file that may be one of a run, such as verdicts: a file without a
/// manifest beside it is taken as it is. Errors: those of ReadManifest, too.
Status CheckIfOutput(const std::string& path);

/// What `job` tells in its manifest beside what `earlier` has told.
RunHistory HistoryOf(const Job& job, const std::optional<Manifest>& earlier);

/// The totals of a complete output, whose lines are in the file `lines`. A crash may have kept its
/// manifest from telling them. Errors: those of TallyFile.
Result<Totals> TotalsOfOutput(const std::string& lines, const Manifest& earlier);

/// Leaves a complete output as it is, and puts right what a crash may have left beside it. Errors:
/// kIo.
Result<RunEnd> Settle(const OutputPaths& paths, const Manifest& earlier, const Totals& totals,
                      RunRecord& record);

/// What the inputs of a run hold, and whether they still do.
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

#endif  // GRAM_JOBS_RUN_RUN_START_H_
