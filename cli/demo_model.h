// The model that judges where none is named: the small one that comes with the program.
#ifndef GRAM_CLI_DEMO_MODEL_H_
#define GRAM_CLI_DEMO_MODEL_H_

#include <string>

#include "gram/status.h"

namespace gram::cli {

/// `model` as it is; where it is empty the demo model's path, and a line on standard error says so.
/// kNotFound: no model is given and the demo model is in none of its places.
Result<std::string> ModelOrDemo(const std::string& model);

}  // namespace gram::cli

#endif  // GRAM_CLI_DEMO_MODEL_H_
