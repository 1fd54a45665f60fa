#include "cli/output/bench_text.h"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>

#include "jobs/verdicts/value_text.h"

namespace gram::cli {
namespace {

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
      "answer  %d logits as on the scalar path (relative error %.2g, at most %.2g), same bits "
      "twice\n",
      report.check.logits, report.check.error, report.check.tolerance);
  return text + Format("peak    %.1f GFLOP/s: multiply-adds on registers, all threads\n",
                       report.peak_gflops);
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
      "  and responses of %d to %d tokens, beside %d of instruction; each pair in both orders.\n",
      mix.pairs, mix.questions, mix.shortest, mix.longest, mix.instruction_tokens);
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

}  // namespace

std::string BenchText(const BenchReport& report) {
  return Header(report) + Runs(report) + Pairs(report) + StartAndMemory(report);
}

std::string BenchJson(const BenchReport& report) {
  std::string text = "{\"isa\":" + jobs::JsonString(report.engine.isa);
  text += ",\"threads\":" + std::to_string(report.engine.threads);
  text += ",\"limit_gflops\":" + jobs::JsonNumber(report.peak_gflops);
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

}  // namespace gram::cli
