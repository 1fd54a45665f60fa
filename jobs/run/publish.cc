#include "jobs/run/publish.h"

#include "engine/base/status.h"
#include "jobs/io/compression.h"
#include "jobs/io/files.h"

namespace gram::jobs {

Result<bool> Publish(Journal& journal, const OutputPaths& paths, RunRecord& record,
                     const std::atomic<bool>& stop) {
  GRAM_RETURN_IF_ERROR(journal.Sync());
  std::string whole = journal.path();
  const Packing packing = PackingOf(paths.output);
  if (packing != Packing::kNone) {
    GRAM_ASSIGN_OR_RETURN(const bool packed, PackFile(whole, paths.packed, packing, stop));
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
