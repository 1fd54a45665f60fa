#include "jobs/run/journal.h"

#include "engine/base/status.h"
#include "jobs/io/byte_source.h"
#include "jobs/io/compression.h"
#include "jobs/io/files.h"

namespace gram::jobs {
namespace {

// An editor that changes line ends or marks the encoding leaves lines of JSON that are not ours.
bool AsWritten(const std::string& line) {
  return !line.ends_with('\r') && !line.starts_with("\xEF\xBB\xBF");
}

}  // namespace

Result<Journal> Journal::Open(const std::string& path, Schema schema) {
  GRAM_ASSIGN_OR_RETURN(AppendFile file, AppendFile::Open(path));
  GRAM_ASSIGN_OR_RETURN(LineFile lines, LineFile::OpenPlain(path));
  Journal journal(std::move(file));
  LineReader reader(schema);
  std::string line;
  int64_t whole = 0;
  while (true) {
    GRAM_ASSIGN_OR_RETURN(const bool more, lines.Next(line));
    if (!more || !AsWritten(line)) break;
    const LineRecord record = reader.Read(line);
    if (record.kind == LineKind::kDamaged) break;
    journal.totals_.Add(record);
    whole = lines.bytes();
  }
  if (whole < journal.file_.bytes()) GRAM_RETURN_IF_ERROR(journal.file_.Truncate(whole));
  return journal;
}

Status Journal::Append(std::span<const ResultLine> lines) {
  std::string text;
  for (const ResultLine& line : lines) text += line.text;
  GRAM_RETURN_IF_ERROR(file_.Append(text));
  for (const ResultLine& line : lines) totals_.Add(line.record);
  return {};
}

Status Journal::RenameTo(const std::string& path) {
  GRAM_RETURN_IF_ERROR(RenameFile(file_.path(), path));
  file_.SetPath(path);
  return {};
}

Result<Totals> TallyFile(const std::string& path, Schema schema) {
  GRAM_ASSIGN_OR_RETURN(LineFile lines, LineFile::Open(path));
  LineReader reader(schema);
  Totals totals;
  std::string line;
  while (true) {
    GRAM_ASSIGN_OR_RETURN(const bool more, lines.Next(line));
    const LineRecord record = more ? reader.Read(line) : LineRecord();
    if (record.kind == LineKind::kDamaged || lines.torn()) {
      return Corrupt(path + " line " + std::to_string(totals.rows + 1) +
                     " is not a result line: the file was changed after it was complete");
    }
    if (!more) return totals;
    totals.Add(record);
  }
}

Result<bool> Publish(Journal& journal, const OutputPaths& paths, RunRecord& record,
                     const LinePacker& pack, const std::atomic<bool>& stop) {
  GRAM_RETURN_IF_ERROR(journal.Sync());
  std::string whole = journal.path();
  const Packing packing = PackingOf(paths.output);
  if (pack || packing != Packing::kNone) {
    GRAM_ASSIGN_OR_RETURN(const bool packed, pack ? pack(whole, paths.packed, stop)
                                                  : PackFile(whole, paths.packed, packing, stop));
    if (!packed) return false;
    whole = paths.packed;
  }
  GRAM_ASSIGN_OR_RETURN(const FileIdentity content, IdentifyFile(whole));
  record.SetPublishing(content);
  GRAM_RETURN_IF_ERROR(record.Save(RunState::kRunning, journal.totals()));
  GRAM_RETURN_IF_ERROR(RenameFile(whole, paths.output));
  record.SetOutput(content);
  GRAM_RETURN_IF_ERROR(record.Save(RunState::kComplete, journal.totals()));
  GRAM_RETURN_IF_ERROR(RemoveFile(paths.journal));
  GRAM_RETURN_IF_ERROR(RemoveFile(paths.retry));
  return true;
}

}  // namespace gram::jobs
