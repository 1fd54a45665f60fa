// A job for people: what its verdicts say about the data, and what it would take.
#ifndef GRAM_CLI_OUTPUT_JOB_TEXT_H_
#define GRAM_CLI_OUTPUT_JOB_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "jobs/run/dry_run.h"
#include "jobs/verdicts/totals.h"

namespace gram::cli {

/// How many labels the judge agrees with, how many verdicts depend on the order in which the
/// answers are shown, and how many are ties: a line each, as far as `totals` tells. `verb` is the
/// one whose lines were counted: a ranking is right where its best answer is.
std::vector<std::string> TotalsText(const jobs::Totals& totals, std::string_view verb);

/// The report of a dry run, in several lines. `max_tokens` is the longest prompt that is accepted.
std::string DryRunText(const jobs::DryRunReport& report, int64_t max_tokens);

/// "45 s", "12 min", "3 h 05 min", "2 d 04 h".
std::string Duration(double seconds);

}  // namespace gram::cli

#endif  // GRAM_CLI_OUTPUT_JOB_TEXT_H_
