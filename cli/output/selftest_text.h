// What the self-test found, for people and for programs.
#ifndef GRAM_CLI_OUTPUT_SELFTEST_TEXT_H_
#define GRAM_CLI_OUTPUT_SELFTEST_TEXT_H_

#include <span>
#include <string>

#include "gram/selftest.h"

namespace gram::cli {

/// "same bits  NAME", or "DIFFERENT  NAME: ..." with the pair and both values; a line.
std::string CheckLine(const SelfTestCheck& check);

/// The last lines: what was compared, and the verdict.
std::string SelfTestVerdict(const SelfTestReport& report);

/// The whole report as one JSON object on one line.
std::string SelfTestJson(const SelfTestReport& report);

/// Of one report among several: a line for each check with a difference, and one that says what was
/// tested and on which instruction set.
std::string ReportLines(const SelfTestReport& report);

/// The last line of several reports.
std::string MachineVerdict(std::span<const SelfTestReport> reports);

/// Several reports as one JSON object on one line.
std::string MachineJson(std::span<const SelfTestReport> reports);

}  // namespace gram::cli

#endif  // GRAM_CLI_OUTPUT_SELFTEST_TEXT_H_
