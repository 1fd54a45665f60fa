// JSON to a manifest.
#include <simdjson.h>

#include <algorithm>
#include <charconv>

#include "engine/base/mapped_file.h"
#include "engine/base/status.h"
#include "jobs/io/files.h"
#include "jobs/run/manifest.h"
#include "jobs/run/manifest_names.h"

namespace gram::jobs {
namespace {

namespace dom = simdjson::dom;
using simdjson::simdjson_error;

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

// What the next manifest of the run carries on.
RunHistory History(const Member& member) {
  RunHistory history;
  history.facts = Settings(member["about"]);
  history.versions = Texts(member["versions"]);
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
                   "\" is missing or cannot be");
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
