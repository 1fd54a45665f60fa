#include "jobs/run/journal.h"

#include "engine/base/status.h"
#include "jobs/io/durable_file.h"
#include "jobs/io/line_file.h"

namespace gram::jobs {

Result<Journal> Journal::Open(const std::string& path, std::string_view schema) {
  GRAM_ASSIGN_OR_RETURN(AppendFile file, AppendFile::Open(path));
  GRAM_ASSIGN_OR_RETURN(LineFile lines, LineFile::Open(path));
  Journal journal(std::move(file), schema);
  std::string line;
  int64_t whole = 0;
  while (true) {
    GRAM_ASSIGN_OR_RETURN(const bool more, lines.Next(line));
    if (!more || journal.tally_->Add(line, journal.totals_) == LineKind::kDamaged) break;
    whole = lines.bytes();
  }
  if (whole < journal.file_.bytes()) GRAM_RETURN_IF_ERROR(journal.file_.Truncate(whole));
  return journal;
}

Status Journal::Append(std::span<const std::string> lines) {
  std::string text;
  for (const std::string& line : lines) text += line;
  GRAM_RETURN_IF_ERROR(file_.Append(text));
  for (const std::string& line : lines) {
    if (tally_->Add(line, totals_) == LineKind::kDamaged) {
      return Internal("a result line is not JSON: " + line.substr(0, 200));
    }
  }
  return {};
}

Status Journal::RenameTo(const std::string& path) {
  GRAM_RETURN_IF_ERROR(RenameFile(file_.path(), path));
  file_.SetPath(path);
  return {};
}

}  // namespace gram::jobs
