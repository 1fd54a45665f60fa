// Cores and CPU quotas, read from made-up /proc and /sys trees.
#include "engine/base/cpu_limits.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/testing/temp_dir.h"

namespace gram {
namespace {

class CpuLimitsTest : public ::testing::Test {
 protected:
  void Write(const std::string& path, const std::string& text) const {
    const std::filesystem::path file = folder_ / path;
    std::filesystem::create_directories(file.parent_path());
    testing::WriteBytes(file.string(), text);
  }
  void Siblings(int cpu, const std::string& list) const {
    Write("sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/thread_siblings_list",
          list + "\n");
  }
  /// A machine with version 2 alone, whose process is in `group`.
  void Version2(const std::string& group) const {
    Write("proc/self/cgroup", "0::" + group + "\n");
    Write("proc/self/mountinfo",
          "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
          "30 22 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n");
  }
  int Cores(const std::vector<int>& cpus) const { return CountCores(folder_.path(), cpus); }
  std::optional<int64_t> Quota() const { return CgroupCpus(folder_.path()); }

  testing::TempDir folder_;
};

TEST_F(CpuLimitsTest, HardwareThreadsOfACoreCountOnce) {
  for (const int cpu : {0, 4}) Siblings(cpu, "0,4");
  for (const int cpu : {1, 5}) Siblings(cpu, "1,5");
  for (const int cpu : {2, 3}) Siblings(cpu, "2-3");
  EXPECT_EQ(Cores({0, 1, 2, 3, 4, 5}), 3);
  EXPECT_EQ(Cores({0, 4}), 1);
  EXPECT_EQ(Cores({4, 5}), 2);  // the lower siblings are not this process's
  EXPECT_EQ(Cores({3}), 1);
  EXPECT_EQ(Cores({}), 0);
}

TEST_F(CpuLimitsTest, ACpuWithoutKnownSiblingsIsACore) {
  Siblings(0, "");
  Siblings(1, "none");
  EXPECT_EQ(Cores({0, 1, 2}), 3);
}

TEST_F(CpuLimitsTest, NoFilesNoQuota) {
  EXPECT_EQ(Quota(), std::nullopt);
  Version2("/");
  EXPECT_EQ(Quota(), std::nullopt);
}

TEST_F(CpuLimitsTest, AQuotaIsRoundedUp) {
  Version2("/");
  for (const auto& [text, cpus] : {std::pair<const char*, int64_t>{"100000 100000", 1},
                                   {"100001 100000", 2},
                                   {"150000 100000\n", 2},
                                   {"400000 100000\n", 4},
                                   {"1000 100000\n", 1},
                                   {"9223372036854775807 1\n", 9223372036854775807}}) {
    Write("sys/fs/cgroup/cpu.max", text);
    EXPECT_EQ(Quota(), cpus) << text;
  }
}

TEST_F(CpuLimitsTest, WhatIsNotAQuotaIsNone) {
  Version2("/");
  for (const char* text : {"max 100000\n", "", "max", "100000", "0 100000", "100000 0", "-1 100000",
                           "x y", "99999999999999999999 1"}) {
    Write("sys/fs/cgroup/cpu.max", text);
    EXPECT_EQ(Quota(), std::nullopt) << text;
  }
}

TEST_F(CpuLimitsTest, TheLeastQuotaUpTheHierarchyCounts) {
  Version2("/user.slice/job.scope");
  Write("sys/fs/cgroup/user.slice/job.scope/cpu.max", "800000 100000\n");
  EXPECT_EQ(Quota(), 8);
  Write("sys/fs/cgroup/user.slice/cpu.max", "300000 100000\n");
  EXPECT_EQ(Quota(), 3);
  Write("sys/fs/cgroup/user.slice/job.scope/cpu.max", "max 100000\n");
  EXPECT_EQ(Quota(), 3);
  Write("sys/fs/cgroup/cpu.max", "200000 100000\n");
  EXPECT_EQ(Quota(), 2);
  Write("sys/fs/cgroup/other.slice/cpu.max", "100000 100000\n");  // not ours
  EXPECT_EQ(Quota(), 2);
}

TEST_F(CpuLimitsTest, AContainerOfVersion1SeesItsGroupAtTheMountPoint) {
  Write("proc/self/cgroup", "5:cpuset:/docker/1f\n4:cpu,cpuacct:/docker/1f/child\n1:name=x:/\n");
  Write("proc/self/mountinfo",
        "40 30 0:31 /docker/1f /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct\n"
        "41 30 0:32 /docker/1f /sys/fs/cgroup/cpuset ro - cgroup cgroup rw,cpuset\n");
  Write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "50000\n");
  Write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
  EXPECT_EQ(Quota(), std::nullopt);
  Write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "125000\n");
  EXPECT_EQ(Quota(), 3);
  Write("sys/fs/cgroup/cpu,cpuacct/child/cpu.cfs_period_us", "100000\n");
  Write("sys/fs/cgroup/cpu,cpuacct/child/cpu.cfs_quota_us", "100000\n");
  EXPECT_EQ(Quota(), 1);
}

TEST_F(CpuLimitsTest, AGroupOutsideTheMountLeavesTheMountsOwn) {
  for (const char* group : {"/elsewhere/42", "/../../outside", "/"}) {
    Write("proc/self/cgroup", std::string("0::") + group + "\n");
    Write("proc/self/mountinfo", "30 22 0:26 /pods/7 /sys/fs/cgroup rw - cgroup2 cgroup rw\n");
    Write("sys/fs/cgroup/cpu.max", "500000 100000\n");
    EXPECT_EQ(Quota(), 5) << group;
  }
  Write("proc/self/cgroup", "0::/pods/77\n");  // not below /pods/7
  Write("sys/fs/cgroup7/cpu.max", "100000 100000\n");
  EXPECT_EQ(Quota(), 5);
}

TEST_F(CpuLimitsTest, BothVersionsSideBySide) {
  Write("proc/self/cgroup", "1:cpu:/\n0::/app\n");
  Write("proc/self/mountinfo",
        "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
        "41 31 0:38 / /sys/fs/cgroup/my\\040unified rw - cgroup2 cgroup2 rw\n");
  Write("sys/fs/cgroup/my unified/app/cpu.max", "600000 100000\n");
  EXPECT_EQ(Quota(), 6);
  Write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  Write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "400000\n");
  EXPECT_EQ(Quota(), 4);
}

TEST_F(CpuLimitsTest, BrokenTablesAreNoQuota) {
  Write("proc/self/cgroup", "\n::\n0\n0:\nx");
  Write("proc/self/mountinfo", "\n-\n1 2 3 - cgroup2\n30 22 0:26 / /sys/fs/cgroup rw - cgroup2\n");
  Write("sys/fs/cgroup/cpu.max", "100000 100000\n");
  EXPECT_EQ(Quota(), std::nullopt);
}

TEST(ExecContext, ThisMachineHasACore) { EXPECT_GE(AvailableCores(), 1); }

}  // namespace
}  // namespace gram
