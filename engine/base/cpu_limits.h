// How many CPUs a process may use: what the kernel says about them, in /proc and /sys.
//
// `root` stands before every path: empty for this machine, a folder with such trees for a test.
// What is missing or unreadable counts as no limit.
#ifndef GRAM_ENGINE_BASE_CPU_LIMITS_H_
#define GRAM_ENGINE_BASE_CPU_LIMITS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gram {

/// The physical cores that this process may use, at least 1: those of its affinity mask, hardware
/// threads of one core counted once, and no more than its cgroups' CPU quota, rounded up.
int AvailableCores();

/// How many physical cores the CPUs with these numbers belong to: hardware threads of one core
/// count once. A CPU whose siblings are unknown is a core of its own.
int CountCores(const std::string& root, const std::vector<int>& cpus);

/// The CPU time that this process's cgroups, version 1 or 2, allow it, in CPUs rounded up: the
/// least of its group's quota and those of all groups above it. None where none is set.
std::optional<int64_t> CgroupCpus(const std::string& root);

}  // namespace gram

#endif  // GRAM_ENGINE_BASE_CPU_LIMITS_H_
