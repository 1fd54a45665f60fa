#include "jobs/run/file_run.h"

#include <chrono>
#include <memory>
#include <utility>

#include "engine/base/status.h"
#include "jobs/run/publish.h"
#include "jobs/run/tally_file.h"

namespace gram::jobs {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

FileRun::FileRun(const OutputPaths& paths, Job& job, JobRows& rows, RunRecord& record,
                 JobProgress& progress)
    : paths_(paths),
      job_(job),
      rows_(rows),
      record_(record),
      progress_(progress),
      schema_(SettingValue(job.identity.settings, "schema")) {}

Status FileRun::Checkpoint() {
  GRAM_RETURN_IF_ERROR(CheckInPlace());
  GRAM_RETURN_IF_ERROR(journal_->Sync());
  totals_ = journal_->totals();
  return record_.Save(RunState::kRunning, totals_);
}

// Rows that go to a file nobody will find are not worth their time.
Status FileRun::CheckInPlace() const {
  if (journal_->InPlace()) return {};
  return IoError(journal_->path() + " was removed or replaced while the run wrote it");
}

Result<bool> FileRun::Answer(const std::function<Status()>& checkpoint) {
  progress_.StartFrom(journal_->totals());
  Clock::time_point last = Clock::now();
  const auto write = [&](std::span<const std::string> lines) -> Status {
    GRAM_RETURN_IF_ERROR(journal_->Append(lines));
    progress_.Update(journal_->totals());
    if (Clock::now() - last < job_.checkpoint_every) return {};
    last = Clock::now();
    return checkpoint();
  };
  return AnswerRows(rows_, job_.answer, write, interrupt_.flag());
}

Result<bool> FileRun::GoOn(bool redo_failed, int64_t known_rows) {
  GRAM_ASSIGN_OR_RETURN(journal_, Journal::Open(paths_.journal, schema_));
  if (journal_->totals().rows < known_rows) {
    progress_.Notice(paths_.journal + " is damaged: of " + std::to_string(known_rows) +
                     " rows that were on disk it holds " + std::to_string(journal_->totals().rows) +
                     "; the others are made again");
  }
  GRAM_RETURN_IF_ERROR(Checkpoint());
  if (redo_failed && totals_.failed_rows() > 0) {
    GRAM_ASSIGN_OR_RETURN(const bool redone, RedoFailed(paths_.journal));
    if (!redone) return false;
    GRAM_RETURN_IF_ERROR(journal_->RenameTo(paths_.journal));
    GRAM_RETURN_IF_ERROR(Checkpoint());
  } else {
    GRAM_ASSIGN_OR_RETURN(const bool skipped, rows_.Skip(totals_.rows, interrupt_.flag()));
    if (!skipped) return false;
  }
  return Answer([this] { return Checkpoint(); });
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
  GRAM_ASSIGN_OR_RETURN(LineFile lines, earlier == paths_.journal ? LineFile::OpenPlain(earlier)
                                                                  : LineFile::Open(earlier));
  std::string line;
  for (int64_t i = 0; i < journal_->totals().rows; ++i) {
    GRAM_RETURN_IF_ERROR(lines.Next(line).status());
  }
  GRAM_ASSIGN_OR_RETURN(const bool skipped, rows_.Skip(journal_->totals().rows, interrupt_.flag()));
  if (!skipped) return false;
  rows_.SetEarlier(std::make_unique<LineFile>(std::move(lines)));
  GRAM_ASSIGN_OR_RETURN(const bool done, Answer([this] {
                          GRAM_RETURN_IF_ERROR(CheckInPlace());
                          return journal_->Sync();
                        }));
  rows_.SetEarlier(nullptr);
  GRAM_RETURN_IF_ERROR(journal_->Sync());
  return done;
}

Result<bool> FileRun::Publish() {
  GRAM_RETURN_IF_ERROR(CheckInPlace());
  GRAM_ASSIGN_OR_RETURN(const bool published,
                        gram::jobs::Publish(*journal_, paths_, record_, interrupt_.flag()));
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

}  // namespace gram::jobs
