// OUTPUT.run.json: what a run was asked to do, what it did, and how far it has come.
#ifndef GRAM_JOBS_RUN_MANIFEST_H_
#define GRAM_JOBS_RUN_MANIFEST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gram/status.h"
#include "jobs/io/files.h"
#include "jobs/run/shard.h"
#include "jobs/verdicts/totals.h"

namespace gram::jobs {

/// One choice that the bytes of an output depend on. `option` is what sets it on the command line;
/// empty where no option does.
struct Setting {
  std::string name;
  std::string value;
  std::string option = {};
};

/// The value of the setting called `name`; empty where there is none.
std::string SettingValue(const std::vector<Setting>& settings, std::string_view name);

/// One input of a run; a pipe has no content that could be told again.
struct InputRecord {
  std::string path;
  std::optional<FileIdentity> content;
};

/// What decides the bytes of an output: runs that agree in it write the same file.
struct RunIdentity {
  std::string verb;
  std::vector<Setting> settings;
  std::vector<InputRecord> inputs;
  Shard shard;
};

/// What `now` does otherwise than `before`, in words with both values; empty where they agree.
/// Inputs are compared by content: where they lie does not matter.
std::string Differences(const RunIdentity& now, const RunIdentity& before);

/// Who ran, where and when: nothing here decides a byte of the output.
struct RunHistory {
  std::vector<Setting> facts;         ///< what the verb wants told: model path, threads, ...
  std::vector<std::string> versions;  ///< of gram-cpu, all that had a part in the output
  std::vector<std::string> command;   ///< the last command line
  std::string folder;                 ///< where it was given
  std::string started;                ///< UTC, of the first start
  std::string updated;                ///< UTC, of this manifest
  double seconds = 0;                 ///< spent on rows, over all starts
  int64_t resumed = 0;                ///< how often the run was resumed
  std::vector<std::string> merged;    ///< the shard outputs that `merge` put together
};

enum class RunState { kRunning, kInterrupted, kComplete };

struct Manifest {
  RunState state = RunState::kRunning;
  RunIdentity identity;
  Totals totals;
  std::optional<FileIdentity> output;      ///< what the output that is there holds
  std::optional<FileIdentity> publishing;  ///< what it holds after the rename that is to come
  RunHistory history;
};

/// The manifest as indented JSON. All but "run" is the same for every run that writes the same
/// file.
std::string ManifestJson(const Manifest& manifest);

/// Reads what ManifestJson wrote; of the totals, the rows and those that failed. Every number is
/// within what a run can write. `path` is for messages. Errors: kCorrupt, naming the member;
/// kUnsupported (written by a later version).
Result<Manifest> ParseManifest(std::string_view json, const std::string& path);

/// The manifest at `path`; nothing where there is none. Errors: kIo, and those of ParseManifest.
Result<std::optional<Manifest>> ReadManifest(const std::string& path);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_MANIFEST_H_
