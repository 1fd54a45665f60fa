// An evaluation for programs.
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "gram/version.h"
#include "jobs/eval/evaluation.h"

namespace gram::jobs {
namespace {

using Json = nlohmann::ordered_json;

Json Number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json EstimateJson(const Estimate& estimate) {
  return {{"value", Number(estimate.value)},
          {"low", Number(estimate.interval.low)},
          {"high", Number(estimate.interval.high)},
          {"count", estimate.count}};
}

Json LineJson(const EvaluatedLine& line, const std::vector<std::string>& columns) {
  Json cells = Json::object();
  for (size_t i = 0; i < line.cells.size() && i < columns.size(); ++i) {
    if (!line.cells[i]) continue;
    cells[columns[i]] = line.published ? Json(line.cells[i]->value) : EstimateJson(*line.cells[i]);
  }
  return {{"name", line.name}, {"published", line.published}, {"cells", std::move(cells)}};
}

Json TablesJson(const Evaluation& evaluation) {
  Json tables = Json::array();
  for (const EvaluatedTable& table : evaluation.tables) {
    Json lines = Json::array();
    for (const EvaluatedLine& line : table.lines) lines.push_back(LineJson(line, table.columns));
    tables.push_back({{"name", table.name}, {"note", table.note}, {"lines", std::move(lines)}});
  }
  return tables;
}

Json SlopeJson(const std::optional<LogisticFit>& fit) {
  if (!fit) return nullptr;
  return {{"per_doubling", fit->slopes[0]}, {"standard_error", fit->errors[0]}};
}

Json CurvesJson(const Diagnostics& found) {
  Json reliability = Json::array();
  for (const ReliabilityBin& bin : found.reliability) {
    reliability.push_back({{"low", bin.low},
                           {"high", bin.high},
                           {"count", bin.count},
                           {"confidence", bin.confidence},
                           {"accuracy", bin.accuracy}});
  }
  Json groups = Json::array();
  for (const MarginGroup& group : found.by_margin) {
    groups.push_back({{"low", Number(group.low)},
                      {"high", Number(group.high)},
                      {"count", group.count},
                      {"accuracy", group.accuracy}});
  }
  Json kept = Json::array();
  for (const KeptPoint& point : found.abstention) {
    kept.push_back(
        {{"share", point.share}, {"lead", Number(point.lead)}, {"accuracy", point.accuracy}});
  }
  return {{"reliability", std::move(reliability)},
          {"by_margin", std::move(groups)},
          {"abstention", std::move(kept)}};
}

Json PlacesJson(const std::vector<PairPlace>& places, const EvalRun& run) {
  Json list = Json::array();
  for (const PairPlace& place : places) {
    const EvalRow& row = run.rows[place.row];
    list.push_back({{"row", row.number},
                    {"id", Json::parse(row.id_json, nullptr, false)},
                    {"comparison", place.pair + 1},
                    {"margin", Number(row.pairs[place.pair].verdict.margin)},
                    {"tokens", row.pairs[place.pair].verdict.tokens}});
  }
  return list;
}

Json DiagnosticsJson(const Diagnostics& found, const EvalRun& run) {
  Json failed = Json::object();
  for (const auto& [code, rows] : found.failed) failed[code] = rows;
  Json json = {{"rows", found.rows},
               {"failed", std::move(failed)},
               {"pairs", found.pairs},
               {"labelled", found.labelled},
               {"label_ties", found.label_ties},
               {"undecided", found.undecided},
               {"tokens", found.tokens},
               {"accuracy", EstimateJson(found.accuracy)},
               {"flip_rate", EstimateJson(found.flips)},
               {"slot_a_preferred", EstimateJson(found.slot_a)},
               {"order_gap", EstimateJson(found.order_gap)},
               {"longer_preferred", EstimateJson(found.longer)},
               {"accuracy_if_better_is_longer", EstimateJson(found.if_longer)},
               {"accuracy_if_better_is_shorter", EstimateJson(found.if_shorter)},
               {"length_slope", SlopeJson(found.length_slope)},
               {"expected_calibration_error", Number(found.calibration_error)},
               {"brier", Number(found.brier)},
               {"log_loss", Number(found.log_loss)}};
  json.update(CurvesJson(found));
  json["wrong"] = PlacesJson(found.wrong, run);
  json["doubtful"] = PlacesJson(found.doubtful, run);
  json["longest"] = PlacesJson(found.longest, run);
  return json;
}

Json ProvenanceJson(const EvalRun& run) {
  Json json = {{"verdicts", run.path}};
  if (run.manifest) {
    const auto members = [](const std::vector<Setting>& settings) {
      Json object = Json::object();
      for (const Setting& setting : settings) object[setting.name] = setting.value;
      return object;
    };
    json["settings"] = members(run.manifest->identity.settings);
    json["about"] = members(run.manifest->history.facts);
    json["versions"] = run.manifest->history.versions;
    json["command"] = run.manifest->history.command;
  }
  json["evaluated_by"] = "gram-cpu " + Version();
  return json;
}

}  // namespace

std::string EvaluationJson(const Evaluation& evaluation, const EvalRun& run) {
  Json json = {{"benchmark", evaluation.benchmark},
               {"tables", TablesJson(evaluation)},
               {"remarks", evaluation.remarks},
               {"intervals",
                {{"level", evaluation.bootstrap.level},
                 {"method", "percentile bootstrap"},
                 {"resamples", evaluation.bootstrap.resamples},
                 {"seed", evaluation.bootstrap.seed},
                 {evaluation.by_question ? "questions" : "rows", evaluation.clusters}}},
               {"diagnostics", DiagnosticsJson(evaluation.diagnostics, run)},
               {"provenance", ProvenanceJson(run)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace gram::jobs
