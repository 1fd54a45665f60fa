// A finished output, read through.
#ifndef GRAM_JOBS_RUN_TALLY_FILE_H_
#define GRAM_JOBS_RUN_TALLY_FILE_H_

#include <string>
#include <string_view>

#include "gram/status.h"
#include "jobs/verdicts/totals.h"

namespace gram::jobs {

/// What the lines of the output at `path`, plain or compressed, add up to. Errors: kCorrupt where
/// one is torn or not JSON, and those of LineFile.
Result<Totals> TallyFile(const std::string& path, std::string_view schema);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_TALLY_FILE_H_
