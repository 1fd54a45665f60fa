// The benchmark from the first score to the last run: which engine lives when, and what is timed.
#include "gram/bench.h"

#include <algorithm>
#include <chrono>
#include <new>
#include <utility>

#include "engine/base/status.h"
#include "engine/diagnostics/bench_forward.h"
#include "engine/diagnostics/bench_texts.h"
#include "engine/diagnostics/machine.h"
#include "engine/format/reader.h"

namespace gram {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kFirstPairTokens = 400;

Result<double> TimedScore(Judge& judge, std::span<const Pair> pairs) {
  const auto start = Clock::now();
  const auto verdicts = judge.Score(pairs, {});
  const std::chrono::duration<double> passed = Clock::now() - start;
  for (const Result<Verdict>& verdict : verdicts) GRAM_RETURN_IF_ERROR(verdict.status());
  return passed.count();
}

/// The measurements in their order, each engine closed before the next is opened, so that memory is
/// one engine's.
class Bench {
 public:
  Bench(const std::string& model_path, const JudgeOptions& engine, const BenchOptions& options)
      : model_path_(model_path), engine_(engine), options_(options) {}

  Result<BenchReport> Run() {
    GRAM_RETURN_IF_ERROR(CheckOptions());
    GRAM_RETURN_IF_ERROR(ScoreFirstPair());
    GRAM_RETURN_IF_ERROR(CheckLengths());
    GRAM_RETURN_IF_ERROR(RunLengths());
    GRAM_RETURN_IF_ERROR(ScoreMix(true, &report_.pairs_per_hour_shared));
    GRAM_RETURN_IF_ERROR(ScoreMix(false, &report_.pairs_per_hour_unshared));
    return std::move(report_);
  }

 private:
  Status CheckOptions() const;
  Status CheckLengths() const;
  Status ScoreFirstPair();
  Status RunLengths();
  Status ScoreMix(bool share, double* pairs_per_hour);
  Status SampleMemory();
  void Announce(const std::string& what) const {
    if (options_.progress) options_.progress(what);
  }

  const std::string& model_path_;
  const JudgeOptions& engine_;
  const BenchOptions& options_;
  BenchReport report_;
};

Status Bench::CheckOptions() const {
  if (options_.tokens.empty()) return InvalidArgument("no prompt length to measure");
  if (options_.batch_tokens < 1) return InvalidArgument("batch_tokens must be at least 1");
  if (options_.repetitions < 1) return InvalidArgument("repetitions must be at least 1");
  if (options_.mix_pairs < 1 || options_.mix_pairs > diagnostics::kMaxMixPairs) {
    return InvalidArgument("mix_pairs must be between 1 and " +
                           std::to_string(diagnostics::kMaxMixPairs));
  }
  return {};
}

Status Bench::CheckLengths() const {
  for (const int tokens : options_.tokens) {
    if (tokens >= 1 && tokens <= report_.engine.max_tokens) continue;
    return InvalidArgument("prompt length " + std::to_string(tokens) +
                           " is not between 1 and the model's " +
                           std::to_string(report_.engine.max_tokens) + " tokens");
  }
  return {};
}

Status Bench::ScoreFirstPair() {
  Announce("first score");
  GRAM_ASSIGN_OR_RETURN(Judge judge, Judge::Open(model_path_, engine_));
  GRAM_ASSIGN_OR_RETURN(diagnostics::BenchTexts texts, diagnostics::BenchTexts::Make(judge));
  const Pair pair = texts.PairOfPromptLength(kFirstPairTokens);
  GRAM_RETURN_IF_ERROR(TimedScore(judge, {&pair, 1}).status());
  GRAM_ASSIGN_OR_RETURN(report_.first_score_s, diagnostics::SecondsSinceProcessStart());

  for (int repetition = 0; repetition < options_.repetitions; ++repetition) {
    judge.ClearPrefixCache();
    GRAM_ASSIGN_OR_RETURN(const double seconds, TimedScore(judge, {&pair, 1}));
    double& best = report_.first_score_compute_s;
    best = repetition == 0 ? seconds : std::min(best, seconds);
  }
  GRAM_ASSIGN_OR_RETURN(const auto prompts, judge.Prompts(pair, {}));
  report_.first_score_tokens = static_cast<int>(prompts[0].size());
  report_.engine = judge.info();
  return {};
}

Status Bench::RunLengths() {
  GRAM_ASSIGN_OR_RETURN(const format::PackedFile file, format::PackedFile::Open(model_path_));
  GRAM_ASSIGN_OR_RETURN(const model::Weights weights, model::ViewWeights(file));
  GRAM_ASSIGN_OR_RETURN(const ops::Backend* backend,
                        ops::ChooseBackend(report_.engine.isa, weights.dtype));
  const ExecContext ctx(report_.engine.threads);
  Announce("answer against the scalar path");
  GRAM_ASSIGN_OR_RETURN(report_.check, diagnostics::CheckAnswer(weights, *backend, ctx));

  GRAM_ASSIGN_OR_RETURN(model::Forward forward, model::Forward::Open(weights, *backend, ctx));
  diagnostics::PeakSeries peak(*backend->kernels, ctx);
  for (const int tokens : options_.tokens) {
    Announce("prompts of " + std::to_string(tokens) + " tokens");
    GRAM_ASSIGN_OR_RETURN(BenchRun run,
                          diagnostics::MeasureLength(&forward, weights, tokens, options_, &peak));
    report_.runs.push_back(run);
  }
  report_.peak_gflops = peak.mean();
  GRAM_ASSIGN_OR_RETURN(const ops::Backend* best, ops::ChooseBackend("auto", weights.dtype));
  report_.auto_isa = best->name;
  report_.auto_peak_gflops =
      best == backend ? report_.peak_gflops : diagnostics::MeasurePeak(*best->kernels, ctx);
  return SampleMemory();
}

/// Warms up with the shortest pair, which also has the instruction computed and cached.
Status Bench::ScoreMix(bool share, double* pairs_per_hour) {
  Announce(share ? "pairs with sharing" : "pairs without sharing");
  JudgeOptions engine = engine_;
  engine.share_prefixes = share;
  GRAM_ASSIGN_OR_RETURN(Judge judge, Judge::Open(model_path_, engine));
  GRAM_ASSIGN_OR_RETURN(const diagnostics::MixOfPairs mix,
                        diagnostics::MakeMix(judge, options_.mix_pairs));
  report_.mix = mix.description;
  GRAM_RETURN_IF_ERROR(TimedScore(judge, {mix.pairs.data(), 1}).status());
  GRAM_ASSIGN_OR_RETURN(const double seconds, TimedScore(judge, mix.pairs));
  *pairs_per_hour = static_cast<double>(mix.pairs.size()) / seconds * 3600;
  return SampleMemory();
}

Status Bench::SampleMemory() {
  GRAM_ASSIGN_OR_RETURN(const double bytes, diagnostics::AnonymousBytes());
  report_.peak_extra_mb = std::max(report_.peak_extra_mb, bytes * 1e-6);
  return {};
}

}  // namespace

Result<BenchReport> RunBench(const std::string& model_path, const JudgeOptions& engine,
                             const BenchOptions& options) {
  try {
    return Bench(model_path, engine, options).Run();
  } catch (const std::bad_alloc&) {
    return OutOfMemory("out of memory; shorter prompts need less");
  }
}

}  // namespace gram
