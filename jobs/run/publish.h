// The last step of a run: a finished journal becomes the output.
#ifndef GRAM_JOBS_RUN_PUBLISH_H_
#define GRAM_JOBS_RUN_PUBLISH_H_

#include <atomic>

#include "gram/status.h"
#include "jobs/run/journal.h"
#include "jobs/run/output_paths.h"
#include "jobs/run/run_record.h"

namespace gram::jobs {

/// Puts the lines of `journal` in the place of paths.output, packed where its name asks for that,
/// then says so in the manifest and removes what is no longer of use. False where `stop` was set
/// while it packed: the journal is as it was. Errors: kIo and the like; the output is then the old
/// one, if any, or the new one, whole.
Result<bool> Publish(Journal& journal, const OutputPaths& paths, RunRecord& record,
                     const std::atomic<bool>& stop);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_PUBLISH_H_
