#include "jobs/run/merge.h"

#include <sys/resource.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/base/status.h"
#include "jobs/io/byte_source.h"
#include "jobs/io/count_text.h"
#include "jobs/io/files.h"
#include "jobs/io/row_source.h"
#include "jobs/run/journal.h"
#include "jobs/run/manifest.h"
#include "jobs/run/output_files.h"
#include "jobs/run/run_start.h"

namespace gram::jobs {
namespace {

// What is read of the shards.

struct ShardOutput {
  std::string path;
  Manifest manifest;
};

// All shards of one run, in the order of their numbers.
struct ShardSet {
  std::vector<ShardOutput> shards;

  RunIdentity WholeIdentity() const;  // of a run over all rows
  RunHistory WholeHistory() const;    // what the shards' runs come to
  int64_t rows() const;
};

constexpr size_t kMostNamed = 20;

Result<ShardOutput> OpenShard(const std::string& path) {
  const OutputPaths paths(path);
  GRAM_ASSIGN_OR_RETURN(std::optional<Manifest> manifest, ReadManifest(paths.manifest));
  if (!manifest) {
    return InvalidArgument(path + " is not the output of a run: it has no manifest " +
                           paths.manifest);
  }
  GRAM_ASSIGN_OR_RETURN(const bool output, FileExists(paths.output));
  if (!output || manifest->state != RunState::kComplete) {
    return InvalidArgument(path + " (shard " + manifest->identity.shard.ToString() +
                           ") is not complete; run it again with --resume");
  }
  GRAM_RETURN_IF_ERROR(CheckOutput(paths, *manifest));
  return ShardOutput{path, std::move(*manifest)};
}

// Whether two shards could be of one run, whatever their numbers.
Status CheckBelongTogether(const ShardOutput& first, const ShardOutput& other) {
  RunIdentity identity = other.manifest.identity;
  identity.shard.index = first.manifest.identity.shard.index;
  const std::string differences = Differences(identity, first.manifest.identity);
  if (differences.empty()) return {};
  return InvalidArgument(other.path + " and " + first.path +
                         " are not shards of one run: " + differences);
}

// Every shard has to be there once. `shards` are in order.
Status CheckNumbers(const std::vector<ShardOutput>& shards) {
  const int64_t count = shards.front().manifest.identity.shard.count;
  for (size_t i = 1; i < shards.size(); ++i) {
    const Shard& shard = shards[i].manifest.identity.shard;
    if (shard != shards[i - 1].manifest.identity.shard) continue;
    return InvalidArgument(shards[i - 1].path + " and " + shards[i].path + " are both shard " +
                           shard.ToString());
  }
  std::string missing;
  size_t named = 0;
  auto next = shards.begin();
  for (int64_t index = 1; index <= count; ++index) {
    if (next != shards.end() && next->manifest.identity.shard.index == index) {
      ++next;
    } else if (++named <= kMostNamed) {
      missing += (missing.empty() ? "" : ", ") + std::to_string(index);
    }
  }
  if (named == 0) return {};
  if (named > kMostNamed) missing += ", ...";
  return InvalidArgument("of " + Counted(count, "shard") + ", " + std::to_string(named) +
                         (named == 1 ? " is missing: " : " are missing: ") + missing);
}

Status CheckRows(const ShardSet& set) {
  for (const ShardOutput& shard : set.shards) {
    const int64_t expected = shard.manifest.identity.shard.RowsOf(set.rows());
    if (shard.manifest.totals.rows == expected) continue;
    return InvalidArgument(shard.path + " has " + Counted(shard.manifest.totals.rows, "row") +
                           ", but shard " + shard.manifest.identity.shard.ToString() + " of " +
                           Counted(set.rows(), "row") + " must have " + std::to_string(expected));
  }
  return {};
}

RunIdentity ShardSet::WholeIdentity() const {
  RunIdentity identity = shards.front().manifest.identity;
  identity.shard = Shard();
  return identity;
}

RunHistory ShardSet::WholeHistory() const {
  RunHistory whole;
  whole.facts = shards.front().manifest.history.facts;
  whole.started = shards.front().manifest.history.started;
  for (const ShardOutput& shard : shards) {
    const RunHistory& history = shard.manifest.history;
    for (const std::string& version : history.versions) {
      const bool known =
          std::find(whole.versions.begin(), whole.versions.end(), version) != whole.versions.end();
      if (!known) whole.versions.push_back(version);
    }
    whole.started = std::min(whole.started, history.started);  // ISO 8601 sorts by time
    whole.seconds += history.seconds;
    whole.resumed += history.resumed;
    whole.merged.push_back(shard.path);
  }
  return whole;
}

int64_t ShardSet::rows() const {
  int64_t rows = 0;
  for (const ShardOutput& shard : shards) rows += shard.manifest.totals.rows;
  return rows;
}

// Reads the manifests of the outputs at `paths`, in any order. Errors: kInvalidArgument where one
// is no output with a manifest or not complete, where they differ in anything but the shard, or
// where a shard is missing, doubled or has a wrong number of rows; the message says which.
Result<ShardSet> ReadShardSet(const std::vector<std::string>& paths) {
  ShardSet set;
  for (const std::string& path : paths) {
    GRAM_ASSIGN_OR_RETURN(ShardOutput shard, OpenShard(path));
    set.shards.push_back(std::move(shard));
    GRAM_RETURN_IF_ERROR(CheckBelongTogether(set.shards.front(), set.shards.back()));
  }
  if (set.shards.empty()) return InvalidArgument("no shards to merge");
  std::sort(set.shards.begin(), set.shards.end(), [](const auto& a, const auto& b) {
    return a.manifest.identity.shard.index < b.manifest.identity.shard.index;
  });
  GRAM_RETURN_IF_ERROR(CheckNumbers(set.shards));
  GRAM_RETURN_IF_ERROR(CheckRows(set));
  return set;
}

// What is written of them.

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
  return Corrupt(shard.path + " does not hold the " + Counted(shard.manifest.totals.rows, "row") +
                 " that its manifest records: it was changed after it was complete");
}

// Deals blocks of rows back, one from each shard in turn.
Result<bool> WriteRows(const ShardSet& set, std::vector<LineFile>& files, Journal& journal,
                       const std::atomic<bool>& stop) {
  const int64_t total = set.rows();
  LineReader reader(SchemaOf(set.WholeIdentity()));
  std::vector<ResultLine> block;
  std::string line;
  for (int64_t row = 0; row < total; row += Shard::kBlockRows) {
    if (stop) return false;
    const auto from = static_cast<size_t>(row / Shard::kBlockRows) % files.size();
    block.clear();
    while (static_cast<int64_t>(block.size()) < std::min(Shard::kBlockRows, total - row)) {
      GRAM_ASSIGN_OR_RETURN(const bool more, files[from].Next(line));
      if (!more) return Changed(set.shards[from]);
      block.push_back({line + "\n", reader.Read(line)});
      if (block.back().record.kind == LineKind::kDamaged) return Changed(set.shards[from]);
    }
    GRAM_RETURN_IF_ERROR(journal.Append(block));
  }
  for (size_t i = 0; i < files.size(); ++i) {
    GRAM_ASSIGN_OR_RETURN(const bool more, files[i].Next(line));
    if (more || files[i].torn()) return Changed(set.shards[i]);
  }
  return true;
}

Result<bool> WriteWhole(const ShardSet& set, Journal& journal, const OutputPaths& paths,
                        const std::atomic<bool>& stop) {
  GRAM_ASSIGN_OR_RETURN(std::vector<LineFile> files, OpenShards(set));
  GRAM_ASSIGN_OR_RETURN(const bool written, WriteRows(set, files, journal, stop));
  if (!written) return false;
  RunRecord record(paths.manifest, set.WholeIdentity(), set.WholeHistory());
  return Publish(journal, paths, record, {}, stop);
}

}  // namespace

