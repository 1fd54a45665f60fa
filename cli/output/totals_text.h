// What the verdicts of a job say about its data, for people.
#ifndef GRAM_CLI_OUTPUT_TOTALS_TEXT_H_
#define GRAM_CLI_OUTPUT_TOTALS_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

#include "jobs/verdicts/totals.h"

namespace gram::cli {

/// How many labels the judge agrees with, how many verdicts hang on the order of showing the
/// answers, and which of these are ties: a line each, as far as `totals` tells. `verb` is the one
/// whose lines were counted: a ranking is right where its best answer is.
std::vector<std::string> TotalsText(const jobs::Totals& totals, std::string_view verb);

}  // namespace gram::cli

#endif  // GRAM_CLI_OUTPUT_TOTALS_TEXT_H_
