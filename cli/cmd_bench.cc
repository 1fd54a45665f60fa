// `gram-cpu bench`: how fast a model is here, beside what the machine could do at most.
#include <memory>

#include "cli/command.h"
#include "cli/demo_model.h"
#include "cli/engine_options.h"
#include "cli/option_checks.h"
#include "cli/output/bench_text.h"
#include "cli/output/progress.h"
#include "gram/bench.h"
#include "jobs/io/files.h"

namespace gram::cli {
namespace {

constexpr int kMaxTokens = 1 << 24;
constexpr const char* kExamples =
    "  gram-cpu bench --model M.gram\n"
    "  gram-cpu bench --model M.gram --tokens 512,1600 --threads 8 --json\n"
    "  gram-cpu bench --model M.gram --quick\n\n"
    "Checks the answer, then measures prompts of several lengths, a mix of pairs, the first score\n"
    "and memory. Minutes for a model of billions of weights; nothing else should run meanwhile.\n"
    "In JSON, times are in seconds, stages are those of the fastest run of a length.\n";

struct Options {
  EngineOptions engine;
  BenchOptions bench;
  bool quick = false;
  bool json = false;
};

int RunBenchVerb(const Options& options, bool tokens_given) {
  BenchOptions bench = options.bench;
  if (options.quick) {
    if (!tokens_given) bench.tokens = {64};
    bench.batch_tokens = 256;
    bench.repetitions = 1;
    bench.mix_pairs = 4;
  }
  const Result<std::string> model = ModelOrDemo(options.engine.model);
  if (!model.ok()) return Fail(model.status());
  Result<BenchReport> report = [&] {
    Progress progress(true);
    bench.progress = [&](const std::string& what) { progress.Show("bench: " + what); };
    return RunBench(*model, ToJudgeOptions(options.engine), bench);
  }();
  if (!report.ok()) return Fail(report.status());
  SayWhatWasNotGranted(report->engine);
  const Status written =
      jobs::WriteStandardOutput(options.json ? BenchJson(*report) : BenchText(*report));
  return written.ok() ? kExitOk : Fail(written);
}

}  // namespace

Command AddBench(CLI::App& root) {
  auto options = std::make_shared<Options>();
  CLI::App* app = AddVerb(root, "bench", "measure a model on this machine", kExamples);
  AddEngineOptions(*app, options->engine)->required();
  const CLI::Option* tokens =
      app->add_option("--tokens", options->bench.tokens,
                      "prompt lengths to measure (default 128,512,1600,4096)")
          ->delimiter(',')
          ->check(WholeNumber(1, kMaxTokens))
          ->type_name("N,N,...");
  app->add_flag("--quick", options->quick,
                "one short length, few prompts and pairs, once: a smoke test");
  app->add_flag("--json", options->json, "one JSON object on one line");
  return {app, [options, tokens] { return RunBenchVerb(*options, tokens->count() > 0); }};
}

}  // namespace gram::cli
