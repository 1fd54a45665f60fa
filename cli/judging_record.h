// What a manifest tells of the judge and of how its input is read.
#ifndef GRAM_CLI_JUDGING_RECORD_H_
#define GRAM_CLI_JUDGING_RECORD_H_

#include <vector>

#include "cli/input/input_options.h"
#include "cli/input/row_source.h"
#include "cli/job/manifest.h"
#include "cli/open_judge.h"

namespace gram::cli {

/// All that a verdict's bits depend on beside its texts.
std::vector<Setting> JudgingSettings(const ReadyJudge& ready, const JudgingOptions& options);

/// All that decides which texts of a row are judged.
std::vector<Setting> InputSettings(const InputOptions& options, const RowSource& source,
                                   const RowMapper& mapper);

/// What else is worth knowing of the judge.
std::vector<Setting> JudgingFacts(const EngineInfo& info);

}  // namespace gram::cli

#endif  // GRAM_CLI_JUDGING_RECORD_H_
