// How far a job has come, in words: a bar for a terminal, lines for a log.
#ifndef GRAM_CLI_OUTPUT_PROGRESS_TEXT_H_
#define GRAM_CLI_OUTPUT_PROGRESS_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace gram::cli {

/// What a job has done so far. The share of the input counts in whatever unit the caller has: bytes
/// of the files, or rows.
struct ProgressState {
  int64_t rows = 0;              ///< answered, by this run or by one that it resumes
  int64_t failed = 0;            ///< of these, with an error object
  int64_t flips = 0;             ///< of these, rows whose two orders prefer different answers
  int64_t tokens = 0;            ///< of the prompts that this run has scored
  int64_t position = 0;          ///< how much of the input the answered rows are
  int64_t size = 0;              ///< how much there is; 0: not known
  int64_t resumed_rows = 0;      ///< of `rows`: answered by an earlier run
  int64_t resumed_position = 0;  ///< of `position`, likewise
};

/// Speed and time left count what this run has done in its `seconds`; nothing is guessed from rows
/// that an earlier run answered, nor within the first seconds.
///
/// One line of plain ASCII, at most `columns` long. The bar takes the room that the figures leave;
/// where these do not fit, the least important are left out.
std::string ProgressBar(const ProgressState& state, double seconds, size_t columns);

/// The same figures for a log.
std::string ProgressLine(const ProgressState& state, double seconds);

/// What the job came to, once it has ended.
std::string TotalsLine(const ProgressState& state, double seconds);

/// "45 s", "12 min", "3 h 05 min", "2 d 04 h".
std::string Duration(double seconds);

/// A whole number with commas: "1,234,567".
std::string Grouped(int64_t number);

}  // namespace gram::cli

#endif  // GRAM_CLI_OUTPUT_PROGRESS_TEXT_H_
