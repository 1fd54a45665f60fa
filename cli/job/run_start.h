// How a run starts: anew, or from what an earlier one left.
#ifndef GRAM_CLI_JOB_RUN_START_H_
#define GRAM_CLI_JOB_RUN_START_H_

#include <optional>
#include <string>

#include "cli/job/job_options.h"
#include "cli/job/manifest.h"
#include "cli/job/output_paths.h"
#include "gram/status.h"

namespace gram::cli {

enum class RunStart {
  kNew,      ///< nothing there counts
  kResume,   ///< a journal goes on
  kComplete  ///< the output is there, and so complete
};

/// What the files at `paths` and the options make of a run; `earlier` is the manifest there.
/// Errors: kInvalidArgument where something is there and the options do not say what to do with it,
/// or where it cannot be gone on with; the message names the choices.
Result<RunStart> ChooseStart(const OutputPaths& paths, const JobOptions& options,
                             const std::optional<Manifest>& earlier);

/// kInvalidArgument where an output or a run is there; `choices` says what can be done.
Status CheckFree(const OutputPaths& paths, const std::string& choices);

/// kInvalidArgument with every difference where `now` is not the run that `earlier` is of.
Status CheckSameRun(const RunIdentity& now, const RunIdentity& earlier, const OutputPaths& paths);

/// Removes what an earlier run left, in an order in which a crash leaves nothing that could be
/// taken for this run's. Errors: kIo.
Status ClearRun(const OutputPaths& paths);

}  // namespace gram::cli

#endif  // GRAM_CLI_JOB_RUN_START_H_
