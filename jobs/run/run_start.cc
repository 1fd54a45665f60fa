#include "jobs/run/run_start.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "engine/base/status.h"
#include "jobs/io/byte_source.h"
#include "jobs/io/files.h"
#include "jobs/run/journal.h"

namespace gram::jobs {
namespace {

constexpr const char* kChoices =
    "--resume continues that run, --force starts over, or choose another --output";

Result<RunStart> StartWithoutManifest(const OutputPaths& paths) {
  for (const std::string& path : {paths.output, paths.journal}) {
    if (!HoldsSomething(path)) continue;
    return InvalidArgument(path + " has no manifest " + paths.manifest +
                           " that says what it was made from, so it cannot be resumed; "
                           "--force starts over, or choose another --output");
  }
  return RunStart::kNew;
}

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
  return Corrupt(paths.output + " was changed after it was complete: it" + LinesOf(paths.output) +
                 " its manifest " + paths.manifest + " records " + Rows(manifest.totals.rows) +
                 " and different content; restore it, or start over with --force");
}

// Of a manifest without the output's size and checksum.
Status CheckRows(const OutputPaths& paths, const Manifest& manifest) {
  const Result<Totals> totals = TallyFile(paths.output, SchemaOf(manifest.identity));
  GRAM_RETURN_IF_ERROR(totals.status());
  return totals->rows == manifest.totals.rows ? Status() : Changed(paths, manifest);
}

std::filesystem::file_time_type WriteTime(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::last_write_time(path, ignored);
}

}  // namespace

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
  return InvalidArgument(paths.manifest + " records " + Rows(earlier->totals.rows) +
                         ", but neither " + paths.output + " nor " + paths.journal +
                         " exists; put it back, or start over with --force");
}

Status CheckSameRun(const RunIdentity& now, const RunIdentity& earlier, const OutputPaths& paths) {
  const std::string differences = Differences(now, earlier);
  if (differences.empty()) return {};
  return InvalidArgument(
      "cannot resume " + paths.output +
      ", since rows made with different settings do not belong in one file: " + differences +
      "; give the settings that it was started with, or start over with --force");
}

Status CheckOutput(const OutputPaths& paths, const Manifest& manifest) {
  GRAM_ASSIGN_OR_RETURN(const FileIdentity found, IdentifyFile(paths.output));
  if (manifest.output == found || manifest.publishing == found) return {};
  if (manifest.output || manifest.publishing) return Changed(paths, manifest);
  if (manifest.state == RunState::kComplete) return CheckRows(paths, manifest);
  return Corrupt(paths.output + " exists, though its run is not complete: " + paths.manifest +
                 " records " + Rows(manifest.totals.rows) +
                 " so far; move it away to continue, or "
                 "start over with --force");
}

Status CheckIfOutput(const std::string& path) {
  const OutputPaths paths(path);
  GRAM_ASSIGN_OR_RETURN(const std::optional<Manifest> manifest, ReadManifest(paths.manifest));
  if (!manifest) return {};
  const Status found = CheckOutput(paths, *manifest);
  if (found.code() != StatusCode::kCorrupt) return found;
  return Corrupt(found.message() + " (or remove the manifest to take the file as it is)");
}

Result<InputWatch> InputWatch::Open(std::span<const InputFile> files) {
  InputWatch watch;
  for (const InputFile& file : files) {
    InputRecord record = {file.path, std::nullopt};
    watch.written_.push_back(WriteTime(file.path));
    if (file.regular()) {
      GRAM_ASSIGN_OR_RETURN(record.content, IdentifyFile(file.path));
    }
    watch.records_.push_back(std::move(record));
  }
  return watch;
}

bool InputWatch::repeatable() const {
  return std::all_of(records_.begin(), records_.end(),
                     [](const InputRecord& record) { return record.content.has_value(); });
}

Status InputWatch::CheckUnchanged() const {
  for (size_t i = 0; i < records_.size(); ++i) {
    const InputRecord& record = records_[i];
    if (!record.content || WriteTime(record.path) == written_[i]) continue;
    GRAM_ASSIGN_OR_RETURN(const FileIdentity now, IdentifyFile(record.path));
    if (now == *record.content) continue;
    return Corrupt(
        "input " + record.path +
        " was changed while it was read: the rows may come from either version; start over "
        "with --force");
  }
  return {};
}

Status CheckInputs(const RunOptions& options, const OutputPaths& paths, const RowSource& source) {
  for (const std::string& path : paths.all()) {
    GRAM_RETURN_IF_ERROR(CheckNotAnInput(source.files(), path));
  }
  if (!options.resume && !options.retry_failed) return {};
  for (const InputFile& file : source.files()) {
    if (file.regular()) continue;
    return InvalidArgument("cannot resume from " +
                           (file.path == "-" ? "standard input" : "the pipe " + file.path) +
                           ", whose earlier rows cannot be read again; put the input into a file");
  }
  return {};
}

Result<std::optional<Manifest>> ReadEarlier(const RunOptions& options, const OutputPaths& paths) {
  const bool goes_on = options.resume || options.retry_failed;
  if (!goes_on) return std::optional<Manifest>();  // whatever it is, it does not count
  return ReadManifest(paths.manifest);
}

RunHistory HistoryOf(const Job& job, const std::optional<Manifest>& earlier) {
  RunHistory history;
  if (earlier) {
    history = earlier->history;
    ++history.resumed;
  }
  history.facts = job.facts;
  return history;
}

Result<Totals> TotalsOfOutput(const std::string& lines, const Manifest& earlier) {
  if (earlier.state == RunState::kComplete) return earlier.totals;
  return TallyFile(lines, SchemaOf(earlier.identity));
}

Result<RunEnd> Settle(const OutputPaths& paths, const Manifest& earlier, const Totals& totals,
                      RunRecord& record) {
  if (earlier.state != RunState::kComplete) {
    GRAM_RETURN_IF_ERROR(record.Save(RunState::kComplete, totals));
  }
  GRAM_RETURN_IF_ERROR(RemoveFile(paths.journal));
  GRAM_RETURN_IF_ERROR(RemoveFile(paths.packed));
  return RunEnd{.complete = true, .was_complete = true, .totals = totals};
}

}  // namespace gram::jobs
