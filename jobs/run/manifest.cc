#include "jobs/run/manifest.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

#include "gram/version.h"
#include "jobs/io/files.h"
#include "jobs/run/command_line.h"
#include "jobs/verdicts/value_text.h"

namespace gram::jobs {
namespace {

class DifferenceList {
 public:
  void Add(const std::string& what, const std::string& now, const std::string& before) {
    if (now == before) return;
    if (!text_.empty()) text_ += "; ";
    text_ += what + " is " + now + ", but was " + before;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

const Setting* Find(const std::vector<Setting>& settings, std::string_view name) {
  const auto found = std::find_if(settings.begin(), settings.end(),
                                  [&](const Setting& setting) { return setting.name == name; });
  return found != settings.end() ? &*found : nullptr;
}

// A setting that is missing is one that was not given, as is one without a value.
std::string ValueOf(const Setting* setting) {
  return setting == nullptr || setting->value.empty() ? "not given" : setting->value;
}

// How to get the value `was` back.
std::string Hint(const std::string& option, const Setting* was) {
  if (option.empty()) return "";
  const std::string value = was == nullptr ? "" : was->value;
  if (value.empty() || value == "no") return " (to continue: no " + option + ")";
  return " (to continue: " + option + (value == "yes" ? "" : " " + value) + ")";
}

std::string Describe(const InputRecord& input) {
  if (!input.content) return "a pipe";
  return std::to_string(input.content->bytes) + " bytes with checksum " +
         HexText(input.content->checksum);
}

std::string UtcNow() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

}  // namespace

std::string SettingValue(const std::vector<Setting>& settings, std::string_view name) {
  const Setting* setting = Find(settings, name);
  return setting != nullptr ? setting->value : "";
}

Schema SchemaOf(const RunIdentity& identity) {
  return ParseSchema(SettingValue(identity.settings, "schema")).value_or(Schema::kGramCpu);
}

std::string Differences(const RunIdentity& now, const RunIdentity& before) {
  DifferenceList list;
  list.Add("the verb", now.verb, before.verb);
  for (const Setting& setting : now.settings) {
    const Setting* was = Find(before.settings, setting.name);
    const std::string value = ValueOf(&setting);
    if (value != ValueOf(was)) {
      list.Add(setting.name, value, ValueOf(was) + Hint(setting.option, was));
    }
  }
  for (const Setting& setting : before.settings) {
    if (Find(now.settings, setting.name) == nullptr) {
      list.Add(setting.name, ValueOf(nullptr), ValueOf(&setting));
    }
  }
  list.Add("the number of inputs", std::to_string(now.inputs.size()),
           std::to_string(before.inputs.size()));
  for (size_t i = 0; i < std::min(now.inputs.size(), before.inputs.size()); ++i) {
    list.Add("input " + now.inputs[i].path, Describe(now.inputs[i]), Describe(before.inputs[i]));
  }
  list.Add("the shard", now.shard.ToString(), before.shard.ToString());
  return list.text();
}

RunRecord::RunRecord(std::string path, RunIdentity identity, RunHistory history)
    : path_(std::move(path)), earlier_seconds_(history.seconds) {
  std::vector<std::string>& versions = history.versions;
  if (std::find(versions.begin(), versions.end(), Version()) == versions.end()) {
    versions.push_back(Version());
  }
  if (history.started.empty()) history.started = UtcNow();
  history.command = OwnCommandLine();
  history.folder = WorkingFolder();
  manifest_.identity = std::move(identity);
  manifest_.history = std::move(history);
}

Status RunRecord::Save(RunState state, const Totals& totals) {
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  manifest_.state = state;
  manifest_.totals = totals;
  manifest_.history.updated = UtcNow();
  manifest_.history.seconds = earlier_seconds_ + elapsed.count();
  return ReplaceFile(path_, ManifestJson(manifest_));
}

std::string RunRecord::CommandToGoOn(std::string_view option) const {
  return CommandWith(manifest_.history.command, option, manifest_.identity.shard);
}

}  // namespace gram::jobs
