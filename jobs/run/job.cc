#include "jobs/run/job.h"

#include <chrono>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/status.h"
#include "jobs/io/byte_source.h"
#include "jobs/io/count_text.h"
#include "jobs/io/files.h"
#include "jobs/run/job_lines.h"
#include "jobs/run/journal.h"
#include "jobs/run/manifest.h"
#include "jobs/run/output_files.h"
#include "jobs/run/run_start.h"

namespace gram::jobs {
namespace {

using Clock = std::chrono::steady_clock;

// Lines are written as they come.
Result<RunEnd> RunDirect(const RunOptions& options, Job& job, RowSource& source,
                         JobProgress& progress, const std::atomic<bool>& stop) {
  if (job.pack) {
    return InvalidArgument("output " + options.output +
                           " is not a regular file, and can only take lines");
  }
  if (options.resume || options.retry_failed) {
    return InvalidArgument("output " + options.output +
                           " is not a regular file and cannot be resumed");
  }
  GRAM_ASSIGN_OR_RETURN(OutputFile output, OutputFile::Open(options.output, false, -1));
  JobLines answered(job, source, stop);
  RunEnd end;
  std::vector<ResultLine> lines;
  while (true) {
    GRAM_ASSIGN_OR_RETURN(const bool more, answered.Next(lines));
    if (!more) break;
    std::string text;
    for (const ResultLine& line : lines) {
      end.totals.Add(line.record);
      text += line.text;
    }
    progress.Update(end.totals);
    GRAM_RETURN_IF_ERROR(output.Write(text));
  }
  end.complete = !stop;
  if (!end.complete) end.way_on = "such an output cannot be resumed";
  GRAM_RETURN_IF_ERROR(output.Close());
  progress.Finish(end.totals);
  return end;
}

// One start of a run whose output is locked and whose identity is checked. Steps that can be
// interrupted give false then. Errors are those of reading and writing; all rows before the fault
// are in the journal.
class FileRun {
 public:
  // All must outlive this object.
  FileRun(const OutputPaths& paths, Job& job, RowSource& source, RunRecord& record,
          JobProgress& progress, const std::atomic<bool>& stop)
      : paths_(paths),
        job_(job),
        source_(source),
        record_(record),
        progress_(progress),
        stop_(stop),
        schema_(SchemaOf(job.identity)) {}

  // Answers what the journal lacks; first, where `redo_failed`, its failed rows. `known_rows` were
  // on disk when the manifest was last written.
  Result<bool> GoOn(bool redo_failed, int64_t known_rows);

  // The complete output again as a journal, with its failed rows redone.
  Result<bool> RedoOutput();

  // Makes the finished journal the output.
  Result<bool> PublishOutput();

  // To be called when a step gave false or an error: what can be kept is on disk afterwards, and
  // the manifest says that the run stopped.
  Status Stop();

  // After Stop: whether the rows that were done are on disk, where a later run finds them.
  bool kept() const { return kept_; }

  const Totals& totals() const { return totals_; }

 private:
  Result<bool> RedoFailed(const std::string& earlier);
  Result<bool> WriteLines(JobLines& answered);
  Status Checkpoint();
  Status CheckInPlace() const;

