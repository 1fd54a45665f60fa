#include "cli/run_job.h"

#include <chrono>
#include <cstdlib>
#include <optional>

#include "cli/exit.h"
#include "cli/output/job_text.h"
#include "cli/output/progress.h"
#include "cli/signals.h"
#include "cli/usage.h"
#include "jobs/io/count_text.h"
#include "jobs/parquet/parquet.h"
#include "jobs/run/command_line.h"
#include "jobs/run/dry_run.h"
#include "jobs/run/output_files.h"
#include "jobs/verdicts/kept_fields.h"
#include "jobs/verdicts/value_text.h"

namespace gram::cli {
namespace {

// Signals stop the run once it has something to keep.
class StoppableProgress : public Progress {
 public:
  using Progress::Progress;
  void Start() override { interrupt_.emplace(); }

 private:
  std::optional<Interrupt> interrupt_;
};

// Names the fields of --keep that none of the rows had.
void SayWhatIsMissing(const jobs::KeptFields& fields, bool quiet) {
  if (quiet || fields.rows() == 0) return;
  std::vector<std::string> names;
  for (const std::string& name : fields.Missing()) names.push_back(jobs::JsonString(name));
  if (names.empty()) return;
  Say("--keep: of " + jobs::Counted(fields.rows(), "row") + " that could be read, none has " +
      Joined(names, ", "));
}

// How to continue after a mapped file was cut: rows that a run to a file has answered are in its
// journal, whatever ends the process. Empty where the run cannot be resumed.
std::string WayOnAfterCut(const JobOptions& options, const jobs::Shard& shard,
                          const jobs::RowSource& source) {
  const Result<bool> direct = jobs::IsDirectOutput(options.output);
  if (!direct.ok() || *direct) return "";
  for (const jobs::InputFile& file : source.files()) {
    if (!file.regular()) return "";
  }
  const char* option = options.retry_failed ? "--retry-failed" : "--resume";
  return ", then continue with: " + jobs::CommandWith(jobs::OwnCommandLine(), option, shard);
}

int ReportEnd(const jobs::RunEnd& end, const JobOptions& options, const std::string& verb) {
  if (!end.complete) {
    Say("interrupted: " + end.way_on);
    return end.resumable ? kExitInterrupted : kExitFailed;
  }
  if (!options.quiet) {
    if (end.was_complete) {
      Say(options.output + " is already complete: " + jobs::Counted(end.totals.rows, "row"));
    }
    for (const std::string& line : TotalsText(end.totals, verb)) Say(line);
  }
  const int64_t failed = end.totals.failed_rows();
  if (failed == 0) return kExitOk;
  Say(jobs::Grouped(failed) + " of " + jobs::Counted(end.totals.rows, "row") +
      " could not be scored; " + (failed == 1 ? "its line holds" : "their lines hold") +
      " an error object");
  return kExitRowErrors;
}

// What is wrong with the options where the output is named as Parquet, or nothing.
std::optional<std::string> CheckParquetOutput(const JobOptions& options, bool writes_parquet) {
  const std::string output = "--output " + options.output;
  if (!writes_parquet) return output + ": the lines are JSON; name it .jsonl";
  if (jobs::ParquetLibrary().empty()) {
    return output +
           ": this gram-cpu is built without Parquet; name it .jsonl, or use the gram-cpu of the "
           "Python package (docs/python.md)";
  }
  const std::string lines = " needs lines: name the output .jsonl";
  if (options.retry_failed) return "--retry-failed" + lines;
  if (!options.shard.empty()) return "--shard" + lines + ", so that they can be merged";
  return std::nullopt;
}

double MonotonicSeconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

}  // namespace

void AddJobOptions(CLI::App& app, JobOptions& options, const std::string& default_output,
                   bool writes_parquet) {
  const bool parquet = writes_parquet && !jobs::ParquetLibrary().empty();
  const std::string more = parquet ? ", .parquet holds columns" : "";
  app.add_option("--output", options.output,
                 "where the result lines go (default " + default_output +
                     "); .gz and .zst are compressed" + more)
      ->type_name("FILE|-");
  app.add_option("--shard", options.shard,
                 "answer only part i of N of the rows, i from 1 to N; auto: take i and N from the "
                 "batch system's variables")
      ->type_name("i/N|auto");
  app.add_option("--keep", options.keep,
                 "fields of the input row to copy into its result line, as \"kept\"; may be given "
                 "several times")
      ->type_name("FIELD,...|all")
      ->allow_extra_args(false);
  app.add_flag("--resume", options.resume,
               "continue the run that writes --output FILE, or start it if there is none");
  app.add_flag("--retry-failed", options.retry_failed,
               "like --resume, and answer again the rows that have an error object");
  app.add_flag("--force", options.force, "start over, even if --output FILE exists");
  app.add_flag("--quiet", options.quiet, "no notes and no progress on standard error");
}

std::optional<std::string> CheckJobOptions(const JobOptions& options, bool writes_parquet) {
  if (const auto kept = jobs::KeptFields::Parse(options.keep); !kept.ok()) {
    return kept.status().message();
  }
  const bool resumes = options.resume || options.retry_failed;
  if (resumes && options.force) {
    return "--resume and --retry-failed continue a run, --force starts it over: choose one";
  }
  if (resumes && options.output == "-") {
    return "--resume and --retry-failed need --output FILE: standard output cannot be resumed";
  }
  return jobs::IsNamedParquet(options.output) ? CheckParquetOutput(options, writes_parquet)
                                              : std::nullopt;
}

int RunJobOfVerb(const JobOptions& options, jobs::Job job, jobs::RowSource& source) {
  const std::string verb = job.identity.verb;
  const Result<jobs::Shard> shard = jobs::ChooseShard(options.shard, ::getenv);
  if (!shard.ok()) return FailUsage(verb, shard.status().message());
  job.identity.shard = *shard;
  SetWayOnAfterCut(WayOnAfterCut(options, *shard, source));
  jobs::KeptFields kept = jobs::KeptFields::Parse(options.keep).value();
  job.identity.settings.push_back({"keep", kept.text(), "--keep"});
  if (!job.pack) job.keep = &kept;  // else columns are kept, and lines need not repeat them
  const Result<jobs::RunEnd> end = [&] {
    StoppableProgress progress(!options.quiet);
    return jobs::RunJob(options, job, source, progress, Interrupt::flag());
  }();
  SayWhatIsMissing(kept, options.quiet);
  return end.ok() ? ReportEnd(*end, options, verb) : Fail(end.status());
}

int DryRunRows(ReadyJudge& ready, const JobOptions& options, jobs::Job job,
               jobs::RowSource& source) {
  const Result<jobs::Shard> shard = jobs::ChooseShard(options.shard, ::getenv);
  if (!shard.ok()) return FailUsage(job.identity.verb, shard.status().message());
  job.identity.shard = *shard;
  const Judge& judge = ready.judge;
  const jobs::DryRunJudge dry = {
      .plan = [&](std::span<const PairView> pairs) { return judge.Plan(pairs, ready.score); },
      .score =
          [&](std::span<const PairView> pairs) { return ready.judge.Score(pairs, ready.score); },
      .tokens_computed = [&] { return judge.tokens_computed(); },
      .seconds = MonotonicSeconds};
  jobs::KeptFields kept = jobs::KeptFields::Parse(options.keep).value();
  job.keep = &kept;
  const Result<jobs::DryRunReport> report = [&] {
    Progress progress(!options.quiet);
    return jobs::DryRun(dry, job, source, progress);
  }();
  SayWhatIsMissing(kept, options.quiet);
  if (!report.ok()) return Fail(report.status());
  const auto model_limit = static_cast<size_t>(judge.info().max_tokens);
  const size_t limit = ready.score.max_tokens > 0 ? ready.score.max_tokens : model_limit;
  if (const int code = Print(DryRunText(*report, static_cast<int64_t>(limit))); code != kExitOk) {
    return code;
  }
  return report->failed_rows() > 0 ? kExitRowErrors : kExitOk;
}

}  // namespace gram::cli
