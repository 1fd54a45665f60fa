// A verdict for people: two bars, the winner, and how far the two orders can be trusted.
#ifndef GRAM_CLI_OUTPUT_VERDICT_TEXT_H_
#define GRAM_CLI_OUTPUT_VERDICT_TEXT_H_

#include <string>

#include "gram/judge.h"

namespace gram::cli {

/// `score` in [0, 1] as a bar of `width` ASCII characters, filled to the nearest one.
std::string Bar(double score, int width);

/// The verdict as a few lines of plain ASCII.
std::string VerdictText(const Verdict& verdict);

}  // namespace gram::cli

#endif  // GRAM_CLI_OUTPUT_VERDICT_TEXT_H_
