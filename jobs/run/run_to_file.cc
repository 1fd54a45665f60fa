#include "jobs/run/run_to_file.h"

#include <new>
#include <optional>
#include <utility>

#include "engine/base/status.h"
#include "jobs/io/files.h"
#include "jobs/run/file_run.h"
#include "jobs/run/input_watch.h"
#include "jobs/run/output_lock.h"
#include "jobs/run/output_paths.h"
#include "jobs/run/run_record.h"
#include "jobs/run/run_start.h"
#include "jobs/run/tally_file.h"

namespace gram::jobs {
namespace {

Status CheckInputs(const RunOptions& options, const OutputPaths& paths, const RowSource& source) {
  for (const std::string& path : paths.all()) {
    GRAM_RETURN_IF_ERROR(CheckNotAnInput(source.files(), path));
  }
  if (!options.resume && !options.retry_failed) return {};
  for (const InputFile& file : source.files()) {
    if (file.regular()) continue;
    return InvalidArgument("cannot go on from " +
                           (file.path == "-" ? "standard input" : "the pipe " + file.path) +
                           ", whose rows so far cannot be read again; put the input into a file");
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

// The totals of a complete output. A crash may have kept its manifest from telling them.
Result<Totals> TotalsOfOutput(const OutputPaths& paths, const Manifest& earlier) {
  if (earlier.state == RunState::kComplete) return earlier.totals;
  return TallyFile(paths.output, SettingValue(earlier.identity.settings, "schema"));
}

// Leaves a complete output as it is, and puts right what a crash may have left beside it.
Result<RunEnd> Settle(const OutputPaths& paths, const Manifest& earlier, const Totals& totals,
                      RunRecord& record) {
  if (earlier.state != RunState::kComplete) {
    GRAM_RETURN_IF_ERROR(record.Save(RunState::kComplete, totals));
  }
  GRAM_RETURN_IF_ERROR(RemoveFile(paths.journal));
  GRAM_RETURN_IF_ERROR(RemoveFile(paths.packed));
  return RunEnd{.complete = true, .was_complete = true, .totals = totals};
}

// How a run begins.
struct Beginning {
  RunStart start = RunStart::kNew;
  bool redo_failed = false;
  int64_t known_rows = 0;  // on disk, by the earlier manifest
};

// All steps of a run that has something to do; false where it was interrupted.
Result<bool> Carry(FileRun& run, const Beginning& begin, const InputWatch& inputs) {
  try {
    GRAM_ASSIGN_OR_RETURN(const bool done, begin.start == RunStart::kComplete
                                               ? run.RedoOutput()
                                               : run.GoOn(begin.redo_failed, begin.known_rows));
    if (!done) return false;
    GRAM_RETURN_IF_ERROR(inputs.CheckUnchanged());
    return run.Publish();
  } catch (const std::bad_alloc&) {
    return OutOfMemory("out of memory; give the process more");
  }
}

std::string WayOn(const FileRun& run, bool resumable, const OutputPaths& paths,
                  const std::string& command) {
  const int64_t done = run.totals().rows;
  const std::string rows = std::to_string(done) + (done == 1 ? " row is" : " rows are");
  if (!run.kept()) {
    return "the rows done are lost, since " + paths.journal +
           " is not there or cannot be written; start anew with --force";
  }
  return resumable ? rows + " done and on disk, go on with: " + command
                   : rows + " done and on disk in " + paths.journal +
                         ", but a pipe cannot be read again to go on";
}

// Carries the run on, and keeps what can be kept if it does not get to its end.
Result<RunEnd> CarryOn(FileRun& run, const Beginning& begin, const InputWatch& inputs,
                       const OutputPaths& paths, RunRecord& record) {
  const Result<bool> done = Carry(run, begin, inputs);
  if (done.ok() && *done) return RunEnd{.complete = true, .totals = run.totals()};
  const Status kept = run.Stop();
  RunEnd end = {.totals = run.totals(), .resumable = inputs.repeatable() && run.kept()};
  end.way_on = WayOn(run, end.resumable, paths,
                     record.CommandToGoOn(begin.redo_failed ? "--retry-failed" : "--resume"));
  const Status& fault = done.ok() ? kept : done.status();
  if (!fault.ok()) return Status(fault.code(), fault.message() + "; " + end.way_on);
  return end;
}

}  // namespace

Result<RunEnd> RunToFile(const RunOptions& options, Job& job, RowSource& source,
                         JobProgress& progress) {
  const OutputPaths paths(options.output);
  GRAM_RETURN_IF_ERROR(CheckInputs(options, paths, source));
  GRAM_ASSIGN_OR_RETURN(const OutputLock lock, OutputLock::Acquire(paths.lock, paths.output));
  GRAM_ASSIGN_OR_RETURN(std::optional<Manifest> earlier, ReadEarlier(options, paths));
  GRAM_ASSIGN_OR_RETURN(const RunStart start, ChooseStart(paths, options, earlier));
  GRAM_ASSIGN_OR_RETURN(const InputWatch inputs, InputWatch::Open(source.files()));
  job.identity.inputs = inputs.records();
  if (start == RunStart::kNew) {
    earlier.reset();
    GRAM_RETURN_IF_ERROR(ClearRun(paths));
  } else {
    GRAM_RETURN_IF_ERROR(CheckSameRun(job.identity, earlier->identity, paths));
  }
  RunRecord record(paths.manifest, job.identity, HistoryOf(job, earlier));
  const int64_t known_rows = earlier ? earlier->totals.rows : 0;
  if (start == RunStart::kComplete) {
    GRAM_ASSIGN_OR_RETURN(const FileIdentity output, IdentifyFile(paths.output));
    record.SetOutput(output);
    GRAM_ASSIGN_OR_RETURN(const Totals totals, TotalsOfOutput(paths, *earlier));
    const bool redo = options.retry_failed && totals.failed_rows() > 0;
    if (!redo) return Settle(paths, *earlier, totals, record);
  }
  JobRows rows(source, job.identity.shard, job.map);
  FileRun run(paths, job, rows, record, progress);
  return CarryOn(run, {start, options.retry_failed, known_rows}, inputs, paths, record);
}

}  // namespace gram::jobs
