#include "jobs/run/shard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace gram::jobs {
namespace {

using ::testing::HasSubstr;

TEST(ShardTest, EveryRowIsInOneShardAndBlocksStayTogether) {
  for (const int64_t count : {1, 2, 3, 16}) {
    for (int64_t row = 1; row <= 500; ++row) {
      int holders = 0;
      for (int64_t index = 1; index <= count; ++index) {
        const Shard shard = {index, count};
        if (!shard.Holds(row)) continue;
        ++holders;
        EXPECT_TRUE(shard.Holds((row - 1) / 16 * 16 + 1)) << "the first row of its block";
      }
      EXPECT_EQ(holders, 1) << "row " << row << " of " << count << " shards";
    }
  }
}

TEST(ShardTest, RowsOfCountsWhatHoldsHolds) {
  for (const int64_t count : {1, 3, 7}) {
    for (int64_t index = 1; index <= count; ++index) {
      const Shard shard = {index, count};
      int64_t held = 0;
      for (int64_t total = 0; total <= 400; ++total) {
        if (total > 0 && shard.Holds(total)) ++held;
        EXPECT_EQ(shard.RowsOf(total), held) << shard.ToString() << " of " << total;
      }
    }
  }
}

TEST(ShardTest, ParsesWhatCountsFromOne) {
  EXPECT_EQ(*ParseShard("1/1"), (Shard{1, 1}));
  EXPECT_EQ(*ParseShard("16/16"), (Shard{16, 16}));
  EXPECT_EQ(ParseShard("3/1000000")->ToString(), "3/1000000");
  for (const char* text : {"",
                           "/",
                           "1",
                           "1/",
                           "/2",
                           "0/4",
                           "5/4",
                           "-1/4",
                           "1/-4",
                           "1/4 ",
                           " 1/4",
                           "1/4/4",
                           "1.0/4",
                           "0x1/4",
                           "+1/4",
                           "1/0",
                           "1/1000001",
                           "one/two",
                           "1/99999999999999999999",
                           "AUTO"}) {
    const Result<Shard> shard = ParseShard(text);
    ASSERT_FALSE(shard.ok()) << text;
    EXPECT_THAT(shard.status().message(), HasSubstr("i/N"));
  }
}

Result<Shard> FromVariables(const std::map<std::string, std::string>& variables) {
  return ShardFromEnvironment([&](const char* name) {
    const auto found = variables.find(name);
    return found != variables.end() ? found->second.c_str() : nullptr;
  });
}

std::map<std::string, std::string> SlurmArray(const char* id, const char* count, const char* first,
                                              const char* last, const char* step) {
  return {{"SLURM_ARRAY_TASK_ID", id},
          {"SLURM_ARRAY_TASK_COUNT", count},
          {"SLURM_ARRAY_TASK_MIN", first},
          {"SLURM_ARRAY_TASK_MAX", last},
          {"SLURM_ARRAY_TASK_STEP", step}};
}

TEST(ShardFromEnvironmentTest, EveryBatchSystem) {
  EXPECT_EQ(*FromVariables(SlurmArray("0", "16", "0", "15", "1")), (Shard{1, 16}));
  EXPECT_EQ(*FromVariables(SlurmArray("16", "16", "1", "16", "1")), (Shard{16, 16}));
  EXPECT_EQ(*FromVariables(SlurmArray("14", "4", "5", "14", "3")), (Shard{4, 4}));
  EXPECT_EQ(*FromVariables({{"SLURM_PROCID", "3"}, {"SLURM_NTASKS", "8"}}), (Shard{4, 8}));
  EXPECT_EQ(*FromVariables({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "1"}}), (Shard{1, 1}));
  EXPECT_EQ(*FromVariables({{"JOB_COMPLETION_INDEX", "4"}, {"JOB_COMPLETIONS", "5"}}),
            (Shard{5, 5}));
  EXPECT_EQ(*FromVariables({{"SGE_TASK_ID", "6"},
                            {"SGE_TASK_FIRST", "2"},
                            {"SGE_TASK_LAST", "9"},
                            {"SGE_TASK_STEPSIZE", "4"}}),
            (Shard{2, 2}));
}

TEST(ShardFromEnvironmentTest, ALoneTaskDoesNotCompeteWithItsArray) {
  auto variables = SlurmArray("2", "3", "1", "3", "1");
  variables.emplace("SLURM_PROCID", "0");
  EXPECT_EQ(*FromVariables(variables), (Shard{2, 3}));
  variables.emplace("SLURM_NTASKS", "1");
  variables.emplace("SGE_TASK_ID", "undefined");
  EXPECT_EQ(*FromVariables(variables), (Shard{2, 3}));
}

TEST(ShardFromEnvironmentTest, WhatIsNotCertainIsAnErrorThatShowsWhatWasFound) {
  auto both = SlurmArray("2", "3", "1", "3", "1");
  both.emplace("SLURM_PROCID", "1");
  both.emplace("SLURM_NTASKS", "2");
  const std::pair<std::map<std::string, std::string>, const char*> kCases[] = {
      {{}, "none of SLURM_ARRAY_TASK_ID"},
      {{{"SGE_TASK_ID", "undefined"}}, "none of"},
      {both, "SLURM_ARRAY_TASK_ID=2, SLURM_PROCID=1"},
      {{{"SLURM_PROCID", "3"}}, "SLURM_NTASKS is not set"},
      {{{"JOB_COMPLETION_INDEX", "3"}}, "JOB_COMPLETIONS is not set"},
      {{{"JOB_COMPLETION_INDEX", "5"}, {"JOB_COMPLETIONS", "5"}}, "JOB_COMPLETIONS=5"},
      {{{"JOB_COMPLETION_INDEX", "-1"}, {"JOB_COMPLETIONS", "5"}}, "JOB_COMPLETION_INDEX=-1"},
      {{{"JOB_COMPLETION_INDEX", "1x"}, {"JOB_COMPLETIONS", "5"}}, "JOB_COMPLETION_INDEX=1x"},
      {SlurmArray("7", "3", "1", "7", "1"), "SLURM_ARRAY_TASK_COUNT=3"},  // a list with gaps
      {SlurmArray("2", "3", "1", "5", "2"), "SLURM_ARRAY_TASK_STEP=2"},
      {SlurmArray("1", "1", "1", "1", "0"), "SLURM_ARRAY_TASK_STEP=0"},
      {SlurmArray("99999999999999999999", "3", "1", "3", "1"), "=99999999999999999999"},
  };
  for (const auto& [variables, shown] : kCases) {
    const Result<Shard> shard = FromVariables(variables);
    ASSERT_FALSE(shard.ok()) << shown;
    EXPECT_THAT(shard.status().message(), HasSubstr(shown));
    EXPECT_THAT(shard.status().message(), HasSubstr("give --shard i/N"));
  }
}

}  // namespace
}  // namespace gram::jobs
