// How far a job has come, in words: a bar for a terminal, lines for a log.
#ifndef GRAM_CLI_OUTPUT_PROGRESS_TEXT_H_
#define GRAM_CLI_OUTPUT_PROGRESS_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "jobs/io/count_text.h"
#include "jobs/run/job.h"

namespace gram::cli {

/// Speed and time left count what this run has done in its `seconds`; nothing is guessed from rows
/// that an earlier run answered, nor within the first seconds.
///
/// One line of plain ASCII, at most `columns` long. The bar takes the room that the figures leave;
/// where these do not fit, the least important are left out.
std::string ProgressBar(const jobs::ProgressState& state, double seconds, size_t columns);

/// The same figures for a log.
std::string ProgressLine(const jobs::ProgressState& state, double seconds);

/// What the job came to, once it has ended.
std::string TotalsLine(const jobs::ProgressState& state, double seconds);

/// "45 s", "12 min", "3 h 05 min", "2 d 04 h".
std::string Duration(double seconds);

using jobs::Counted;
using jobs::Grouped;

}  // namespace gram::cli

#endif  // GRAM_CLI_OUTPUT_PROGRESS_TEXT_H_
