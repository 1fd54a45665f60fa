#include "jobs/run/tally_file.h"

#include "engine/base/status.h"
#include "jobs/io/byte_source.h"

namespace gram::jobs {

Result<Totals> TallyFile(const std::string& path, std::string_view schema) {
  GRAM_ASSIGN_OR_RETURN(LineFile lines, LineFile::Open(path));
  LineTally tally(schema);
  Totals totals;
  std::string line;
  while (true) {
    GRAM_ASSIGN_OR_RETURN(const bool more, lines.Next(line));
    const bool damaged = more ? tally.Add(line, totals) == LineKind::kDamaged : lines.torn();
    if (damaged) {
      return Corrupt(path + " line " + std::to_string(totals.rows + 1) +
                     " is no result line: the file was changed since it was complete");
    }
    if (!more) return totals;
  }
}

}  // namespace gram::jobs
