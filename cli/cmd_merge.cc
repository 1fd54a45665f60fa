// `gram-cpu merge`: puts the outputs of all shards back into one file, in input order.
#include <memory>
#include <optional>

#include "cli/command.h"
#include "cli/exit.h"
#include "cli/signals.h"
#include "cli/usage.h"
#include "jobs/io/count_text.h"
#include "jobs/run/merge.h"

namespace gram::cli {
namespace {

constexpr const char* kExamples =
    "  gram-cpu merge --output verdicts.jsonl verdicts.*.jsonl\n\n"
    "The shards may be compressed (.gz, .zst) and come in any order. Their manifests must be in "
    "the\n"
    "same folders. The result is the file that one run without --shard would have written.\n";

// What the user typed.
struct MergeCommandOptions : jobs::MergeOptions {
  bool quiet = false;
};

// Signals stop the merge once it writes.
class StopOnSignal : public jobs::RunObserver {
 public:
  void Start() override { interrupt_.emplace(); }

 private:
  std::optional<Interrupt> interrupt_;
};

int RunMerge(const MergeCommandOptions& options) {
  const Result<jobs::MergeEnd> end = [&] {
    StopOnSignal observer;
    return jobs::Merge(options, observer, Interrupt::flag());
  }();
  if (!end.ok()) return Fail(end.status());
  if (!end->complete) {
    Say("interrupted: nothing was written; run it again");
    return kExitFailed;
  }
  const int64_t failed = end->totals.failed_rows();
  if (!options.quiet) {
    Say(jobs::Counted(static_cast<int64_t>(options.shards.size()), "shard") + ", " +
        jobs::Counted(end->totals.rows, "row") + ", " + jobs::Grouped(failed) +
        " of them with an error object");
  }
  return failed == 0 ? kExitOk : kExitRowErrors;
}

}  // namespace

Command AddMerge(CLI::App& root) {
  auto options = std::make_shared<MergeCommandOptions>();
  CLI::App* app = AddVerb(root, "merge", "put the outputs of all shards into one file", kExamples);
  app->add_option("SHARD", options->shards,
                  "outputs of score --shard or rank --shard, all of one run")
      ->required();
  app->add_option("--output", options->output, "where all lines go; .gz and .zst are compressed")
      ->check(LinesFile())
      ->type_name("FILE")
      ->required();
  app->add_flag("--force", options->force, "replace an --output file that exists");
  app->add_flag("--quiet", options->quiet, "print only errors on standard error");
  return {app, [options] { return RunMerge(*options); }};
}

}  // namespace gram::cli
