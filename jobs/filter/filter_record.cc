#include "jobs/filter/filter_record.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "engine/base/status.h"
#include "gram/version.h"
#include "jobs/run/command_line.h"
#include "jobs/run/manifest_names.h"
#include "jobs/verdicts/checksum_text.h"

namespace gram::jobs {
namespace {

using Json = nlohmann::ordered_json;

Json RulesJson(const FilterRecord& record) {
  const FilterRules& rules = record.rules;
  Json json = {{"min_margin", nullptr}, {"max_order_gap", nullptr}};
  if (rules.min_margin) json["min_margin"] = *rules.min_margin;
  if (rules.max_order_gap) json["max_order_gap"] = *rules.max_order_gap;
  json["keep_agree"] = rules.keep_agree;
  json["drop_flagged"] = rules.drop_flagged;
  json["drop_truncated"] = rules.drop_truncated;
  json["swap_if_better"] = rules.swap_if_better;
  json["relabel"] = rules.relabel;
  json["attach"] = record.attach;
  return json;
}

Result<Json> FileJson(const InputFile& file) {
  Json json = {{"path", file.path}, {"bytes", nullptr}, {"xxh3", nullptr}};
  if (file.regular()) {
    GRAM_ASSIGN_OR_RETURN(const FileIdentity content, IdentifyFile(file.path));
    json["bytes"] = content.bytes;
    json["xxh3"] = HexText(content.checksum);
  }
  return json;
}

Result<Json> FilesJson(const std::vector<InputFile>& files) {
  Json list = Json::array();
  for (const InputFile& file : files) {
    GRAM_ASSIGN_OR_RETURN(Json json, FileJson(file));
    list.push_back(std::move(json));
  }
  return list;
}

}  // namespace

Result<std::string> FilterManifest(const FilterRecord& record) {
  const FilterCount& count = record.count;
  GRAM_ASSIGN_OR_RETURN(Json inputs, FilesJson(record.inputs));
  GRAM_ASSIGN_OR_RETURN(Json verdicts, FileJson(record.verdicts));
  Json dropped = Json::object();
  for (const auto& [reason, rows] : count.dropped) dropped[reason] = rows;
  Json json = {{"manifest_version", kManifestVersion}, {"state", "complete"}, {"verb", "filter"}};
  json["rules"] = RulesJson(record);
  json["inputs"] = std::move(inputs);
  json["verdicts"] = std::move(verdicts);
  json["rows"] = count.rows;
  json["kept"] = count.kept;
  json["swapped"] = count.swapped;
  json["relabelled"] = count.relabelled;
  json["dropped"] = std::move(dropped);
  json["labels_not_understood"] = count.labels_not_understood;
  json["dropped_file"] = record.dropped.empty() ? Json(nullptr) : Json(record.dropped);
  json["run"] = {{"versions", Json::array({Version()})},
                 {"command", OwnCommandLine()},
                 {"folder", WorkingFolder()}};
  // Paths and arguments need not be UTF-8; what is not is replaced.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace gram::jobs
