#include "engine/base/cpu_limits.h"

#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string_view>

namespace gram {
namespace {

/// A hierarchy of groups as this process sees it.
struct Mount {
  std::string root;   // the group at the mount point
  std::string point;  // where its files are
  bool v2 = false;
};

/// The mount points' spaces, tabs, line ends and backslashes are written as \ooo.
std::string Unescape(std::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    const std::string_view digits = text.substr(i).substr(0, 4);
    const bool escape = digits.size() == 4 && digits[0] == '\\' &&
                        digits.find_first_not_of("01234567", 1) == std::string_view::npos;
    if (escape) i += 3;
    plain +=
        escape
            ? static_cast<char>((digits[1] - '0') * 64 + (digits[2] - '0') * 8 + (digits[3] - '0'))
            : text[i];
  }
  return plain;
}

bool HasWord(std::string_view list, std::string_view word) {
  for (size_t at = 0; at <= list.size();) {
    const size_t end = std::min(list.find(',', at), list.size());
    if (list.substr(at, end - at) == word) return true;
    at = end + 1;
  }
  return false;
}

/// The mounts of the cgroup hierarchies that can limit CPU time. A line of mountinfo (proc(5)):
/// id, parent, device, root, mount point, options, tags..., "-", type, source, options.
std::vector<Mount> CpuMounts(const std::string& root) {
  std::vector<Mount> mounts;
  std::ifstream file(root + "/proc/self/mountinfo");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    const std::vector<std::string> field(std::istream_iterator<std::string>(words), {});
    const auto dash = std::find(field.begin(), field.end(), "-");
    if (dash - field.begin() < 6 || field.end() - dash < 4) continue;
    const bool v2 = dash[1] == "cgroup2";
    if (v2 || (dash[1] == "cgroup" && HasWord(dash[3], "cpu"))) {
      mounts.push_back({Unescape(field[3]), Unescape(field[4]), v2});
    }
  }
  return mounts;
}

/// This process's group in the hierarchy of version 2 or in version 1's that has the controller
/// "cpu". A line of /proc/self/cgroup: number, controllers (none for version 2), path.
std::optional<std::string> GroupPath(const std::string& root, bool v2) {
  std::ifstream file(root + "/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const size_t first = line.find(':');
    const size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    if (v2 ? controllers.empty() : HasWord(controllers, "cpu")) return line.substr(second + 1);
  }
  return std::nullopt;
}

/// The path of `group` below the mount point, empty or beginning with '/'. Where the mount shows
/// another part of the hierarchy, as in a container, its own root is the nearest group in sight.
std::string BelowMount(const Mount& mount, const std::string& group) {
  const std::string top = mount.root == "/" ? "" : mount.root;
  const bool inside = group.compare(0, top.size(), top) == 0 &&
                      (group.size() == top.size() || group[top.size()] == '/') &&
                      group.find("/..") == std::string::npos;
  const std::string below = inside ? group.substr(top.size()) : "";
  return below == "/" ? "" : below;
}

/// A folder's own quota in CPUs, rounded up.
std::optional<int64_t> QuotaOf(const std::string& folder, bool v2) {
  int64_t quota = 0;
  int64_t period = 0;
  if (v2) {
    std::ifstream file(folder + "/cpu.max");  // "max 100000" where there is no limit
    if (!(file >> quota >> period)) return std::nullopt;
  } else {
    std::ifstream quota_file(folder + "/cpu.cfs_quota_us");  // -1 where there is no limit
    std::ifstream period_file(folder + "/cpu.cfs_period_us");
    if (!(quota_file >> quota) || !(period_file >> period)) return std::nullopt;
  }
  if (quota <= 0 || period <= 0) return std::nullopt;
  return (quota - 1) / period + 1;
}

/// The numbers of the CPUs in this process's affinity mask; none where the system does not say.
std::vector<int> AffinityCpus() {
  constexpr int kMostCpus = 1 << 16;
  for (int size = CPU_SETSIZE; size <= kMostCpus; size *= 2) {
    cpu_set_t* set = CPU_ALLOC(static_cast<size_t>(size));
    if (set == nullptr) return {};
    const size_t bytes = CPU_ALLOC_SIZE(static_cast<size_t>(size));
    const bool ok = ::sched_getaffinity(0, bytes, set) == 0;
    const bool too_small = !ok && errno == EINVAL;
    std::vector<int> cpus;
    for (int cpu = 0; ok && cpu < size; ++cpu) {
      if (CPU_ISSET_S(static_cast<size_t>(cpu), bytes, set)) cpus.push_back(cpu);
    }
    CPU_FREE(set);
    if (!too_small) return cpus;
  }
  return {};
}

}  // namespace

int AvailableCores() {
  const int64_t cores = CountCores("", AffinityCpus());
  return static_cast<int>(std::max<int64_t>(1, std::min(cores, CgroupCpus("").value_or(cores))));
}

int CountCores(const std::string& root, const std::vector<int>& cpus) {
  std::set<int> cores;  // by the lowest number of a core's hardware threads
  for (const int cpu : cpus) {
    std::ifstream file(root + "/sys/devices/system/cpu/cpu" + std::to_string(cpu) +
                       "/topology/thread_siblings_list");
    int lowest = 0;  // the list ascends: "3,67" or "6-7"
    cores.insert(file >> lowest && lowest >= 0 ? lowest : cpu);
  }
  return static_cast<int>(cores.size());
}

std::optional<int64_t> CgroupCpus(const std::string& root) {
  std::optional<int64_t> least;
  for (const Mount& mount : CpuMounts(root)) {
    const std::optional<std::string> group = GroupPath(root, mount.v2);
    std::string below = group ? BelowMount(mount, *group) : "";
    while (true) {
      const std::optional<int64_t> cpus = QuotaOf(root + mount.point + below, mount.v2);
      if (cpus) least = std::min(*cpus, least.value_or(*cpus));
      if (below.empty()) break;
      below.resize(below.rfind('/'));
    }
  }
  return least;
}

}  // namespace gram
