// Whether an output is still what its run wrote.
#ifndef GRAM_JOBS_RUN_OUTPUT_CHECK_H_
#define GRAM_JOBS_RUN_OUTPUT_CHECK_H_

#include <string>

#include "gram/status.h"
#include "jobs/run/manifest.h"
#include "jobs/run/output_paths.h"

namespace gram::jobs {

/// Reads the output at `paths`, which is there, and compares it with what `manifest` tells of it.
/// Errors: kCorrupt where it was cut, edited or replaced, with what to do; kIo.
Status CheckOutput(const OutputPaths& paths, const Manifest& manifest);

/// The same for a finished file that may be one of a run, such as verdicts: a file without a
/// manifest beside it is taken as it is. Errors: those of ReadManifest, too.
Status CheckIfOutput(const std::string& path);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_OUTPUT_CHECK_H_
