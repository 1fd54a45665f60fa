#include "cli/row_keeper.h"

#include <utility>

#include "cli/exit.h"
#include "jobs/io/count_text.h"
#include "jobs/verdicts/output_row.h"

namespace gram::cli {

RowKeeper::RowKeeper(const JobOptions& options)
    : fields_(jobs::KeptFields::Parse(options.keep).value()), quiet_(options.quiet) {}

jobs::RowMap RowKeeper::Map(jobs::RowMap map) {
  if (fields_.none()) return map;
  return [this, map = std::move(map)](jobs::RawRow raw) {
    jobs::InputRow row = map(std::move(raw));
    fields_.Keep(row);
    return row;
  };
}

void RowKeeper::SayWhatIsMissing() const {
  if (quiet_ || fields_.rows() == 0) return;
  std::string names;
  for (const std::string& name : fields_.Missing()) {
    names += (names.empty() ? "" : ", ") + jobs::JsonString(name);
  }
  if (names.empty()) return;
  Say("--keep: of " + jobs::Counted(fields_.rows(), "row") + " that could be read, none has " +
      names);
}

}  // namespace gram::cli
