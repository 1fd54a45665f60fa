// --explain-map: how an input is understood, in place of a run.
#ifndef GRAM_CLI_EXPLAIN_MAP_H_
#define GRAM_CLI_EXPLAIN_MAP_H_

#include <string>
#include <vector>

#include "jobs/formats/row_mapper.h"

namespace gram::cli {

/// Prints the formats of `inputs` and their first rows as a verb with these options would see them.
/// Returns the exit code.
int ExplainMap(const std::vector<std::string>& inputs, const jobs::MapperOptions& options);

}  // namespace gram::cli

#endif  // GRAM_CLI_EXPLAIN_MAP_H_
