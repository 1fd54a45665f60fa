// What probes do to verdicts.
#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/base/status.h"
#include "jobs/eval/probes.h"

namespace gram::jobs {
namespace {

using Json = nlohmann::ordered_json;

// The margin of the side that is probed.
double OfSide(double margin, int side) { return side == 2 ? -margin : margin; }

// A row of ProbeRows, told by its fields.
struct Asked {
  std::string sample;
  std::string probe;
  int side = 0;
};

std::optional<Asked> AskedIn(const EvalRow& row) {
  if (row.fields.size() != 3) return std::nullopt;
  const std::string& side = row.fields[2];
  if (row.fields[0].empty() || row.fields[1].empty() || side.size() != 1) return std::nullopt;
  if (side[0] < '0' || side[0] > '2') return std::nullopt;
  return Asked{row.fields[0], row.fields[1], side[0] - '0'};
}

// The verdicts on the pairs as they are, by the row of the sample.
using AsTheyAre = std::map<std::string, const EvalRow*>;

Result<AsTheyAre> FindUnprobed(const EvalRun& run) {
  AsTheyAre found;
  for (const EvalRow& row : run.rows) {
    const auto asked = AskedIn(row);
    if (!asked) {
      return InvalidArgument("row " + std::to_string(row.number) + " of " + run.path +
                             " is not one that audit asks");
    }
    if (asked->probe == kNoProbe && !row.pairs.empty()) found[asked->sample] = &row;
  }
  return found;
}

// Puts one probed verdict beside the one without.
void AddEffect(const std::string& probe, size_t cluster, double before, double after,
               Scoreboard& board) {
  const bool won = before > 0;
  const bool wins = after > 0;
  const bool flips = (before > 0) != (after > 0) || (before < 0) != (after < 0);
  board.Add(probe + " flips", cluster, flips ? 1 : 0);
  board.Add(probe + " towards", cluster, wins && !won ? 1 : 0);
  board.Add(probe + " away", cluster, won && !wins ? 1 : 0);
  if (std::isfinite(after - before)) board.Add(probe + " shift", cluster, after - before);
}

// Makes the figures and says how to read them back: swap first, then four for each probe.
void NameFigures(Scoreboard& board) {
  board.Mean("swap");
  for (const Probe& probe : Probes()) {
    for (const char* const kind : {" flips", " towards", " away", " shift"}) {
      board.Mean(std::string(probe.name) + kind);
    }
  }
}

void ReadFigures(const std::vector<Estimate>& estimates, AuditResult& result) {
  result.swap_flips = estimates.front();
  size_t next = 1;
  for (const Probe& probe : Probes()) {
    ProbeEffect effect{std::string(probe.name), std::string(probe.meaning), {}, {}, {}, {}};
    for (Estimate* const place : {&effect.flips, &effect.towards, &effect.away, &effect.shift}) {
      *place = estimates[next++];
    }
    result.effects.push_back(std::move(effect));
  }
}

Json EstimateJson(const Estimate& estimate) {
  const auto number = [](double value) {
    return std::isfinite(value) ? Json(value) : Json(nullptr);
  };
  return {{"value", number(estimate.value)},
          {"low", number(estimate.interval.low)},
          {"high", number(estimate.interval.high)},
          {"count", estimate.count}};
}

}  // namespace

std::vector<std::string> ProbeFields() {
  return {std::string(kProbeRow), std::string(kProbeName), std::string(kProbeSide)};
}

Result<AuditResult> Audit(const EvalRun& run, const BootstrapOptions& options) {
  GRAM_ASSIGN_OR_RETURN(const AsTheyAre unprobed, FindUnprobed(run));
  AuditResult result;
  result.rows = unprobed.size();
  Scoreboard board;
  NameFigures(board);
  std::vector<std::pair<double, PairPlace>> turned;
  for (size_t i = 0; i < run.rows.size(); ++i) {
    const EvalRow& row = run.rows[i];
    const Asked asked = *AskedIn(row);
    const auto as_it_is = unprobed.find(asked.sample);
    if (row.pairs.empty() || as_it_is == unprobed.end()) {
      ++result.failed;
      continue;
    }
    const LineVerdict& verdict = row.pairs.front().verdict;
    if (asked.probe == kNoProbe) {
      if (verdict.orders_agree) board.Add("swap", row.cluster, *verdict.orders_agree ? 0 : 1);
      continue;
    }
    const double before = OfSide(as_it_is->second->pairs.front().verdict.margin, asked.side);
    const double after = OfSide(verdict.margin, asked.side);
    AddEffect(asked.probe, row.cluster, before, after, board);
    if (after > 0 && !(before > 0)) turned.push_back({before - after, {i, 0}});
  }
  ReadFigures(board.Evaluate(run.clusters, options), result);
  std::stable_sort(turned.begin(), turned.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (size_t i = 0; i < std::min(kListed, turned.size()); ++i) {
    result.turned.push_back(turned[i].second);
  }
  return result;
}

std::string AuditJson(const AuditResult& result, const EvalRun& run) {
  Json probes = Json::array();
  for (const ProbeEffect& effect : result.effects) {
    probes.push_back({{"probe", effect.name},
                      {"meaning", effect.meaning},
                      {"flips", EstimateJson(effect.flips)},
                      {"towards", EstimateJson(effect.towards)},
                      {"away", EstimateJson(effect.away)},
                      {"margin_shift", EstimateJson(effect.shift)}});
  }
  const Json json = {{"verdicts", run.path},
                     {"rows", result.rows},
                     {"failed", result.failed},
                     {"swap_flips", EstimateJson(result.swap_flips)},
                     {"probes", std::move(probes)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace gram::jobs
