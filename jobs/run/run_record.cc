#include "jobs/run/run_record.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

#include "gram/version.h"
#include "jobs/io/files.h"
#include "jobs/run/command_line.h"

namespace gram::jobs {
namespace {

std::string UtcNow() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

}  // namespace

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
