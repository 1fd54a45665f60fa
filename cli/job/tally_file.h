// A finished output, read through.
#ifndef GRAM_CLI_JOB_TALLY_FILE_H_
#define GRAM_CLI_JOB_TALLY_FILE_H_

#include <string>
#include <string_view>

#include "cli/job/totals.h"
#include "gram/status.h"

namespace gram::cli {

/// What the lines of the output at `path`, plain or compressed, add up to. Errors: kCorrupt where
/// one is torn or not JSON, and those of LineFile.
Result<Totals> TallyFile(const std::string& path, std::string_view schema);

}  // namespace gram::cli

#endif  // GRAM_CLI_JOB_TALLY_FILE_H_
