#include "jobs/run/shard.h"

#include <algorithm>
#include <charconv>

#include "engine/base/status.h"

namespace gram::jobs {
namespace {

// All of `text` as a number, or -1.
int64_t Number(std::string_view text) {
  int64_t value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : -1;
}

}  // namespace

int64_t Shard::RowsOf(int64_t total) const {
  const int64_t round = kBlockRows * count;
  const int64_t rest = total % round - (index - 1) * kBlockRows;
  return total / round * kBlockRows + std::clamp<int64_t>(rest, 0, kBlockRows);
}

std::string Shard::ToString() const { return std::to_string(index) + "/" + std::to_string(count); }

Result<Shard> ParseShard(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    const Shard shard = {Number(text.substr(0, slash)), Number(text.substr(slash + 1))};
    if (1 <= shard.index && shard.index <= shard.count && shard.count <= kMaxShards) return shard;
  }
  return InvalidArgument("--shard " + std::string(text) +
                         " is not a shard; a shard is i/N with i from 1 to N (at most " +
                         std::to_string(kMaxShards) + "), or auto");
}

}  // namespace gram::jobs
