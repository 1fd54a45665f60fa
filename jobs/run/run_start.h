// How a run starts: anew, or from what an earlier one left.
#ifndef GRAM_JOBS_RUN_RUN_START_H_
#define GRAM_JOBS_RUN_RUN_START_H_

#include <optional>
#include <string>

#include "gram/status.h"
#include "jobs/run/manifest.h"
#include "jobs/run/output_paths.h"
#include "jobs/run/run_options.h"

namespace gram::jobs {

enum class RunStart {
  kNew,      ///< nothing there counts
  kResume,   ///< a journal goes on
  kComplete  ///< the output is there, and so complete
};

/// What the files at `paths` and the options make of a run; `earlier` is the manifest there.
/// Errors: kInvalidArgument where something is there and the options do not say what to do with it,
/// or where it cannot be resumed; the message names the choices. kCorrupt where the output is
/// not what its run wrote.
Result<RunStart> ChooseStart(const OutputPaths& paths, const RunOptions& options,
                             const std::optional<Manifest>& earlier);

/// kInvalidArgument where an output or a run is there; `choices` says what can be done.
Status CheckFree(const OutputPaths& paths, const std::string& choices);

/// kInvalidArgument with every difference where `now` is not the run that `earlier` is of.
Status CheckSameRun(const RunIdentity& now, const RunIdentity& earlier, const OutputPaths& paths);

/// Removes what an earlier run left, in an order in which a crash leaves nothing that could be
/// taken for this run's. Errors: kIo.
Status ClearRun(const OutputPaths& paths);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_RUN_START_H_
