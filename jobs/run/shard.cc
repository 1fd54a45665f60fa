#include "jobs/run/shard.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "engine/base/status.h"

namespace gram::jobs {
namespace {

// All of `text` as a number, or -1.
int64_t Number(std::string_view text) {
  int64_t value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : -1;
}

// --shard auto: what batch systems tell a task about its place.

// How one batch system numbers tasks: the task is number (id - first) / step of `count`, or of
// (last - first) / step + 1 where it has no count. A variable without a name has a fixed value.
struct Scheme {
  const char* name;
  const char* id;
  const char* count;
  const char* first;
  const char* last;
  const char* step;
};

constexpr Scheme kSchemes[] = {
    {"Slurm array", "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN",
     "SLURM_ARRAY_TASK_MAX", "SLURM_ARRAY_TASK_STEP"},
    {"Slurm tasks", "SLURM_PROCID", "SLURM_NTASKS", nullptr, nullptr, nullptr},
    {"Kubernetes indexed job", "JOB_COMPLETION_INDEX", "JOB_COMPLETIONS", nullptr, nullptr,
     nullptr},
    {"Grid Engine array", "SGE_TASK_ID", nullptr, "SGE_TASK_FIRST", "SGE_TASK_LAST",
     "SGE_TASK_STEPSIZE"},
};

// Reads the variables of one scheme and remembers what it saw.
class Variables {
 public:
  explicit Variables(const Environment& environment) : environment_(environment) {}

  // The variable's value; `fixed` for one without a name. all() tells whether every variable that
  // was asked for held a number.
  int64_t Read(const char* name, int64_t fixed) {
    if (name == nullptr) return fixed;
    const char* value = environment_(name);
    seen_.append(seen_.empty() ? "" : ", ").append(name);
    seen_.append(value != nullptr ? "=" : " is not set").append(value != nullptr ? value : "");
    int32_t number = 0;
    const std::string_view text = value != nullptr ? value : "";
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    all_ = all_ && error == std::errc() && end == text.data() + text.size() && number >= 0;
    return number;
  }

  bool all() const { return all_; }
  const std::string& seen() const { return seen_; }

 private:
  const Environment& environment_;
  std::string seen_;
  bool all_ = true;
};

// Grid Engine sets SGE_TASK_ID to "undefined" for jobs that are no array.
bool IsThere(const Scheme& scheme, const Environment& environment) {
  const char* id = environment(scheme.id);
  return id != nullptr && std::string_view(id) != "undefined";
}

// Every Slurm job has SLURM_PROCID: a lone task's does not compete with another numbering.
bool IsLoneTask(const Scheme& scheme, const Environment& environment) {
  if (std::string_view(scheme.id) != "SLURM_PROCID") return false;
  const char* tasks = environment(scheme.count);
  return tasks == nullptr || std::string_view(tasks) == "1";
}

Result<Shard> ReadScheme(const Scheme& scheme, const Environment& environment) {
  Variables variables(environment);
  const int64_t id = variables.Read(scheme.id, 0);
  const int64_t first = variables.Read(scheme.first, 0);
  const int64_t step = variables.Read(scheme.step, 1);
  const int64_t last = variables.Read(scheme.last, -1);
  const bool evenly = step > 0 && (id - first) % step == 0;
  const int64_t span = evenly && scheme.last != nullptr ? (last - first) / step + 1 : -1;
  const int64_t count = variables.Read(scheme.count, span);
  const Shard shard = {evenly ? (id - first) / step + 1 : 0, count};
  const bool agree = scheme.last == nullptr || span == count;
  if (variables.all() && agree && 1 <= shard.index && shard.index <= shard.count) return shard;
  return InvalidArgument("--shard auto: the variables of a " + std::string(scheme.name) +
                         " do not number its tasks evenly (" + variables.seen() +
                         "); give --shard i/N");
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
                         " is not a shard; expected i/N with i from 1 to N (at most " +
                         std::to_string(kMaxShards) + "), or auto");
}

Result<Shard> ShardFromEnvironment(const Environment& environment) {
  std::vector<Scheme> found;
  for (const Scheme& scheme : kSchemes) {
    if (IsThere(scheme, environment)) found.push_back(scheme);
  }
  if (found.size() > 1) {
    std::erase_if(found, [&](const Scheme& scheme) { return IsLoneTask(scheme, environment); });
  }
  if (found.size() == 1) return ReadScheme(found.front(), environment);
  std::string names;
  for (const Scheme& scheme : kSchemes) {
    const bool there = IsThere(scheme, environment);
    if (!found.empty() && !there) continue;
    names.append(names.empty() ? "" : ", ").append(scheme.id);
    if (there) names.append("=").append(environment(scheme.id));
  }
  return InvalidArgument(found.empty()
                             ? "--shard auto: none of " + names + " is set; give --shard i/N"
                             : "--shard auto: the tasks are numbered in more than one way (" +
                                   names + "); give --shard i/N");
}

Result<Shard> ChooseShard(std::string_view text, const Environment& environment) {
  if (text.empty()) return Shard();
  return text == "auto" ? ShardFromEnvironment(environment) : ParseShard(text);
}

}  // namespace gram::jobs
