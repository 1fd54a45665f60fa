#include "jobs/run/run_start.h"

#include <filesystem>
#include <system_error>

#include "engine/base/status.h"
#include "jobs/io/files.h"
#include "jobs/run/output_check.h"

namespace gram::jobs {
namespace {

constexpr const char* kChoices =
    "--resume goes on with that run, --force starts anew, or choose another --output";

// Whether there is a file with something in it: an empty one, such as mktemp makes, is free.
bool HoldsSomething(const std::string& path) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(path, error);
  return !error && bytes > 0;
}

Result<RunStart> StartWithoutManifest(const OutputPaths& paths) {
  for (const std::string& path : {paths.output, paths.journal}) {
    if (!HoldsSomething(path)) continue;
    return InvalidArgument(path + " has no manifest " + paths.manifest +
                           " that tells what it was made from, so it cannot be resumed; "
                           "--force starts anew, or choose another --output");
  }
  return RunStart::kNew;
}

}  // namespace

Status CheckFree(const OutputPaths& paths, const std::string& choices) {
  for (const std::string& path : {paths.output, paths.journal, paths.manifest}) {
    if (HoldsSomething(path)) return InvalidArgument(path + " exists; " + choices);
  }
  return {};
}

Result<RunStart> ChooseStart(const OutputPaths& paths, const RunOptions& options,
                             const std::optional<Manifest>& earlier) {
  if (options.force) return RunStart::kNew;
  if (!options.resume && !options.retry_failed) {
    GRAM_RETURN_IF_ERROR(CheckFree(paths, kChoices));
    return RunStart::kNew;
  }
  if (!earlier) return StartWithoutManifest(paths);
  GRAM_ASSIGN_OR_RETURN(const bool output, FileExists(paths.output));
  GRAM_ASSIGN_OR_RETURN(const bool journal, FileExists(paths.journal));
  // An empty file is no output of a run that has rows in its journal.
  const bool free = journal && !HoldsSomething(paths.output);
  if (output && !free) {
    GRAM_RETURN_IF_ERROR(CheckOutput(paths, *earlier));
    return RunStart::kComplete;
  }
  if (journal) return RunStart::kResume;
  return InvalidArgument(paths.manifest + " tells of " + std::to_string(earlier->totals.rows) +
                         " rows, but neither " + paths.output + " nor " + paths.journal +
                         " is there; put it back, or start anew with --force");
}

Status CheckSameRun(const RunIdentity& now, const RunIdentity& earlier, const OutputPaths& paths) {
  const std::string differences = Differences(now, earlier);
  if (differences.empty()) return {};
  return InvalidArgument("cannot go on with " + paths.output +
                         ", since rows that are made otherwise do not belong in one file: " +
                         differences + "; give what it was begun with, or start anew with --force");
}

Status ClearRun(const OutputPaths& paths) {
  // The manifest first: without one, nothing that is left counts.
  for (const std::string& path :
       {paths.manifest, paths.journal, paths.retry, paths.packed, paths.output}) {
    GRAM_RETURN_IF_ERROR(RemoveFile(path));
  }
  return {};
}

}  // namespace gram::jobs
