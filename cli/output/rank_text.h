// A ranking for people: a table, best first, and what to make of it.
#ifndef GRAM_CLI_OUTPUT_RANK_TEXT_H_
#define GRAM_CLI_OUTPUT_RANK_TEXT_H_

#include <string>

#include "gram/rank.h"

namespace gram::cli {

/// The ranking as lines of plain ASCII; responses by their numbers, counted from 1.
std::string RankText(const Ranking& ranking);

}  // namespace gram::cli

#endif  // GRAM_CLI_OUTPUT_RANK_TEXT_H_
