#include "cli/job_options.h"

#include "jobs/verdicts/kept_fields.h"

namespace gram::cli {

void AddJobOptions(CLI::App& app, JobOptions& options) {
  app.add_option("--output", options.output,
                 "where the result lines go (default -, standard output); .gz and .zst are packed")
      ->type_name("FILE|-");
  app.add_option("--shard", options.shard,
                 "only part i of N of the rows, i from 1 to N; auto: as the batch system says")
      ->type_name("i/N|auto");
  app.add_option("--keep", options.keep,
                 "fields of the input row that its line repeats, as \"kept\"; may be given several "
                 "times")
      ->type_name("FIELD,...|all")
      ->allow_extra_args(false);
  app.add_flag("--resume", options.resume,
               "go on with the run that --output FILE is of; start it where there is none");
  app.add_flag("--retry-failed", options.retry_failed,
               "like --resume, and redo the rows that have an error object");
  app.add_flag("--force", options.force, "start anew, whatever is there of --output FILE");
  app.add_flag("--quiet", options.quiet, "no notes and no progress on standard error");
}

std::optional<std::string> CheckJobOptions(const JobOptions& options) {
  if (const auto kept = jobs::KeptFields::Parse(options.keep); !kept.ok()) {
    return kept.status().message();
  }
  const bool goes_on = options.resume || options.retry_failed;
  if (goes_on && options.force) {
    return "--resume and --retry-failed continue a run, --force starts it again: choose one";
  }
  if (goes_on && options.output == "-") {
    return "--resume and --retry-failed need --output FILE: standard output cannot be resumed";
  }
  return std::nullopt;
}

}  // namespace gram::cli
