// What the verbs that write a model file have in common.
#ifndef GRAM_CLI_OUTPUT_MODEL_OUTPUT_H_
#define GRAM_CLI_OUTPUT_MODEL_OUTPUT_H_

#include <CLI/CLI.hpp>
#include <string>

#include "cli/output/progress.h"
#include "gram/status.h"
#include "tools/convert/convert.h"

namespace gram::cli {

/// Adds --template-prefix, --template-suffix and --template-no-thinking; `chat` must outlive `app`.
void AddChatOverride(CLI::App& app, convert::ChatOverride& chat);

/// kInvalidArgument where `path` is a folder, or a file that holds something and `force` is false.
Status CheckModelOutput(const std::string& path, bool force);

/// Shows each tensor on `progress`, which must outlive the callback.
convert::ProgressCallback ShowTensors(Progress& progress);

}  // namespace gram::cli

#endif  // GRAM_CLI_OUTPUT_MODEL_OUTPUT_H_
