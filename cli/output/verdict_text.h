// A verdict and a ranking for people: bars, the winner, and how far it can be trusted.
#ifndef GRAM_CLI_OUTPUT_VERDICT_TEXT_H_
#define GRAM_CLI_OUTPUT_VERDICT_TEXT_H_

#include <string>

#include "gram/judge.h"
#include "gram/rank.h"

namespace gram::cli {

/// `score` in [0, 1] as a bar of `width` ASCII characters, filled to the nearest one.
std::string Bar(double score, int width);

/// The verdict as a few lines of plain ASCII.
std::string VerdictText(const Verdict& verdict);

/// The ranking as a table of plain ASCII, best first, and what to make of it. Responses go by their
/// numbers, counted from 1.
std::string RankText(const Ranking& ranking);

}  // namespace gram::cli

#endif  // GRAM_CLI_OUTPUT_VERDICT_TEXT_H_
