// What a manifest tells of the judge and of how its input is read.
#ifndef GRAM_CLI_JUDGING_RECORD_H_
#define GRAM_CLI_JUDGING_RECORD_H_

#include <vector>

#include "cli/input_options.h"
#include "cli/open_judge.h"
#include "jobs/io/row_source.h"
#include "jobs/run/manifest.h"

namespace gram::cli {

/// All that a verdict's bits depend on beside its texts.
std::vector<jobs::Setting> JudgingSettings(const ReadyJudge& ready, const JudgingOptions& options);

/// All that decides which texts of a row are judged.
std::vector<jobs::Setting> InputSettings(const InputOptions& options, const jobs::RowSource& source,
                                         const jobs::RowMapper& mapper);

/// What else is worth knowing of the judge.
std::vector<jobs::Setting> JudgingFacts(const EngineInfo& info);

}  // namespace gram::cli

#endif  // GRAM_CLI_JUDGING_RECORD_H_
