// Standard input as the input when nothing else is named.
#ifndef GRAM_CLI_STANDARD_INPUT_H_
#define GRAM_CLI_STANDARD_INPUT_H_

#include <string>
#include <vector>

namespace gram::cli {

/// Whether somebody has put rows on standard input: it is a pipe or socket with bytes to read, or a
/// file that is not at its end. Waits until a pipe has bytes or is closed. False for a terminal, a
/// device such as /dev/null, an input that is closed, and a pipe or file that holds nothing: that
/// is what programs run by cron, nohup or ssh are given.
bool StandardInputHasRows();

/// Makes "-" the only one of `inputs` where these are none and StandardInputHasRows(); says so on
/// standard error unless `quiet`.
void UseStandardInput(std::vector<std::string>& inputs, bool quiet);

}  // namespace gram::cli

#endif  // GRAM_CLI_STANDARD_INPUT_H_
