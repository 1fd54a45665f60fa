// An evaluation for people, as lines of plain ASCII.
#ifndef GRAM_CLI_OUTPUT_EVAL_TEXT_H_
#define GRAM_CLI_OUTPUT_EVAL_TEXT_H_

#include <string>

#include "jobs/eval/compare.h"
#include "jobs/eval/evaluation.h"
#include "jobs/eval/probes.h"

namespace gram::cli {

/// A share of 1 as "60.4"; "-" where it is not a number.
std::string Percentage(double share);

/// The tables, in percent with their intervals below, then what the verdicts say about the judge.
std::string EvaluationText(const jobs::Evaluation& evaluation);

/// What the second run does otherwise than the first.
std::string ComparisonText(const jobs::RunComparison& comparison);

/// What each probe did to the verdicts.
std::string AuditText(const jobs::AuditResult& result);

}  // namespace gram::cli

#endif  // GRAM_CLI_OUTPUT_EVAL_TEXT_H_
