#include "jobs/run/output_check.h"

#include <optional>

#include "engine/base/status.h"
#include "jobs/io/byte_source.h"
#include "jobs/run/tally_file.h"

namespace gram::jobs {
namespace {

std::string Rows(int64_t count) { return std::to_string(count) + (count == 1 ? " row" : " rows"); }

// How many lines the file has, for people.
std::string LinesOf(const std::string& path) {
  Result<LineFile> file = LineFile::Open(path);
  if (!file.ok()) return " cannot be read;";
  std::string line;
  for (int64_t lines = 0;; ++lines) {
    const Result<bool> more = file->Next(line);
    if (!more.ok()) return " cannot be read to its end;";
    if (!*more) return " has " + std::to_string(lines) + (lines == 1 ? " line;" : " lines;");
  }
}

Status Changed(const OutputPaths& paths, const Manifest& manifest) {
  return Corrupt(paths.output + " was changed since it was complete: it" + LinesOf(paths.output) +
                 " the manifest " + paths.manifest + " tells of " + Rows(manifest.totals.rows) +
                 " with other bytes; put it back as it was, or run it anew with --force");
}

// Of a manifest that an earlier version wrote, which tells of no bytes.
Status CheckRows(const OutputPaths& paths, const Manifest& manifest) {
  const Result<Totals> totals =
      TallyFile(paths.output, SettingValue(manifest.identity.settings, "schema"));
  GRAM_RETURN_IF_ERROR(totals.status());
  return totals->rows == manifest.totals.rows ? Status() : Changed(paths, manifest);
}

}  // namespace

Status CheckOutput(const OutputPaths& paths, const Manifest& manifest) {
  GRAM_ASSIGN_OR_RETURN(const FileIdentity found, IdentifyFile(paths.output));
  if (manifest.output == found || manifest.publishing == found) return {};
  if (manifest.output || manifest.publishing) return Changed(paths, manifest);
  if (manifest.state == RunState::kComplete) return CheckRows(paths, manifest);
  return Corrupt(paths.output + " is there, though its run is not complete: " + paths.manifest +
                 " tells of " + Rows(manifest.totals.rows) +
                 " so far; move it away to go on, or "
                 "start anew with --force");
}

Status CheckIfOutput(const std::string& path) {
  const OutputPaths paths(path);
  GRAM_ASSIGN_OR_RETURN(const std::optional<Manifest> manifest, ReadManifest(paths.manifest));
  if (!manifest) return {};
  const Status found = CheckOutput(paths, *manifest);
  if (found.code() != StatusCode::kCorrupt) return found;
  return Corrupt(found.message() + " (or remove the manifest to take the file as it is)");
}

}  // namespace gram::jobs
