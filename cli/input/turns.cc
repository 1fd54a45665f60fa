#include "cli/input/turns.h"

namespace gram::cli {

std::string_view TurnsName(Turns turns) { return turns == Turns::kLast ? "last" : "join"; }

}  // namespace gram::cli
