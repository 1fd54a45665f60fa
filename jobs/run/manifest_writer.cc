// A manifest to JSON.
#include <nlohmann/json.hpp>

#include "jobs/run/manifest.h"
#include "jobs/run/manifest_names.h"
#include "jobs/verdicts/checksum_text.h"

namespace gram::jobs {
namespace {

using Json = nlohmann::ordered_json;

Json Members(const std::vector<Setting>& settings) {
  Json object = Json::object();
  for (const Setting& setting : settings) object[setting.name] = setting.value;
  return object;
}

void SetIdentity(Json& record, const std::optional<FileIdentity>& content) {
  record["bytes"] = content ? Json(content->bytes) : Json(nullptr);
  record["xxh3"] = content ? Json(HexText(content->checksum)) : Json(nullptr);
}

Json OutputJson(const std::optional<FileIdentity>& output) {
  if (!output) return nullptr;
  Json record;
  SetIdentity(record, output);
  return record;
}

Json CountsJson(const std::map<std::string, int64_t>& counts) {
  Json json = Json::object();
  for (const auto& [name, rows] : counts) json[name] = rows;
  return json;
}

Json InputsJson(const std::vector<InputRecord>& inputs) {
  Json list = Json::array();
  for (const InputRecord& input : inputs) {
    Json record = {{"path", input.path}};
    SetIdentity(record, input.content);
    list.push_back(std::move(record));
  }
  return list;
}

Json ShardJson(const Shard& shard) {
  if (shard.whole()) return nullptr;
  return {{"index", shard.index}, {"count", shard.count}, {"block_rows", Shard::kBlockRows}};
}

Json Ratio(double part, int64_t whole) {
  return whole == 0 ? Json(nullptr) : Json(part / static_cast<double>(whole));
}

Json TotalsJson(const Totals& totals) {
  return {{"labelled", totals.labelled},
          {"correct", totals.correct},
          {"accuracy", Ratio(static_cast<double>(totals.correct), totals.labelled)},
          {"label_ties", totals.label_ties},
          {"undecided", totals.undecided},
          {"orders_agree", totals.orders_agree},
          {"orders_disagree", totals.orders_disagree},
          {"mean_order_gap", Ratio(totals.order_gap_sum, totals.order_gaps)},
          {"tokens", totals.tokens}};
}

Json HistoryJson(const RunHistory& history) {
  Json json = {{"about", Members(history.facts)}};
  json["versions"] = history.versions;
  json["command"] = history.command;
  json["folder"] = history.folder;
  json["started"] = history.started;
  json["updated"] = history.updated;
  json["seconds"] = history.seconds;
  json["resumed"] = history.resumed;
  if (!history.merged.empty()) json["merged"] = history.merged;
  return json;
}

}  // namespace

std::string ManifestJson(const Manifest& manifest) {
  Json json = {{"manifest_version", kManifestVersion},
               {"state", kStateNames[static_cast<size_t>(manifest.state)]},
               {"verb", manifest.identity.verb},
               {"settings", Members(manifest.identity.settings)},
               {"inputs", InputsJson(manifest.identity.inputs)},
               {"shard", ShardJson(manifest.identity.shard)},
               {"rows", manifest.totals.rows},
               {"failed", CountsJson(manifest.totals.failed)},
               {"totals", TotalsJson(manifest.totals)},
               {"output", OutputJson(manifest.output)},
               {"run", HistoryJson(manifest.history)}};
  if (manifest.publishing) json["publishing"] = OutputJson(manifest.publishing);
  // Paths and arguments need not be UTF-8; what is not is replaced.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace gram::jobs
