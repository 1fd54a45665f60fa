// What a filter did, for people.
#ifndef GRAM_CLI_OUTPUT_FILTER_TEXT_H_
#define GRAM_CLI_OUTPUT_FILTER_TEXT_H_

#include <string>

#include "jobs/filter/filter_run.h"

namespace gram::cli {

/// One line: rows kept, and rows dropped by reason.
std::string FilterSummary(const jobs::FilterCount& count);

}  // namespace gram::cli

#endif  // GRAM_CLI_OUTPUT_FILTER_TEXT_H_