Result<MergeEnd> Merge(const MergeOptions& options, RunObserver& observer,
                       const std::atomic<bool>& stop) {
  GRAM_ASSIGN_OR_RETURN(const bool direct, IsDirectOutput(options.output));
  if (direct) return InvalidArgument("output " + options.output + " is not a regular file");
  const OutputPaths paths(options.output);
  GRAM_ASSIGN_OR_RETURN(const ShardSet set, ReadShardSet(options.shards));
  GRAM_RETURN_IF_ERROR(CheckApart(paths, set));
  GRAM_ASSIGN_OR_RETURN(const OutputLock lock, OutputLock::Acquire(paths.lock, paths.output));
  if (!options.force) {
    GRAM_RETURN_IF_ERROR(CheckFree(paths, "--force replaces it, or choose another --output"));
  }
  GRAM_RETURN_IF_ERROR(ClearRun(paths));
  GRAM_ASSIGN_OR_RETURN(Journal journal,
                        Journal::Open(paths.journal, SchemaOf(set.WholeIdentity())));
  observer.Start();
  const Result<bool> done = WriteWhole(set, journal, paths, stop);
  const bool complete = done.ok() && *done;
  // Half of a merge is worth nothing: it takes minutes to do again.
  if (!complete) (void)RemoveFile(paths.journal);
  GRAM_RETURN_IF_ERROR(done.status());
  return MergeEnd{complete, journal.totals()};
}

}  // namespace gram::jobs
