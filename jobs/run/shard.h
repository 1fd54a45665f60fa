// Which rows of an input belong to which of several runs that share it.
#ifndef GRAM_JOBS_RUN_SHARD_H_
#define GRAM_JOBS_RUN_SHARD_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "gram/status.h"

namespace gram::jobs {

inline constexpr int64_t kMaxShards = 1000000;

/// Shard `index` of `count`, counted from 1. Rows are dealt in blocks of kBlockRows, one block to
/// each shard in turn, so that neighbours, which often ask one question, stay together. A run that
/// is not sharded is shard 1 of 1.
struct Shard {
  int64_t index = 1;
  int64_t count = 1;

  static constexpr int64_t kBlockRows = 16;

  bool whole() const { return count == 1; }

  /// Whether row number `row` (from 1) is in this shard.
  bool Holds(int64_t row) const { return (row - 1) / kBlockRows % count == index - 1; }

  /// How many rows of an input of `total` rows are.
  int64_t RowsOf(int64_t total) const;

  std::string ToString() const;  ///< "3/16"

  friend bool operator==(const Shard&, const Shard&) = default;
};

/// "i/N" with 1 <= i <= N. Errors: kInvalidArgument.
Result<Shard> ParseShard(std::string_view text);

/// The value of an environment variable, or null.
using Environment = std::function<const char*(const char*)>;

/// The shard that a Slurm array or task, a Kubernetes indexed job or a Grid Engine array task is
/// (docs/jobs.md lists the variables). Errors: kInvalidArgument where the variables are none, not
/// all there, of more than one kind, or do not number the tasks evenly; the message lists what was
/// found.
Result<Shard> ShardFromEnvironment(const Environment& environment);

/// What `text` asks for: "i/N", "auto" (as the environment says), or where it is empty all rows.
/// Errors: kInvalidArgument.
Result<Shard> ChooseShard(std::string_view text, const Environment& environment);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_SHARD_H_
