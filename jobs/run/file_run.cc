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
  GRAM_RETURN_IF_ERROR(journal_->Sync());
  totals_ = journal_->totals();
  return record_.Save(RunState::kRunning, totals_);
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

Result<bool> FileRun::GoOn(bool redo_failed) {
  GRAM_ASSIGN_OR_RETURN(journal_, Journal::Open(paths_.journal, schema_));
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
  GRAM_ASSIGN_OR_RETURN(LineFile lines, LineFile::Open(earlier));
  std::string line;
  for (int64_t i = 0; i < journal_->totals().rows; ++i) {
    GRAM_RETURN_IF_ERROR(lines.Next(line).status());
  }
  GRAM_ASSIGN_OR_RETURN(const bool skipped, rows_.Skip(journal_->totals().rows, interrupt_.flag()));
  if (!skipped) return false;
  rows_.SetEarlier(std::make_unique<LineFile>(std::move(lines)));
  GRAM_ASSIGN_OR_RETURN(const bool done, Answer([this] { return journal_->Sync(); }));
  rows_.SetEarlier(nullptr);
  GRAM_RETURN_IF_ERROR(journal_->Sync());
  return done;
}

Result<bool> FileRun::Publish() {
  GRAM_ASSIGN_OR_RETURN(const bool published,
                        gram::jobs::Publish(*journal_, paths_, record_, interrupt_.flag()));
  if (!published) return false;
  totals_ = journal_->totals();
  progress_.Finish(totals_);
  return true;
}

Status FileRun::Stop() {
  if (!journal_) return {};
  GRAM_RETURN_IF_ERROR(journal_->Sync());
  if (journal_->path() == paths_.journal) totals_ = journal_->totals();
  progress_.Finish(totals_);
  return record_.Save(RunState::kInterrupted, totals_);
}

}  // namespace gram::jobs
