// JSON to a manifest.
#include <simdjson.h>

#include <algorithm>
#include <charconv>

#include "engine/base/mapped_file.h"
#include "engine/base/status.h"
#include "jobs/io/durable_file.h"
#include "jobs/run/manifest.h"
#include "jobs/run/manifest_names.h"

namespace gram::jobs {
namespace {

namespace dom = simdjson::dom;

// Thrown by simdjson where a member is missing or of another type, and caught in ParseManifest: a
// manifest is read whole or not at all.
using simdjson::simdjson_error;

std::string Text(const dom::element& element) { return std::string(std::string_view(element)); }

std::vector<std::string> Texts(const dom::element& list) {
  std::vector<std::string> texts;
  for (const dom::element element : dom::array(list)) texts.push_back(Text(element));
  return texts;
}

std::vector<Setting> Settings(const dom::element& object) {
  std::vector<Setting> settings;
  for (const auto& [name, value] : dom::object(object)) {
    settings.push_back({std::string(name), Text(value)});
  }
  return settings;
}

uint64_t FromHex(std::string_view text) {
  uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, 16);
  return value;
}

std::vector<InputRecord> Inputs(const dom::element& list) {
  std::vector<InputRecord> inputs;
  for (const dom::element element : dom::array(list)) {
    InputRecord input = {Text(element["path"]), std::nullopt};
    if (!element["bytes"].is_null()) {
      input.content = FileIdentity{int64_t(element["bytes"]), FromHex(Text(element["xxh3"]))};
    }
    inputs.push_back(std::move(input));
  }
  return inputs;
}

Shard ReadShard(const dom::element& element) {
  if (element.is_null()) return {};
  return {int64_t(element["index"]), int64_t(element["count"])};
}

// What the next manifest of the run carries on.
RunHistory History(const dom::element& element) {
  RunHistory history;
  history.facts = Settings(element["about"]);
  history.versions = Texts(element["versions"]);
  history.started = Text(element["started"]);
  history.seconds = double(element["seconds"]);
  history.resumed = int64_t(element["resumed"]);
  return history;
}

Manifest FromJson(const dom::element& json) {
  Manifest manifest;
  const std::string state = Text(json["state"]);
  const auto* const name = std::find(kStateNames.begin(), kStateNames.end(), state);
  if (name == kStateNames.end()) throw simdjson_error(simdjson::INCORRECT_TYPE);
  manifest.state = static_cast<RunState>(name - kStateNames.begin());
  manifest.identity.verb = Text(json["verb"]);
  manifest.identity.settings = Settings(json["settings"]);
  manifest.identity.inputs = Inputs(json["inputs"]);
  manifest.identity.shard = ReadShard(json["shard"]);
  manifest.totals.rows = int64_t(json["rows"]);
  for (const auto& [code, rows] : dom::object(json["failed"])) {
    manifest.totals.failed[std::string(code)] = int64_t(rows);
  }
  manifest.history = History(json["run"]);
  return manifest;
}

}  // namespace

Result<Manifest> ParseManifest(std::string_view json, const std::string& path) {
  try {
    dom::parser parser;
    const dom::element root = parser.parse(json.data(), json.size());
    const int64_t version = root["manifest_version"];
    if (version > kManifestVersion) {
      return Unsupported(path + " was written by a later version of gram-cpu; use that one");
    }
    return FromJson(root);
  } catch (const simdjson_error&) {
    return Corrupt(path + " is no manifest of a run, or it was changed");
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
