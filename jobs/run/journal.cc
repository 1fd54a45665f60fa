#include "jobs/run/journal.h"

#include "engine/base/status.h"
#include "jobs/io/byte_source.h"
#include "jobs/io/files.h"

namespace gram::jobs {
namespace {

// An editor that changes line ends or marks the encoding leaves lines of JSON that are not ours.
bool AsWritten(const std::string& line) {
  return !line.ends_with('\r') && !line.starts_with("\xEF\xBB\xBF");
}

}  // namespace

Result<Journal> Journal::Open(const std::string& path, std::string_view schema) {
  GRAM_ASSIGN_OR_RETURN(AppendFile file, AppendFile::Open(path));
  GRAM_ASSIGN_OR_RETURN(LineFile lines, LineFile::OpenPlain(path));
  Journal journal(std::move(file), schema);
  std::string line;
  int64_t whole = 0;
  while (true) {
    GRAM_ASSIGN_OR_RETURN(const bool more, lines.Next(line));
    if (!more || !AsWritten(line)) break;
    if (journal.tally_->Add(line, journal.totals_) == LineKind::kDamaged) break;
    whole = lines.bytes();
  }
  if (whole < journal.file_.bytes()) GRAM_RETURN_IF_ERROR(journal.file_.Truncate(whole));
  return journal;
}

Status Journal::Append(std::span<const std::string> lines) {
  std::string text;
  Totals totals = totals_;
  for (const std::string& line : lines) {
    // What could not be read again must not be written: every resume would stop at it.
    if (tally_->Add(line, totals) == LineKind::kDamaged) {
      return Internal("a result line is not JSON: " + line.substr(0, 200));
    }
    text += line;
  }
  GRAM_RETURN_IF_ERROR(file_.Append(text));
  totals_ = std::move(totals);
  return {};
}

Status Journal::RenameTo(const std::string& path) {
  GRAM_RETURN_IF_ERROR(RenameFile(file_.path(), path));
  file_.SetPath(path);
  return {};
}

}  // namespace gram::jobs
