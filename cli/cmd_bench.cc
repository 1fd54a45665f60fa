// `gram-cpu bench`: how fast a model is here, beside what the machine could do at most.
#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <memory>

#include "cli/command.h"
#include "cli/engine_options.h"
#include "cli/exit.h"
#include "cli/output/progress.h"
#include "cli/usage.h"
#include "gram/bench.h"
#include "jobs/verdicts/value_text.h"

namespace gram::cli {
namespace {

constexpr int kMaxTokens = 1 << 24;
constexpr const char* kExamples =
    "  gram-cpu bench --model M.gram\n"
    "  gram-cpu bench --model M.gram --tokens 512,1600 --threads 8 --json\n"
    "  gram-cpu bench --model M.gram --quick\n\n"
    "Checks the answer, then measures prompts of several lengths, a mix of pairs, the first score\n"
    "and memory. This takes minutes for a model of billions of weights; nothing else should run\n"
    "meanwhile. In JSON, times are in seconds, and stages are those of the fastest run of a "
    "length.\n";

struct Options {
  EngineOptions engine;
  BenchOptions bench;
  bool quick = false;
  bool json = false;
};

[[gnu::format(printf, 1, 2)]] std::string Format(const char* format, ...) {
  std::array<char, 512> buffer{};
  std::va_list arguments;
  va_start(arguments, format);
  const int size = std::vsnprintf(buffer.data(), buffer.size(), format, arguments);
  va_end(arguments);
  return {buffer.data(), std::min(static_cast<size_t>(std::max(size, 0)), buffer.size() - 1)};
}

std::string Header(const BenchReport& report) {
  std::string text = "model   " + report.engine.model_path + "\n";
  const std::string& kernel = report.engine.library_kernel;
  text += "engine  isa " + report.engine.isa + (kernel.empty() ? "" : " (" + kernel + ")") +
          ", threads " + std::to_string(report.engine.threads) + "\n";
  text += Format(
      "answer  %d logits agree with the scalar path (relative error %.2g, limit %.2g), same bits "
      "twice\n",
      report.check.logits, report.check.error, report.check.tolerance);
  text +=
      Format("peak    %.1f GFLOP/s: multiply-adds on registers, all threads\n", report.peak_gflops);
  if (report.auto_isa == report.engine.isa) return text;
  return text +
         Format(
             "        %.1f with %s, which --isa auto takes: multiply the shares below by %.3f for "
             "shares of that\n",
             report.auto_peak_gflops, report.auto_isa.c_str(),
             report.peak_gflops / report.auto_peak_gflops);
}

std::string RunLine(const BenchRun& run) {
  const auto percent = [&](double seconds) { return 100 * seconds / run.seconds; };
  return Format("%6d %8d %9.1f %8.1f %6.3f %7.1f%% %8.1f%% %8.1f%% %6.1f%% %7.1f%% %5.1f%%\n",
                run.tokens, run.prompts, run.tokens_per_s, run.gflops, run.share,
                percent(run.stages.matmul), percent(run.stages.attention),
                percent(run.stages.norm_rope), percent(run.stages.embed),
                percent(run.stages.readout), percent(run.stages.other));
}

std::string Runs(const BenchReport& report) {
  std::string text =
      "\ntokens  prompts  tokens/s  GFLOP/s  share   matmul attention norm+rope  embed  readout"
      "  other\n";
  for (const BenchRun& run : report.runs) text += RunLine(run);
  return text +
         "Prompts of a length, nothing shared. GFLOP/s: products executed; share: of the peak;\n"
         "then the time by stage.\n";
}

std::string Pairs(const BenchReport& report) {
  const BenchMix& mix = report.mix;
  std::string text = Format("\npairs/hour  %.0f with sharing, %.0f without: %.2f x\n",
                            report.pairs_per_hour_shared, report.pairs_per_hour_unshared,
                            report.pairs_per_hour_shared / report.pairs_per_hour_unshared);
  text += Format(
      "  The mix: %d generated pairs on %d questions, lengths spread like chat answers: question\n"
      "  and responses of %d to %d tokens, beside %d of instruction; %s.\n",
      mix.pairs, mix.questions, mix.shortest, mix.longest, mix.instruction_tokens,
      report.engine.gives_reward ? "each response by itself" : "each pair in both orders");
  return text;
}

std::string StartAndMemory(const BenchReport& report) {
  std::string text = Format(
      "\nfirst score  %.2f s after the process started, for a pair of %d-token prompts\n"
      "  Computing it takes %.2f s once all is warm: %.2f s went into opening\n"
      "  the model and touching its pages for the first time.\n",
      report.first_score_s, report.first_score_tokens, report.first_score_compute_s,
      report.first_score_s - report.first_score_compute_s);
  return text +
         Format(
             "\nmemory  %.0f MB at most beside the mapped model\n"
             "  Anonymous memory after each stage; an engine's buffers grow to their peak and "
             "stay.\n",
             report.peak_extra_mb);
}

std::string RunJson(const BenchRun& run) {
  std::string text = "{\"tokens\":" + std::to_string(run.tokens);
  text += ",\"prompts\":" + std::to_string(run.prompts);
  text += ",\"tokens_per_s\":" + jobs::JsonNumber(run.tokens_per_s);
  text += ",\"gflops\":" + jobs::JsonNumber(run.gflops);
  text += ",\"limit_gflops\":" + jobs::JsonNumber(run.peak_gflops);
  text += ",\"share\":" + jobs::JsonNumber(run.share);
  text += ",\"stages\":{\"matmul\":" + jobs::JsonNumber(run.stages.matmul);
  text += ",\"attention\":" + jobs::JsonNumber(run.stages.attention);
  text += ",\"norm_rope\":" + jobs::JsonNumber(run.stages.norm_rope);
  text += ",\"embed\":" + jobs::JsonNumber(run.stages.embed);
  text += ",\"readout\":" + jobs::JsonNumber(run.stages.readout);
  return text + ",\"other\":" + jobs::JsonNumber(run.stages.other) + "}}";
}

// Tables with their units, and a line on what each figure means.
std::string BenchText(const BenchReport& report) {
  return Header(report) + Runs(report) + Pairs(report) + StartAndMemory(report);
}

// One JSON object on one line; times in seconds.
std::string BenchJson(const BenchReport& report) {
  std::string text = "{\"isa\":" + jobs::JsonString(report.engine.isa);
  text += ",\"threads\":" + std::to_string(report.engine.threads);
  text += ",\"limit_gflops\":" + jobs::JsonNumber(report.peak_gflops);
  text += ",\"auto_isa\":" + jobs::JsonString(report.auto_isa);
  text += ",\"auto_limit_gflops\":" + jobs::JsonNumber(report.auto_peak_gflops);
  text += ",\"runs\":[";
  for (size_t i = 0; i < report.runs.size(); ++i) {
    if (i > 0) text += ",";
    text += RunJson(report.runs[i]);
  }
  text += "],\"pairs_per_hour\":{\"shared\":" + jobs::JsonNumber(report.pairs_per_hour_shared);
  text += ",\"unshared\":" + jobs::JsonNumber(report.pairs_per_hour_unshared) + "}";
  text += ",\"first_score_s\":" + jobs::JsonNumber(report.first_score_s);
  text += ",\"first_score_compute_s\":" + jobs::JsonNumber(report.first_score_compute_s);
  return text + ",\"peak_extra_mb\":" + jobs::JsonNumber(report.peak_extra_mb) + "}\n";
}

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
  SayIfThreadsAreMissing(report->engine);
  return Print(options.json ? BenchJson(*report) : BenchText(*report));
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
                "a smoke test: one short length, few prompts and pairs, measured once");
  app->add_flag("--json", options->json, "one JSON object on one line");
  return {app, [options, tokens] { return RunBenchVerb(*options, tokens->count() > 0); }};
}

}  // namespace gram::cli
