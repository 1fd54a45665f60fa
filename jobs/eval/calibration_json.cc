// A calibration as a file, and a file as a calibration.
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/base/files.h"
#include "engine/base/status.h"
#include "gram/version.h"
#include "jobs/eval/calibration.h"
#include "jobs/verdicts/fields.h"

namespace gram::jobs {
namespace {

constexpr int64_t kVersion = 1;
constexpr uint64_t kMostBytes = uint64_t{64} << 20;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

using Json = nlohmann::ordered_json;

// JSON has no infinities: null stands for "never".
Json Numbers(const std::vector<double>& numbers) {
  Json list = Json::array();
  for (const double number : numbers) {
    list.push_back(std::isfinite(number) ? Json(number) : Json(nullptr));
  }
  return list;
}

Json StepsJson(const std::vector<RiskStep>& steps) {
  Json list = Json::array();
  for (const RiskStep& step : steps) {
    list.push_back({{"threshold", step.threshold}, {"kept", step.kept}, {"wrong", step.wrong}});
  }
  return list;
}

// What is wrong, thrown and caught in ParseCalibration: a calibration is read whole or not at all.
struct BadMember {
  std::string name;
};

// The members of an object that have to be there.
class Members {
 public:
  Members(JsonLineParser& parser, JsonLine line) : parser_(parser), line_(std::move(line)) {}

  const JsonField& At(std::string_view name) const {
    const JsonField* field = line_.Find(name);
    if (field == nullptr) throw BadMember{std::string(name)};
    return *field;
  }

  const std::vector<JsonField>& all() const { return line_.fields; }

  Members Inside(std::string_view name) const { return {parser_, parser_.Open(At(name))}; }

  std::string Text(std::string_view name) const {
    if (At(name).type != JsonType::kString) throw BadMember{std::string(name)};
    return At(name).text;
  }

  double Number(std::string_view name, double least, double most) const {
    const auto value = ReadAs<double>(&At(name));
    if (!value || !(*value >= least && *value <= most)) throw BadMember{std::string(name)};
    return *value;
  }

  int64_t Count(std::string_view name) const {
    const auto value = ReadCount(&At(name));
    if (!value) throw BadMember{std::string(name)};
    return *value;
  }

  // Numbers of a list, from 0 on; null is infinite.
  std::vector<double> List(std::string_view name) const {
    const JsonLine elements = parser_.Open(At(name));
    if (elements.error) throw BadMember{std::string(name)};
    std::vector<double> values;
    for (const JsonField& element : elements.fields) {
      const auto value = ReadNumber(&element);
      if (!value || *value < 0) throw BadMember{std::string(name)};
      values.push_back(std::isnan(*value) ? kInfinity : *value);
    }
    return values;
  }

 private:
  JsonLineParser& parser_;
  JsonLine line_;
};

std::vector<Setting> ReadJudge(const Members& judge) {
  std::vector<Setting> settings;
  for (const JsonField& field : judge.all()) settings.push_back({field.name, field.text});
  return settings;
}

std::vector<RiskStep> ReadSteps(JsonLineParser& parser, const JsonField& list) {
  std::vector<RiskStep> steps;
  for (const JsonField& element : parser.Open(list).fields) {
    const Members step(parser, parser.Open(element));
    steps.push_back(
        {step.Number("threshold", 0, kInfinity), step.Count("kept"), step.Count("wrong")});
    if (steps.back().wrong > steps.back().kept) throw BadMember{"wrong"};
  }
  return steps;
}

RisingFunction ReadRising(const Members& isotonic) {
  RisingFunction rising{isotonic.List("lead"), isotonic.List("probability")};
  if (rising.x.size() != rising.y.size() || rising.x.empty()) throw BadMember{"isotonic"};
  for (size_t i = 0; i < rising.x.size(); ++i) {
    const bool rises = i == 0 || (rising.x[i] > rising.x[i - 1] && rising.y[i] >= rising.y[i - 1]);
    if (!rises || !(rising.y[i] >= 0.5 && rising.y[i] < 1)) throw BadMember{"isotonic"};
  }
  return rising;
}

Calibration FromMembers(JsonLineParser& parser, const Members& json) {
  Calibration calibration;
  if (json.Count("calibration_version") != kVersion) throw BadMember{"calibration_version"};
  calibration.judge = ReadJudge(json.Inside("judge"));
  calibration.verdicts = json.Count("verdicts");
  calibration.wrong = json.Count("wrong");
  const std::string map = json.Text("map");
  if (map != "temperature" && map != "isotonic") throw BadMember{"map"};
  calibration.map = map == "isotonic" ? MarginMap::kIsotonic : MarginMap::kTemperature;
  calibration.inverse_temperature = json.Number("inverse_temperature", 0, kInfinity);
  calibration.rising = ReadRising(json.Inside("isotonic"));
  const auto guarantee = ParseGuarantee(json.Text("guarantee"));
  if (!guarantee) throw BadMember{"guarantee"};
  calibration.guarantee = *guarantee;
  calibration.max_error = json.Number("max_error", 0, 1);
  calibration.steps = ReadSteps(parser, json.At("kept_steps"));
  calibration.all_thresholds = json.List("all_thresholds");
  if (calibration.all_thresholds.size() != kErrorSteps) throw BadMember{"all_thresholds"};
  return calibration;
}

}  // namespace

std::string CalibrationJson(const Calibration& calibration) {
  Json judge = Json::object();
  for (const Setting& setting : calibration.judge) judge[setting.name] = setting.value;
  const CrossValidation& losses = calibration.losses;
  Json json = {
      {"calibration_version", kVersion},
      {"judge", std::move(judge)},
      {"verdicts", calibration.verdicts},
      {"wrong", calibration.wrong},
      {"map", MarginMapName(calibration.map)},
      {"inverse_temperature", calibration.inverse_temperature},
      {"isotonic",
       {{"lead", Numbers(calibration.rising.x)}, {"probability", Numbers(calibration.rising.y)}}},
      {"log_loss",
       {{"folds", losses.folds},
        {"as_is", losses.as_is},
        {"temperature", losses.temperature},
        {"isotonic", losses.isotonic}}},
      {"max_error", calibration.max_error},
      {"guarantee", GuaranteeName(calibration.guarantee)},
      {"kept_steps", StepsJson(calibration.steps)},
      {"all_thresholds", Numbers(calibration.all_thresholds)},
      {"made_by", "gram-cpu " + Version()}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Calibration> ParseCalibration(std::string json, const std::string& path) {
  JsonLineParser parser;
  JsonLine line = parser.Parse(json);
  if (line.error) {
    return Corrupt(path + " is not a calibration of gram-cpu calibrate: " + line.error->message);
  }
  try {
    return FromMembers(parser, Members(parser, std::move(line)));
  } catch (const BadMember& bad) {
    return Corrupt(path + " is not a calibration of gram-cpu calibrate, or it was changed: \"" +
                   bad.name + "\" is missing or has an impossible value");
  }
}

Result<Calibration> ReadCalibration(const std::string& path) {
  GRAM_ASSIGN_OR_RETURN(std::string json, ReadWholeFile(path, kMostBytes));
  return ParseCalibration(std::move(json), path);
}

}  // namespace gram::jobs
