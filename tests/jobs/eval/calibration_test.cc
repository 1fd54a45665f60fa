// Calibration on judges that are made up, so that the truth is known.
#include "jobs/eval/calibration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "jobs/eval/calibration_fit.h"
#include "jobs/eval/stats/bootstrap.h"
#include "jobs/eval/stats/logistic.h"

namespace gram::jobs {
namespace {

using ::testing::HasSubstr;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Verdicts of a judge whose true log-odds are `truth` times its margins, which are spread evenly
// between -4 and 4.
std::vector<LabelledMargin> Judge(size_t verdicts, double truth, uint64_t seed) {
  Draws draws(seed);
  std::vector<LabelledMargin> margins;
  for (size_t i = 0; i < verdicts; ++i) {
    const double margin = 8 * draws.Uniform() - 4;
    margins.push_back({margin, draws.Uniform() < Sigmoid(truth * margin)});
  }
  return margins;
}

// The share of wrong verdicts among those that lead by more than `threshold`: the integral over the
// leads of that judge.
double TrueError(double threshold, double truth) {
  const double low = std::min(threshold, 4.0);
  // The chance that the loser is the better one, log(1 + exp(-truth x)) being its integral.
  const auto integral = [truth](double x) { return LogSigmoid(truth * x) / truth; };
  return low < 4 ? (integral(4) - integral(low)) / (4 - low) : 0;
}

TEST(CalibrationTest, AWellCalibratedJudgeStays) {
  const auto fit = FitCalibration(Judge(20000, 1, 3), {});
  ASSERT_TRUE(fit.ok());
  EXPECT_NEAR(fit->inverse_temperature, 1, 0.03);
  EXPECT_NEAR(fit->losses.temperature, fit->losses.as_is, 1e-3);
  EXPECT_NEAR(fit->losses.isotonic, fit->losses.as_is, 5e-3);
  EXPECT_NEAR(fit->Probability(2), Sigmoid(2), 0.01);
}

TEST(CalibrationTest, AnOverconfidentJudgeIsMended) {
  for (const MarginMap map : {MarginMap::kTemperature, MarginMap::kIsotonic}) {
    CalibrationOptions options;
    options.map = map;
    const auto fit = FitCalibration(Judge(40000, 0.25, 4), options);
    ASSERT_TRUE(fit.ok());
    EXPECT_EQ(fit->map, map);
    EXPECT_NEAR(1 / fit->inverse_temperature, 4, 0.2);
    EXPECT_LT(fit->losses.temperature, fit->losses.as_is - 0.05);
    EXPECT_LT(fit->losses.isotonic, fit->losses.as_is - 0.05);
    for (const double margin : {-3.0, -1.0, 1.0, 3.0}) {
      EXPECT_NEAR(fit->Probability(margin), Sigmoid(0.25 * margin), 0.03);
    }
  }
}

TEST(CalibrationTest, BothAnswersAreTreatedAlike) {
  for (const MarginMap map : {MarginMap::kTemperature, MarginMap::kIsotonic}) {
    CalibrationOptions options;
    options.map = map;
    const auto fit = FitCalibration(Judge(500, 0.5, 5), options);
    ASSERT_TRUE(fit.ok());
    EXPECT_EQ(fit->Probability(0), 0.5);
    for (double margin = 0.1; margin < 6; margin += 0.3) {
      EXPECT_DOUBLE_EQ(fit->Probability(margin) + fit->Probability(-margin), 1);
      EXPECT_LT(fit->Probability(margin), 1) << "no verdict is certain";
    }
  }
}

TEST(CalibrationTest, AJudgeThatTellsNothingGetsOneHalf) {
  auto margins = Judge(400, 0, 6);
  for (LabelledMargin& known : margins) known.first_is_better = known.margin < 0;
  margins.push_back({1, true});
  const auto fit = FitCalibration(margins, {std::nullopt});
  ASSERT_TRUE(fit.ok());
  EXPECT_EQ(fit->inverse_temperature, 0);
  CalibrationOptions temperature;
  temperature.map = MarginMap::kTemperature;
  EXPECT_EQ(FitCalibration(margins, temperature)->Probability(3), 0.5);
  EXPECT_EQ(fit->Threshold(0.05, Guarantee::kKept), kInfinity);
}

TEST(CalibrationTest, NothingToLearnFromIsSaid) {
  EXPECT_FALSE(FitCalibration({}, {}).ok());
  const auto all_right = FitCalibration(std::vector<LabelledMargin>(10, {1.5, true}), {});
  ASSERT_FALSE(all_right.ok());
  EXPECT_THAT(all_right.status().message(), HasSubstr("all 10 labelled verdicts are right"));
}

TEST(CalibrationTest, OneClassOnlyAndTenRowsAreEnough) {
  std::vector<LabelledMargin> margins;
  for (int i = 0; i < 10; ++i) margins.push_back({i - 2.5, true});
  const auto fit = FitCalibration(margins, {});
  ASSERT_TRUE(fit.ok());
  EXPECT_EQ(fit->verdicts, 10);
  EXPECT_EQ(fit->wrong, 3);
  EXPECT_EQ(fit->losses.folds, 5);
  EXPECT_EQ(fit->Threshold(0.05, Guarantee::kKept), kInfinity) << "ten rows promise nothing";
}

TEST(CalibrationTest, TiesCountAsWrongAndAreNeverDecided) {
  std::vector<LabelledMargin> margins(200, {0, true});
  for (int i = 0; i < 300; ++i) margins.push_back({2, i % 10 != 0});
  const auto fit = FitCalibration(margins, {});
  ASSERT_TRUE(fit.ok());
  EXPECT_EQ(fit->wrong, 230);
  EXPECT_EQ(fit->Members(0, 0), R"("probability":0.5,"decision":"tie")");
  EXPECT_THAT(fit->Members(2, 2), HasSubstr(R"("decision":"abstain")"));
  EXPECT_THAT(fit->Members(2, 1.5), HasSubstr(R"("decision":1)"));
  EXPECT_THAT(fit->Members(-2, 1.5), HasSubstr(R"("decision":2)"));
  EXPECT_THAT(fit->Members(-2, kInfinity), HasSubstr(R"("decision":"abstain")"));
}

std::vector<KnownVerdict> Known(const std::vector<LabelledMargin>& margins) {
  std::vector<KnownVerdict> known;
  for (const auto& [margin, first] : margins)
    known.push_back({std::abs(margin), (margin > 0) != first});
  return known;
}

// The promise of the kept: in 95 % of the draws the true error of what is kept is within the bound.
TEST(RiskTest, TheErrorOfTheKeptHoldsInNineteenOfTwentyDraws) {
  constexpr double kTruth = 0.8;
  for (const double error : {0.1, 0.2}) {
    int held = 0;
    int decided = 0;
    for (uint64_t draw = 0; draw < 200; ++draw) {
      const double threshold =
          ThresholdForKept(RiskSteps(Known(Judge(2000, kTruth, 1000 + draw))), error);
      decided += threshold < kInfinity ? 1 : 0;
      held += threshold == kInfinity || TrueError(threshold, kTruth) <= error ? 1 : 0;
    }
    EXPECT_GE(held, 190) << error;
    EXPECT_GE(decided, 150) << "a bound that decides nothing holds always";
  }
}

// The promise of all: on average over draws, no more are decided and wrong.
TEST(RiskTest, TheErrorOfAllHoldsOnAverage) {
  constexpr double kTruth = 0.8;
  for (const double error : {0.02, 0.1}) {
    double sum = 0;
    for (uint64_t draw = 0; draw < 200; ++draw) {
      const auto fit = FitCalibration(Judge(100, kTruth, 5000 + draw), {});
      ASSERT_TRUE(fit.ok());
      const double threshold = fit->Threshold(error, Guarantee::kAll);
      const double kept = std::max(0.0, 4 - threshold) / 4;
      sum += kept * TrueError(threshold, kTruth);
    }
    EXPECT_LE(sum / 200, error * 1.03);
    EXPECT_GE(sum / 200, error * 0.7) << "nor much fewer";
  }
}

TEST(RiskTest, ConformalThresholdsAreThoseOfTheFormula) {
  const std::vector<double> wrong = {3, 2, 1, 0.5};
  // (losses + 1) / (n + 1) <= error with n = 19: 0 losses at 0.05, 1 at 0.1, 3 at 0.2.
  EXPECT_EQ(ThresholdForAll(wrong, 19, 0.04), kInfinity);
  EXPECT_EQ(ThresholdForAll(wrong, 19, 0.05), 3);
  EXPECT_EQ(ThresholdForAll(wrong, 19, 0.1), 2);
  EXPECT_EQ(ThresholdForAll(wrong, 19, 0.2), 0.5);
  EXPECT_EQ(ThresholdForAll(wrong, 19, 0.25), 0);
}

Calibration Sample() {
  CalibrationOptions options;
  options.max_error = 0.1;
  options.guarantee = Guarantee::kAll;
  auto fit = FitCalibration(Judge(300, 0.5, 9), options).value();
  fit.judge = JudgeSettings({{"model_checksum", "aa"},
                             {"prompt_checksum", "bb"},
                             {"protocol", "eval"},
                             {"scoring", "average"},
                             {"parse_special", "no"},
                             {"bos", "one"},
                             {"date", "26 Jul 2024"},
                             {"labels", "A,B"},
                             {"isa", "avx2"}});
  return fit;
}

TEST(CalibrationFileTest, IsReadBack) {
  const Calibration written = Sample();
  const auto read = ParseCalibration(CalibrationJson(written), "cal.json");
  ASSERT_TRUE(read.ok()) << read.status().message();
  EXPECT_EQ(CalibrationJson(*read).substr(0, 400), CalibrationJson(written).substr(0, 400));
  EXPECT_EQ(read->all_thresholds, written.all_thresholds);
  EXPECT_EQ(read->guarantee, Guarantee::kAll);
  for (const double margin : {-2.0, 0.3, 5.0}) {
    EXPECT_EQ(read->Members(margin, 1), written.Members(margin, 1));
  }
  for (const double error : {0.0005, 0.001, 0.05, 0.1, 0.5, 1.0}) {
    EXPECT_EQ(read->Threshold(error, Guarantee::kAll), written.Threshold(error, Guarantee::kAll));
    EXPECT_EQ(read->Threshold(error, Guarantee::kKept), written.Threshold(error, Guarantee::kKept));
  }
}

TEST(CalibrationFileTest, WhatWasChangedIsRefused) {
  const std::string json = CalibrationJson(Sample());
  const auto with = [&json](const std::string& what, const std::string& instead) {
    std::string changed = json;
    const size_t at = changed.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    if (at != std::string::npos) changed.replace(at, what.size(), instead);
    return ParseCalibration(changed, "cal.json");
  };
  EXPECT_THAT(with("\"map\"", "\"mop\"").status().message(), HasSubstr("\"map\" is missing"));
  EXPECT_FALSE(with("\"calibration_version\": 1", "\"calibration_version\": 2").ok());
  EXPECT_FALSE(with("\"guarantee\": \"all\"", "\"guarantee\": \"none\"").ok());
  EXPECT_FALSE(with("\"max_error\": 0.1", "\"max_error\": -0.1").ok());
  EXPECT_FALSE(with("\"probability\": [\n   0.5", "\"probability\": [\n   1.5").ok());
  EXPECT_FALSE(ParseCalibration("{}", "cal.json").ok());
  EXPECT_FALSE(ParseCalibration("", "cal.json").ok());
  EXPECT_FALSE(ParseCalibration("[1]", "cal.json").ok());
  EXPECT_FALSE(ParseCalibration(json.substr(0, json.size() / 2), "cal.json").ok());
}

TEST(CalibrationFileTest, IsGoodForOneJudgeOnly) {
  const Calibration calibration = Sample();
  std::vector<Setting> settings = calibration.judge;
  settings.push_back({"isa", "neon"});
  EXPECT_TRUE(CheckSameJudge(calibration, settings, "x").ok()) << "last bits are not the judge";
  for (Setting& setting : settings) {
    if (setting.name == "isa") continue;
    const std::string was = std::exchange(setting.value, "other");
    const Status status = CheckSameJudge(calibration, settings, "this run");
    EXPECT_THAT(status.message(), HasSubstr(setting.name + " is " + was + ", here it is other"));
    setting.value = was;
  }
}

}  // namespace
}  // namespace gram::jobs
