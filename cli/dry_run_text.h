// The report of a dry run for people.
#ifndef GRAM_CLI_DRY_RUN_TEXT_H_
#define GRAM_CLI_DRY_RUN_TEXT_H_

#include <cstdint>
#include <string>

#include "jobs/run/dry_run.h"

namespace gram::cli {

/// Several lines. `max_tokens` is the longest prompt that is taken.
std::string DryRunText(const jobs::DryRunReport& report, int64_t max_tokens);

}  // namespace gram::cli

#endif  // GRAM_CLI_DRY_RUN_TEXT_H_
