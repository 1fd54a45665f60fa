#include "cli/row_keeper.h"

#include <string>

#include "cli/exit.h"
#include "jobs/io/count_text.h"
#include "jobs/verdicts/value_text.h"

namespace gram::cli {

void SayWhatIsMissing(const jobs::KeptFields& kept, bool quiet) {
  if (quiet || kept.rows() == 0) return;
  std::string names;
  for (const std::string& name : kept.Missing()) {
    names += (names.empty() ? "" : ", ") + jobs::JsonString(name);
  }
  if (names.empty()) return;
  Say("--keep: of " + jobs::Counted(kept.rows(), "row") + " that could be read, none has " + names);
}

}  // namespace gram::cli
