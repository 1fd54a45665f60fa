// What the benchmark measured, for people and for programs.
#ifndef GRAM_CLI_OUTPUT_BENCH_TEXT_H_
#define GRAM_CLI_OUTPUT_BENCH_TEXT_H_

#include <string>

#include "gram/bench.h"

namespace gram::cli {

/// Tables with their units, a line on what each figure means.
std::string BenchText(const BenchReport& report);

/// The report as one JSON object on one line; stages in seconds.
std::string BenchJson(const BenchReport& report);

}  // namespace gram::cli

#endif  // GRAM_CLI_OUTPUT_BENCH_TEXT_H_
