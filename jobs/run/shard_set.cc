#include "jobs/run/shard_set.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/base/status.h"
#include "jobs/io/files.h"
#include "jobs/run/output_check.h"
#include "jobs/run/output_paths.h"

namespace gram::jobs {
namespace {

constexpr size_t kMostNamed = 20;

Result<ShardOutput> ReadShard(const std::string& path) {
  const OutputPaths paths(path);
  GRAM_ASSIGN_OR_RETURN(std::optional<Manifest> manifest, ReadManifest(paths.manifest));
  if (!manifest) {
    return InvalidArgument(path + " is no output of a run: it has no manifest " + paths.manifest);
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
  return InvalidArgument("of " + std::to_string(count) + " shards, " + std::to_string(named) +
                         " are missing: " + missing);
}

Status CheckRows(const ShardSet& set) {
  for (const ShardOutput& shard : set.shards) {
    const int64_t expected = shard.manifest.identity.shard.RowsOf(set.rows());
    if (shard.manifest.totals.rows == expected) continue;
    return InvalidArgument(shard.path + " has " + std::to_string(shard.manifest.totals.rows) +
                           " rows; of all " + std::to_string(set.rows()) + ", shard " +
                           shard.manifest.identity.shard.ToString() + " has to have " +
                           std::to_string(expected));
  }
  return {};
}

}  // namespace

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

Result<ShardSet> ReadShardSet(const std::vector<std::string>& paths) {
  ShardSet set;
  for (const std::string& path : paths) {
    GRAM_ASSIGN_OR_RETURN(ShardOutput shard, ReadShard(path));
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

}  // namespace gram::jobs
