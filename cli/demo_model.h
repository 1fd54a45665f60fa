// The model that judges where none is named: the small one that comes with the program.
#ifndef GRAM_CLI_DEMO_MODEL_H_
#define GRAM_CLI_DEMO_MODEL_H_

#include <string>

#include "gram/status.h"

namespace gram::cli {

/// What --model calls the demo model.
inline constexpr const char* kDemoModelName = "demo";

/// `model` as it is; the demo model's path where it is kDemoModelName, whatever file has that name,
/// or empty. A line on standard error says so where that is not what was asked for in so many
/// words. kNotFound: the demo model is in none of its places.
Result<std::string> ModelOrDemo(const std::string& model);

}  // namespace gram::cli

#endif  // GRAM_CLI_DEMO_MODEL_H_
