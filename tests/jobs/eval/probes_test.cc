// Audits: what is asked, and what is made of the answers.
#include "jobs/eval/probes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "jobs/eval/sampled_pairs.h"
#include "jobs/formats/mapper_options.h"
#include "tests/jobs/eval/made_up_run.h"
#include "tests/testing/temp_dir.h"

namespace gram::jobs {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;

Result<std::string> Ask(const std::string& rows, size_t count, uint64_t seed) {
  const testing::TempDir folder;
  testing::WriteBytes(folder / "rows.jsonl", rows);
  auto source = RowSource::Open({folder / "rows.jsonl"});
  EXPECT_TRUE(source.ok());
  auto mapper = RowMapper::Make(MapperOptions(), *source);
  if (!mapper.ok()) return mapper.status();
  return ProbeRows(*source, *mapper, count, seed);
}

std::vector<Json> Lines(const std::string& text) {
  std::vector<Json> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(Json::parse(line));
  return lines;
}

std::string Rows(int count) {
  std::string rows;
  for (int i = 1; i <= count; ++i) {
    rows += R"({"prompt":"q)" + std::to_string(i) + R"(","chosen":"yes","rejected":"no"})" + "\n";
  }
  return rows + "not JSON\n";
}

TEST(ProbeRowsTest, EachRowIsAskedAsItIsAndWithEveryProbeOnEachSide) {
  const auto asked = Lines(Ask(Rows(3), 10, 1).value());
  const size_t each = 1 + 2 * Probes().size();
  ASSERT_EQ(asked.size(), 3 * each);
  EXPECT_EQ(asked[0]["response1"], "yes");
  EXPECT_EQ(asked[0]["label"], 1);
  for (size_t i = 1; i < each; ++i) {
    const Probe& probe = Probes()[(i - 1) / 2];
    EXPECT_EQ(asked[i]["probe"], std::string(probe.name));
    const bool first = asked[i]["side"] == 1;
    EXPECT_EQ(asked[i][first ? "response1" : "response2"],
              (first ? "yes" : "no") + std::string(probe.text));
    EXPECT_EQ(asked[i][first ? "response2" : "response1"], first ? "no" : "yes");
  }
}

TEST(ProbeRowsTest, TheSeedDecidesTheSample) {
  const auto numbers = [](uint64_t seed) {
    std::set<int> drawn;
    for (const Json& line : Lines(Ask(Rows(200), 20, seed).value()))
      drawn.insert(line["sample"].get<int>());
    return drawn;
  };
  EXPECT_EQ(numbers(1).size(), 20u);
  EXPECT_EQ(numbers(1), numbers(1));
  EXPECT_NE(numbers(1), numbers(2));
}

TEST(ProbeRowsTest, NothingToAskIsSaid) {
  EXPECT_FALSE(Ask(R"({"prompt":"q","chosen":"","rejected":7})", 5, 1).ok());
}

// Verdicts of a judge that adds `boost` to the answer with the probe called "flattery".
EvalRun Audited(double boost) {
  EvalRun run;
  for (int sample = 1; sample <= 4; ++sample) {
    const double margin = sample - 2.5;
    const std::string name = std::to_string(sample);
    AddRow(run, {name, "none", "0"}, {MadeUpPair(margin)}).pairs[0].verdict.orders_agree =
        sample > 1;
    for (const Probe& probe : Probes()) {
      const double added = probe.name == "flattery" ? boost : 0;
      AddRow(run, {name, std::string(probe.name), "1"}, {MadeUpPair(margin + added)});
      AddRow(run, {name, std::string(probe.name), "2"}, {MadeUpPair(margin - added)});
    }
  }
  return run;
}

TEST(AuditTest, AJudgeThatLikesFlatteryIsFoundOut) {
  const EvalRun run = Audited(1);
  const auto result = Audit(run, {});
  ASSERT_TRUE(result.ok()) << result.status().message();
  EXPECT_EQ(result->rows, 4u);
  EXPECT_EQ(result->swap_flips.value, 0.25);
  for (const ProbeEffect& effect : result->effects) {
    const bool flattery = effect.name == "flattery";
    EXPECT_EQ(effect.flips.count, 8);
    EXPECT_EQ(effect.flips.value, flattery ? 0.25 : 0) << effect.name;
    EXPECT_EQ(effect.towards.value, flattery ? 0.25 : 0);
    EXPECT_EQ(effect.away.value, 0);
    EXPECT_DOUBLE_EQ(effect.shift.value, flattery ? 1 : 0);
  }
  EXPECT_EQ(result->turned.size(), 2u);
  EXPECT_EQ(Json::parse(AuditJson(*result, run))["probes"].size(), Probes().size());
}

TEST(AuditTest, AProbeMayHarmItsAnswer) {
  const auto result = Audit(Audited(-1), {});
  ASSERT_TRUE(result.ok());
  for (const ProbeEffect& effect : result->effects) {
    EXPECT_EQ(effect.away.value, effect.name == "flattery" ? 0.25 : 0);
  }
  EXPECT_TRUE(result->turned.empty());
}

TEST(AuditTest, OtherVerdictsAreRefused) {
  EvalRun run;
  AddRow(run, {"", "", ""}, {MadeUpPair(1)});
  EXPECT_THAT(Audit(run, {}).status().message(), HasSubstr("is not one that audit asks"));
}

InputRow BestOfK(const std::string& pairs) {
  InputRow row;
  row.raw = R"({"sampled_conflict_pairs":)" + pairs + "}";
  row.responses = {"a", "b", "c"};
  row.comparisons = {{0, 1, Label::kResponse1}, {0, 2, Label::kTie}, {1, 2, Label::kResponse2}};
  return row;
}

TEST(SampledPairsTest, OnlyTheListedPairsAreCompared) {
  InputRow row = BestOfK("[[1,0],[1,2]]");
  KeepSampledPairs(row);
  ASSERT_FALSE(row.error);
  ASSERT_EQ(row.comparisons.size(), 2u);
  EXPECT_EQ(row.comparisons[0].first, 1u);
  EXPECT_EQ(row.comparisons[0].label, Label::kResponse2) << "the other way round";
  EXPECT_EQ(row.comparisons[1].label, Label::kResponse2);
}

TEST(SampledPairsTest, WhatIsNoListOfPairsIsAnError) {
  for (const char* pairs : {"[[0,3]]", "[[0]]", "[0,1]", "[[0,0]]", "[[-1,0]]", "[[0.5,1]]"}) {
    InputRow row = BestOfK(pairs);
    KeepSampledPairs(row);
    ASSERT_TRUE(row.error) << pairs;
    EXPECT_EQ(row.error->code, "wrong_type");
    EXPECT_TRUE(row.comparisons.empty());
  }
  InputRow empty = BestOfK("[]");
  KeepSampledPairs(empty);
  EXPECT_EQ(empty.error->code, "too_few");
  InputRow none = BestOfK("null");
  KeepSampledPairs(none);
  EXPECT_EQ(none.comparisons.size(), 3u);
}

}  // namespace
}  // namespace gram::jobs
