#include "jobs/run/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>

#include "tests/jobs/run/fake_job.h"
#include "tests/testing/temp_dir.h"

namespace gram::jobs {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr int kShards = 16;
constexpr int kRows = 777;

Result<MergeEnd> MergeAll(const MergeOptions& options) {
  RunObserver observer;
  const std::atomic<bool> never = false;
  return Merge(options, observer, never);
}

class MergeTest : public ::testing::Test {
 protected:
  MergeTest() { testing::WriteBytes(folder_ / "in", FakeRows(kRows)); }

  std::string RunShard(int index, int count, const std::string& suffix = "",
                       const std::string& isa = "fake") {
    const std::string output = folder_ / "s" + std::to_string(index) + suffix;
    FakeRun run = MakeRun(folder_ / "in", output);
    run.shard = {index, count};
    run.isa = isa;
    EXPECT_TRUE(RunFake(run)->complete);
    return output;
  }

  std::vector<std::string> RunShards(int count) {
    std::vector<std::string> shards;
    for (int i = 1; i <= count; ++i) shards.push_back(RunShard(i, count));
    return shards;
  }

  std::string Error(const std::vector<std::string>& shards) {
    const Result<MergeEnd> end = MergeAll({.output = output_, .shards = shards});
    EXPECT_FALSE(end.ok());
    EXPECT_FALSE(std::filesystem::exists(output_));
    return end.status().message();
  }

  testing::TempDir folder_ = testing::TempDir(testing::MemoryFolder());
  std::string output_ = folder_ / "merged";
};

TEST_F(MergeTest, SixteenShardsAreTheFileOfOneRun) {
  for (const char* suffix : {"", ".gz", ".zst"}) {
    std::vector<std::string> shards;
    for (int i = 1; i <= kShards; ++i) {
      const char* packing = i % 3 == 0 ? ".gz" : i % 3 == 1 ? ".zst" : "";
      shards.push_back(RunShard(i, kShards, packing));
    }
    std::reverse(shards.begin(), shards.end());
    const std::string output = output_ + suffix;
    const Result<MergeEnd> end = MergeAll({.output = output, .shards = shards});
    ASSERT_TRUE(end.ok()) << end.status().message();
    EXPECT_TRUE(end->complete);
    EXPECT_EQ(end->totals.rows, kRows);
    const FakeRun whole = MakeRun(folder_ / "in", "");
    EXPECT_TRUE(testing::ReadBytes(output) == WholeOutput(whole, folder_.path(), suffix));
    EXPECT_EQ(LastingManifest(output), LastingManifest(folder_ / "whole" + suffix));
    EXPECT_FALSE(std::filesystem::exists(output + ".partial"));
    for (const std::string& shard : shards) {
      std::filesystem::remove(shard);
      std::filesystem::remove(shard + ".run.json");
    }
  }
}

TEST_F(MergeTest, ShardsMayBeEmpty) {
  testing::WriteBytes(folder_ / "in", FakeRows(20));
  ASSERT_TRUE(MergeAll({.output = output_, .shards = RunShards(5)}).ok());
  EXPECT_TRUE(testing::ReadBytes(output_) ==
              WholeOutput(MakeRun(folder_ / "in", ""), folder_.path()));
}

TEST_F(MergeTest, AMergedFileIsARunThatCanBeGoneOnWith) {
  ASSERT_TRUE(MergeAll({.output = output_, .shards = RunShards(3)}).ok());
  FakeRun run = MakeRun(folder_ / "in", output_);
  run.heals = true;
  const std::string whole = WholeOutput(run, folder_.path());
  run.options.retry_failed = true;
  ASSERT_TRUE(RunFake(run)->complete);
  EXPECT_TRUE(testing::ReadBytes(output_) == whole);
}

TEST_F(MergeTest, MissingAndDoubledShardsAreNamed) {
  std::vector<std::string> shards = RunShards(5);
  EXPECT_THAT(Error({shards[0], shards[2], shards[3]}),
              HasSubstr("of 5 shards, 2 are missing: 2, 5"));
  std::filesystem::copy(shards[1], folder_ / "copy");
  std::filesystem::copy(shards[1] + ".run.json", folder_ / "copy.run.json");
  std::vector<std::string> doubled = shards;
  doubled.push_back(folder_ / "copy");
  EXPECT_THAT(Error(doubled), AllOf(HasSubstr("are both shard 2/5"), HasSubstr("copy")));
  EXPECT_THAT(Error({shards[0], shards[0]}), HasSubstr("are both shard 1/5"));
}

TEST_F(MergeTest, ShardsOfOtherRunsAreNamed) {
  const std::vector<std::string> shards = RunShards(2);
  const std::string other = RunShard(2, 2, ".other", "other");
  EXPECT_THAT(Error({shards[0], other}),
              AllOf(HasSubstr("not shards of one run"), HasSubstr("isa is other, but was fake")));
  EXPECT_THAT(Error({shards[0], RunShard(2, 3, ".third")}), HasSubstr("the shard is 1/3"));
  testing::WriteBytes(folder_ / "in", FakeRows(kRows - 1));
  EXPECT_THAT(Error({shards[0], RunShard(2, 2, ".fewer")}), HasSubstr("bytes with checksum"));
}

TEST_F(MergeTest, ShardsThatAreNotWholeAreNamed) {
  const std::vector<std::string> shards = RunShards(2);
  const std::string bytes = testing::ReadBytes(shards[1]);
  const size_t last = bytes.rfind('\n', bytes.size() - 2) + 1;
  for (const std::string& changed :
       {bytes.substr(0, last), bytes.substr(0, bytes.size() - 1), bytes + "{}\n", bytes + "{"}) {
    testing::WriteBytes(shards[1], changed);
    EXPECT_THAT(Error(shards), HasSubstr("was changed"));
  }
  testing::WriteBytes(shards[1], bytes);
  const std::string manifest = testing::ReadBytes(shards[1] + ".run.json");
  std::string fewer = manifest;
  fewer.replace(fewer.find("\"rows\": 3"), 10, "\"rows\": 2");
  testing::WriteBytes(shards[1] + ".run.json", fewer);
  EXPECT_THAT(Error(shards), HasSubstr("must have"));
  testing::WriteBytes(shards[1] + ".run.json", manifest);
  std::filesystem::rename(shards[1], shards[1] + ".partial");
  EXPECT_THAT(Error(shards), AllOf(HasSubstr("shard 2/2"), HasSubstr("not complete")));
  std::filesystem::remove(shards[1] + ".run.json");
  EXPECT_THAT(Error(shards), HasSubstr("no manifest"));
  EXPECT_THAT(Error({}), HasSubstr("no shards"));
}

TEST_F(MergeTest, NothingIsReplacedUnaskedAndShardsNever) {
  const std::vector<std::string> shards = RunShards(2);
  testing::WriteBytes(output_, "mine");
  const Result<MergeEnd> refused = MergeAll({.output = output_, .shards = shards});
  EXPECT_THAT(refused.status().message(), HasSubstr("--force"));
  EXPECT_EQ(testing::ReadBytes(output_), "mine");
  EXPECT_TRUE(MergeAll({.output = output_, .shards = shards, .force = true}).ok());
  const std::string shard = testing::ReadBytes(shards[0]);
  const Result<MergeEnd> onto = MergeAll({.output = shards[0], .shards = shards, .force = true});
  ASSERT_FALSE(onto.ok());
  EXPECT_EQ(testing::ReadBytes(shards[0]), shard);
  EXPECT_FALSE(MergeAll({.output = "-", .shards = shards}).ok());
}

}  // namespace
}  // namespace gram::jobs
