// A manifest as JSON, and JSON as a manifest.
#include <simdjson.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>

#include "engine/base/files.h"
#include "engine/base/status.h"
#include "jobs/io/files.h"
#include "jobs/run/manifest.h"
#include "jobs/verdicts/value_text.h"

namespace gram::jobs {
namespace {

namespace dom = simdjson::dom;
using simdjson::simdjson_error;

// By RunState.
constexpr std::array<std::string_view, 3> kStateNames = {"running", "interrupted", "complete"};

// From a manifest to JSON.

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

// From JSON to a manifest.

// More than any run writes, and so few that sums over all shards stay in 64 bits.
constexpr int64_t kMostRows = 1000000000000;
constexpr int64_t kMostStarts = 1000000000;
constexpr int64_t kMostBytes = INT64_MAX;

// What is wrong, thrown and caught in ParseManifest: a manifest is read whole or not at all.
struct BadMember {
  std::string name;
};

// A value and what it is called in messages.
class Member {
 public:
  Member(dom::element value, std::string name) : value_(value), name_(std::move(name)) {}

  Member operator[](const char* key) const {
    dom::element value;
    const std::string name = name_.empty() ? key : name_ + "." + key;
    if (value_[key].get(value) != simdjson::SUCCESS) throw BadMember{name};
    return {value, name};
  }

  bool Has(const char* key) const { return value_[key].error() == simdjson::SUCCESS; }
  bool IsNull() const { return value_.is_null(); }
  void Refuse() const { throw BadMember{name_}; }

  template <typename T>
  T As() const {
    T value{};
    if (value_.get(value) != simdjson::SUCCESS) Refuse();
    return value;
  }

  std::string Text() const { return std::string(As<std::string_view>()); }

  int64_t Count(int64_t most) const {
    const auto value = As<int64_t>();
    if (value < 0 || value > most) Refuse();
    return value;
  }

  std::vector<Member> Elements() const {
    std::vector<Member> elements;
    for (const dom::element element : As<dom::array>()) {
      elements.emplace_back(element, name_ + "[" + std::to_string(elements.size()) + "]");
    }
    return elements;
  }

  std::vector<std::pair<std::string, Member>> Members() const {
    std::vector<std::pair<std::string, Member>> members;
    for (const auto& [key, value] : As<dom::object>()) {
      members.emplace_back(key, Member(value, name_ + "." + std::string(key)));
    }
    return members;
  }

 private:
  dom::element value_;
  std::string name_;
};

std::vector<std::string> Texts(const Member& list) {
  std::vector<std::string> texts;
  for (const Member& element : list.Elements()) texts.push_back(element.Text());
  return texts;
}

std::vector<Setting> Settings(const Member& object) {
  std::vector<Setting> settings;
  for (const auto& [name, value] : object.Members()) settings.push_back({name, value.Text()});
  return settings;
}

uint64_t FromHex(const Member& member) {
  const std::string text = member.Text();
  uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value, 16);
  if (error != std::errc() || rest != end) member.Refuse();
  return value;
}

std::optional<FileIdentity> Content(const Member& record) {
  if (record.IsNull() || record["bytes"].IsNull()) return std::nullopt;
  return FileIdentity{record["bytes"].Count(kMostBytes), FromHex(record["xxh3"])};
}

std::vector<InputRecord> Inputs(const Member& list) {
  std::vector<InputRecord> inputs;
  for (const Member& element : list.Elements()) {
    inputs.push_back({element["path"].Text(), Content(element)});
  }
  return inputs;
}

Shard ReadShard(const Member& member) {
  if (member.IsNull()) return {};
  const Shard shard = {member["index"].Count(kMaxShards), member["count"].Count(kMaxShards)};
  if (shard.count < 1) member["count"].Refuse();
  if (shard.index < 1 || shard.index > shard.count) member["index"].Refuse();
  if (member["block_rows"].As<int64_t>() != Shard::kBlockRows) member["block_rows"].Refuse();
  return shard;
}

std::map<std::string, int64_t> Counts(const Member& member, int64_t rows) {
  std::map<std::string, int64_t> counts;
  for (const auto& [name, count] : member.Members()) counts[name] = count.Count(rows);
  return counts;
}

// What the next manifest of the run carries on, and what is told of the last start.
RunHistory History(const Member& member) {
  RunHistory history;
  history.facts = Settings(member["about"]);
  history.versions = Texts(member["versions"]);
  if (member.Has("command")) history.command = Texts(member["command"]);
  if (member.Has("folder")) history.folder = member["folder"].Text();
  history.started = member["started"].Text();
  history.seconds = member["seconds"].As<double>();
  if (!(history.seconds >= 0)) member["seconds"].Refuse();
  history.resumed = member["resumed"].Count(kMostStarts);
  return history;
}

RunState State(const Member& member) {
  const auto* const name = std::find(kStateNames.begin(), kStateNames.end(), member.Text());
  if (name == kStateNames.end()) member.Refuse();
  return static_cast<RunState>(name - kStateNames.begin());
}

Manifest FromJson(const Member& json) {
  Manifest manifest;
  manifest.state = State(json["state"]);
  manifest.identity.verb = json["verb"].Text();
  manifest.identity.settings = Settings(json["settings"]);
  manifest.identity.inputs = Inputs(json["inputs"]);
  manifest.identity.shard = ReadShard(json["shard"]);
  manifest.totals.rows = json["rows"].Count(kMostRows);
  manifest.totals.failed = Counts(json["failed"], manifest.totals.rows);
  if (manifest.totals.failed_rows() > manifest.totals.rows) json["failed"].Refuse();
  // Later versions than the first tell of these.
  if (json.Has("output")) manifest.output = Content(json["output"]);
  if (json.Has("publishing")) manifest.publishing = Content(json["publishing"]);
  manifest.history = History(json["run"]);
  return manifest;
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
               {"not_understood", CountsJson(manifest.totals.not_understood)},
               {"output", OutputJson(manifest.output)},
               {"run", HistoryJson(manifest.history)}};
  if (manifest.publishing) json["publishing"] = OutputJson(manifest.publishing);
  // Paths and arguments need not be UTF-8; what is not is replaced.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Manifest> ParseManifest(std::string_view json, const std::string& path) {
  try {
    dom::parser parser;
    const Member root(parser.parse(json.data(), json.size()), "");
    const auto version = root["manifest_version"].As<int64_t>();
    if (version > kManifestVersion) {
      return Unsupported(path + " was written by a later version of gram-cpu; use that one");
    }
    if (version < 1) root["manifest_version"].Refuse();
    return FromJson(root);
  } catch (const simdjson_error&) {
    return Corrupt(path + " is not the manifest of a run, or it was changed: it is not JSON");
  } catch (const BadMember& bad) {
    return Corrupt(path + " is not the manifest of a run, or it was changed: \"" + bad.name +
                   "\" is missing or has an impossible value");
  }
}

Result<std::optional<Manifest>> ReadManifest(const std::string& path) {
  GRAM_ASSIGN_OR_RETURN(const bool there, FileExists(path));
  if (!there) return std::optional<Manifest>();
  GRAM_ASSIGN_OR_RETURN(const MappedFile file, MappedFile::Open(path));
  const std::string_view json(reinterpret_cast<const char*>(file.bytes().data()),
                              file.bytes().size());
  GRAM_ASSIGN_OR_RETURN(Manifest manifest, ParseManifest(json, path));
  return std::optional<Manifest>(std::move(manifest));
}

}  // namespace gram::jobs