  const OutputPaths& paths_;
  Job& job_;
  RowSource& source_;
  RunRecord& record_;
  JobProgress& progress_;
  const std::atomic<bool>& stop_;
  Schema schema_;
  std::optional<Journal> journal_;  // the lines that are being written
  bool kept_ = true;
  Totals totals_;  // of the lines that the manifest tells of
};

// Puts all lines on disk, and says so in the manifest. While failed rows are redone, that tells of
// the lines before, which count until then.
Status FileRun::Checkpoint() {
  GRAM_RETURN_IF_ERROR(CheckInPlace());
  GRAM_RETURN_IF_ERROR(journal_->Sync());
  if (journal_->path() != paths_.journal) return {};
  totals_ = journal_->totals();
  return record_.Save(RunState::kRunning, totals_);
}

// Rows that go to a file nobody will find are not worth their time.
Status FileRun::CheckInPlace() const {
  if (journal_->InPlace()) return {};
  return IoError(journal_->path() + " was removed or replaced while the run wrote it");
}

// The last step of a row's way: its line goes to the journal.
Result<bool> FileRun::WriteLines(JobLines& answered) {
  progress_.StartFrom(journal_->totals());
  Clock::time_point last = Clock::now();
  std::vector<ResultLine> lines;
  while (true) {
    GRAM_ASSIGN_OR_RETURN(const bool more, answered.Next(lines));
    if (!more) return !stop_;
    GRAM_RETURN_IF_ERROR(journal_->Append(lines));
    progress_.Update(journal_->totals());
    if (Clock::now() - last < job_.checkpoint_every) continue;
    last = Clock::now();
    GRAM_RETURN_IF_ERROR(Checkpoint());
  }
}

Result<bool> FileRun::GoOn(bool redo_failed, int64_t known_rows) {
  GRAM_ASSIGN_OR_RETURN(journal_, Journal::Open(paths_.journal, schema_));
  if (journal_->totals().rows < known_rows) {
    progress_.Notice(paths_.journal + " is damaged: of " + Counted(known_rows, "row") +
                     " that were on disk it holds " + Grouped(journal_->totals().rows) +
                     "; the others are computed again");
  }
  GRAM_RETURN_IF_ERROR(Checkpoint());
  JobLines answered(job_, source_, stop_);
  if (redo_failed && totals_.failed_rows() > 0) {
    GRAM_ASSIGN_OR_RETURN(const bool redone, RedoFailed(paths_.journal));
    if (!redone) return false;
    GRAM_RETURN_IF_ERROR(journal_->RenameTo(paths_.journal));
    GRAM_RETURN_IF_ERROR(Checkpoint());
  } else {
    GRAM_ASSIGN_OR_RETURN(const bool skipped, answered.Skip(totals_.rows));
    if (!skipped) return false;
  }
  return WriteLines(answered);
}

Result<bool> FileRun::RedoOutput() {
  GRAM_ASSIGN_OR_RETURN(totals_, TallyFile(paths_.output, schema_));
  GRAM_RETURN_IF_ERROR(record_.Save(RunState::kRunning, totals_));
  return RedoFailed(paths_.output);
}

// Writes the lines of `earlier` to a journal of their own, with those of failed rows answered
// again. It may have been begun before, and `earlier` stays as it is.
Result<bool> FileRun::RedoFailed(const std::string& earlier) {
  GRAM_ASSIGN_OR_RETURN(journal_, Journal::Open(paths_.retry, schema_));
  const int64_t redone = journal_->totals().rows;
  GRAM_ASSIGN_OR_RETURN(LineFile lines, earlier == paths_.journal ? LineFile::OpenPlain(earlier)
                                                                  : LineFile::Open(earlier));
  std::string line;
  for (int64_t i = 0; i < redone; ++i) GRAM_RETURN_IF_ERROR(lines.Next(line).status());
  JobLines answered(job_, source_, stop_, EarlierLines{std::move(lines), LineReader(schema_)});
  GRAM_ASSIGN_OR_RETURN(const bool skipped, answered.Skip(redone));
  if (!skipped) return false;
  GRAM_ASSIGN_OR_RETURN(const bool done, WriteLines(answered));
  GRAM_RETURN_IF_ERROR(journal_->Sync());
  return done;
}

Result<bool> FileRun::PublishOutput() {
  GRAM_RETURN_IF_ERROR(CheckInPlace());
  GRAM_ASSIGN_OR_RETURN(const bool published,
                        Publish(*journal_, paths_, record_, job_.pack, stop_));
  if (!published) return false;
  totals_ = journal_->totals();
  progress_.Finish(totals_);
  return true;
}

Status FileRun::Stop() {
  kept_ = !journal_ || (journal_->InPlace() && journal_->Sync().ok());
  if (!journal_) return {};
  if (kept_ && journal_->path() == paths_.journal) totals_ = journal_->totals();
  progress_.Finish(totals_);
  GRAM_RETURN_IF_ERROR(kept_ ? Status() : CheckInPlace());
  return record_.Save(RunState::kInterrupted, totals_);
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
    return run.PublishOutput();
  } catch (const std::bad_alloc&) {
    return OutOfMemory("out of memory; give the process more memory");
  }
}

std::string WayOn(const FileRun& run, bool resumable, const OutputPaths& paths,
                  const std::string& command) {
  const int64_t done = run.totals().rows;
  const std::string rows = std::to_string(done) + (done == 1 ? " row is" : " rows are");
  if (!run.kept()) {
    return "the rows done are lost, since " + paths.journal +
           " does not exist or cannot be written; start over with --force";
  }
  return resumable ? rows + " done and on disk; continue with: " + command
                   : rows + " done and on disk in " + paths.journal +
                         ", but the run cannot continue: a pipe cannot be read again";
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

// Runs `job`, whose shard is chosen, on the rows of `source` and writes options.output. Errors:
// kInvalidArgument (see ChooseStart, CheckSameRun and OutputLock), and those of reading and
// writing; all rows before the fault are on disk, and the message says how to go on.
Result<RunEnd> RunToFile(const RunOptions& options, Job& job, RowSource& source,
                         JobProgress& progress, const std::atomic<bool>& stop) {
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
    // A crash that kept the manifest from telling them left the lines that were packed.
    const std::string& lines = job.pack ? paths.journal : paths.output;
    GRAM_ASSIGN_OR_RETURN(const Totals totals, TotalsOfOutput(lines, *earlier));
    const bool redo = options.retry_failed && totals.failed_rows() > 0;
    if (!redo) return Settle(paths, *earlier, totals, record);
  }
  progress.Start();
  FileRun run(paths, job, source, record, progress, stop);
  return CarryOn(run, {start, options.retry_failed, known_rows}, inputs, paths, record);
}

}  // namespace

Result<RunEnd> RunJob(const RunOptions& options, Job& job, RowSource& source, RunObserver& observer,
                      const std::atomic<bool>& stop) {
  try {
    GRAM_ASSIGN_OR_RETURN(const bool direct, IsDirectOutput(options.output));
    JobProgress progress(observer, source);
    return direct ? RunDirect(options, job, source, progress, stop)
                  : RunToFile(options, job, source, progress, stop);
  } catch (const std::bad_alloc&) {
    return OutOfMemory("out of memory; give the process more memory");
  }
}

bool StopsTheRun(StatusCode code) {
  return code == StatusCode::kOutOfMemory || code == StatusCode::kCorrupt ||
         code == StatusCode::kIo || code == StatusCode::kNotFound ||
         code == StatusCode::kUnsupported || code == StatusCode::kCancelled;
}

}  // namespace gram::jobs
