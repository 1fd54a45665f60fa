// The model that judges where none is named: the small one that comes with the program.
#ifndef GRAM_CLI_DEMO_MODEL_H_
#define GRAM_CLI_DEMO_MODEL_H_

#include <string>
#include <vector>

#include "gram/status.h"

namespace gram::cli {

/// Where the demo model may lie, best first: in share/ of the folder that the running program was
/// installed to, wherever that is now and through whatever link it was started; in share/ beside
/// the program, as in a build tree; in the folder that the build was configured for.
std::vector<std::string> DemoModelPlaces();

/// `model` as it is; where it is empty the demo model's path, and a line on standard error says so.
/// kNotFound: no model is given and the demo model is in none of its places.
Result<std::string> ModelOrDemo(const std::string& model);

}  // namespace gram::cli

#endif  // GRAM_CLI_DEMO_MODEL_H_
