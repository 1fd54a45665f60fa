// The self-test's report where it found a difference, which no test can provoke from outside.
#include "cli/output/selftest_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace gram::cli {
namespace {

using ::testing::HasSubstr;

SelfTestReport Different() {
  SelfTestReport report;
  report.engine.isa = "scalar";
  report.engine.threads = 2;
  report.pairs = 12;
  report.checks = {{"a second run", std::nullopt},
                   {"2 threads", LogitDifference{3, 2, 'B', 0.1F, 0.25F}}};
  return report;
}

TEST(SelfTestTextTest, ADifferenceNamesThePairAndBothValues) {
  const SelfTestReport report = Different();
  EXPECT_EQ(CheckLine(report.checks[0]), "same bits  a second run\n");
  EXPECT_EQ(CheckLine(report.checks[1]),
            "DIFFERENT  2 threads: pair 4, order 2, logit B: 0.25 (3e800000), expected "
            "0.100000001 (3dcccccd)\n");
  EXPECT_THAT(SelfTestVerdict(report), HasSubstr("1 of 2 checks gave different bits."));
}

TEST(SelfTestTextTest, Json) {
  const auto json = nlohmann::json::parse(SelfTestJson(Different()));
  EXPECT_EQ(json["identical"], false);
  EXPECT_EQ(json["checks"][1]["difference"]["pair"], 4);
  EXPECT_EQ(json["checks"][1]["difference"]["got"], 0.25);
}

}  // namespace
}  // namespace gram::cli
