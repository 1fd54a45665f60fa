// The shard outputs that make up one whole.
#ifndef GRAM_JOBS_RUN_SHARD_SET_H_
#define GRAM_JOBS_RUN_SHARD_SET_H_

#include <cstdint>
#include <string>
#include <vector>

#include "gram/status.h"
#include "jobs/run/manifest.h"

namespace gram::jobs {

struct ShardOutput {
  std::string path;
  Manifest manifest;
};

/// All shards of one run, in the order of their numbers.
struct ShardSet {
  std::vector<ShardOutput> shards;

  RunIdentity WholeIdentity() const;  ///< of a run over all rows
  RunHistory WholeHistory() const;    ///< what the shards' runs come to
  int64_t rows() const;
};

/// Reads the manifests of the outputs at `paths`, in any order. Errors: kInvalidArgument where one
/// is no output with a manifest or not complete, where they differ in anything but the shard, or
/// where a shard is missing, doubled or has a wrong number of rows; the message says which.
Result<ShardSet> ReadShardSet(const std::vector<std::string>& paths);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_SHARD_SET_H_
