#include "jobs/run/merge.h"

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>

#include "engine/base/status.h"
#include "jobs/io/byte_source.h"
#include "jobs/io/files.h"
#include "jobs/io/row_source.h"
#include "jobs/run/interrupt.h"
#include "jobs/run/journal.h"
#include "jobs/run/output_lock.h"
#include "jobs/run/output_paths.h"
#include "jobs/run/publish.h"
#include "jobs/run/run_record.h"
#include "jobs/run/run_start.h"
#include "jobs/run/shard_set.h"

namespace gram::jobs {
namespace {

// No file of the output may be one of the shards', whatever --force says.
Status CheckApart(const OutputPaths& paths, const ShardSet& set) {
  std::vector<InputFile> read;
  for (const ShardOutput& shard : set.shards) {
    read.push_back({shard.path, std::nullopt});
    read.push_back({OutputPaths(shard.path).manifest, std::nullopt});
  }
  for (const std::string& path : paths.all()) GRAM_RETURN_IF_ERROR(CheckNotAnInput(read, path));
  return {};
}

// All shards are open at once, and there may be thousands.
void AllowManyFiles() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

Result<std::vector<LineFile>> OpenShards(const ShardSet& set) {
  AllowManyFiles();
  std::vector<LineFile> files;
  for (const ShardOutput& shard : set.shards) {
    GRAM_ASSIGN_OR_RETURN(LineFile file, LineFile::Open(shard.path));
    files.push_back(std::move(file));
  }
  return files;
}

Status Changed(const ShardOutput& shard) {
  return Corrupt(shard.path + " does not hold the " + std::to_string(shard.manifest.totals.rows) +
                 " rows that its manifest tells of: it was changed since it was complete");
}

// Deals blocks of rows back, one from each shard in turn.
Result<bool> WriteRows(const ShardSet& set, std::vector<LineFile>& files, Journal& journal,
                       const std::atomic<bool>& stop) {
  const int64_t total = set.rows();
  std::vector<std::string> block;
  std::string line;
  for (int64_t row = 0; row < total; row += Shard::kBlockRows) {
    if (stop) return false;
    const auto from = static_cast<size_t>(row / Shard::kBlockRows) % files.size();
    block.clear();
    while (static_cast<int64_t>(block.size()) < std::min(Shard::kBlockRows, total - row)) {
      GRAM_ASSIGN_OR_RETURN(const bool more, files[from].Next(line));
      if (!more) return Changed(set.shards[from]);
      block.push_back(line + "\n");
    }
    GRAM_RETURN_IF_ERROR(journal.Append(block));
  }
  for (size_t i = 0; i < files.size(); ++i) {
    GRAM_ASSIGN_OR_RETURN(const bool more, files[i].Next(line));
    if (more || files[i].torn()) return Changed(set.shards[i]);
  }
  return true;
}

Result<bool> WriteWhole(const ShardSet& set, Journal& journal, const OutputPaths& paths) {
  const Interrupt interrupt;
  GRAM_ASSIGN_OR_RETURN(std::vector<LineFile> files, OpenShards(set));
  GRAM_ASSIGN_OR_RETURN(const bool written, WriteRows(set, files, journal, interrupt.flag()));
  if (!written) return false;
  RunRecord record(paths.manifest, set.WholeIdentity(), set.WholeHistory());
  return Publish(journal, paths, record, interrupt.flag());
}

}  // namespace

Result<MergeEnd> Merge(const MergeOptions& options) {
  GRAM_ASSIGN_OR_RETURN(const bool direct, IsDirectOutput(options.output));
  if (direct) return InvalidArgument("output " + options.output + " is no regular file");
  const OutputPaths paths(options.output);
  GRAM_ASSIGN_OR_RETURN(const ShardSet set, ReadShardSet(options.shards));
  GRAM_RETURN_IF_ERROR(CheckApart(paths, set));
  GRAM_ASSIGN_OR_RETURN(const OutputLock lock, OutputLock::Acquire(paths.lock, paths.output));
  if (!options.force) {
    GRAM_RETURN_IF_ERROR(CheckFree(paths, "--force replaces it, or choose another --output"));
  }
  GRAM_RETURN_IF_ERROR(ClearRun(paths));
  const std::string schema = SettingValue(set.WholeIdentity().settings, "schema");
  GRAM_ASSIGN_OR_RETURN(Journal journal, Journal::Open(paths.journal, schema));
  const Result<bool> done = WriteWhole(set, journal, paths);
  const bool complete = done.ok() && *done;
  // Half of a merge is worth nothing: it takes minutes to do again.
  if (!complete) (void)RemoveFile(paths.journal);
  GRAM_RETURN_IF_ERROR(done.status());
  return MergeEnd{complete, journal.totals()};
}

}  // namespace gram::jobs
