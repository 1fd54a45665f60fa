// The manifest of a run while it goes on.
#ifndef GRAM_JOBS_RUN_RUN_RECORD_H_
#define GRAM_JOBS_RUN_RUN_RECORD_H_

#include <chrono>
#include <string>
#include <string_view>

#include "gram/status.h"
#include "jobs/run/manifest.h"

namespace gram::jobs {

/// Keeps the manifest at `path` up to date.
class RunRecord {
 public:
  /// `history` is what came before this start, and the facts that the verb wants told.
  RunRecord(std::string path, RunIdentity identity, RunHistory history);

  /// Replaces the manifest. `totals` must be on disk. Errors: kIo.
  Status Save(RunState state, const Totals& totals);

  /// What the output that is there holds, for the manifests to come; nothing where none is.
  void SetOutput(const std::optional<FileIdentity>& output) {
    manifest_.output = output;
    manifest_.publishing.reset();
  }

  /// What the output is about to hold: a crash around the rename leaves the old one or this one.
  void SetPublishing(const FileIdentity& output) { manifest_.publishing = output; }

  /// The command that goes on with this run; `option` is --resume or --retry-failed.
  std::string CommandToGoOn(std::string_view option) const;

 private:
  std::string path_;
  Manifest manifest_;
  double earlier_seconds_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_RUN_RECORD_H_
