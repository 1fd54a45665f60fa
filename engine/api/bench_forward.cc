#include "engine/api/bench_forward.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <numeric>

#include "engine/model/flops.h"
#include "engine/ops/limit.h"
#include "engine/schedule/planner.h"

namespace gram::api {
namespace {

using Clock = std::chrono::steady_clock;
using Logits = std::vector<std::array<float, 2>>;

constexpr size_t kCheckTokens = 24;
constexpr size_t kCheckStep = 3;  // tokens between readouts of the check
// Wrong answers lie near 1. Rounding activations to bf16 (2^-9 each) costs a few hundredths over
// dozens of layers, another order of f32 sums next to nothing.
constexpr double kToleranceBf16 = 0.15;
constexpr double kToleranceF32 = 2e-3;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Any two ids: the readout's cost does not depend on them.
std::array<int32_t, 2> Choices(const format::ModelConfig& config) {
  return {0, static_cast<int32_t>(config.vocab) - 1};
}

schedule::Prompt RandomPrompt(size_t tokens, uint32_t vocab, uint32_t* state) {
  schedule::Prompt prompt(tokens);
  for (schedule::TokenId& token : prompt) {
    *state = *state * 1664525U + 1013904223U;
    token = static_cast<schedule::TokenId>((uint64_t{*state} * vocab) >> 32);
  }
  return prompt;
}

/// One prompt and its beginnings: many logits for the price of one prompt.
schedule::Plan CheckPlan(uint32_t vocab) {
  uint32_t state = 1;
  const schedule::Prompt whole = RandomPrompt(kCheckTokens, vocab, &state);
  std::vector<schedule::Prompt> prompts;
  for (size_t tokens = kCheckStep; tokens <= kCheckTokens; tokens += kCheckStep) {
    prompts.emplace_back(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(tokens));
  }
  return schedule::MakePlans(prompts, {}).front();
}

Result<Logits> RunOnce(const model::Weights& weights, const ops::Backend& backend,
                       const ExecContext& ctx, const schedule::Plan& plan) {
  GRAM_ASSIGN_OR_RETURN(model::Forward forward, model::Forward::Open(weights, backend, ctx));
  return forward.Run(plan, Choices(weights.config));
}

/// Root mean square of the differences over that of `expected`.
double RelativeError(const Logits& expected, const Logits& got) {
  double difference = 0;
  double size = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    for (size_t c = 0; c < 2; ++c) {
      const double want = expected[i][c];
      difference += (got[i][c] - want) * (got[i][c] - want);
      size += want * want;
    }
  }
  return std::sqrt(difference / size);
}

StageTimes Stages(const ops::StageSeconds& clock, double seconds) {
  const auto at = [&](ops::Stage stage) { return clock[static_cast<size_t>(stage)]; };
  const double known = std::accumulate(clock.begin(), clock.end(), 0.0);
  return {.matmul = at(ops::Stage::kMatMul),
          .attention = at(ops::Stage::kAttention),
          .norm_rope = at(ops::Stage::kNormRope),
          .embed = at(ops::Stage::kEmbed),
          .readout = at(ops::Stage::kReadout),
          .other = std::max(0.0, seconds - known)};
}

}  // namespace

LimitSeries::LimitSeries(const kernels::KernelTable& kernels, const ExecContext& ctx)
    : kernels_(kernels), ctx_(ctx) {
  Sample();
}

double LimitSeries::Sample() {
  samples_.push_back(ops::MeasureLimit(kernels_, ctx_));
  return samples_.back();
}

double LimitSeries::mean() const {
  return std::accumulate(samples_.begin(), samples_.end(), 0.0) /
         static_cast<double>(samples_.size());
}

Result<BenchCheck> CheckAnswer(const model::Weights& weights, const ops::Backend& backend,
                               const ExecContext& ctx) {
  const schedule::Plan plan = CheckPlan(weights.config.vocab);
  GRAM_ASSIGN_OR_RETURN(const Logits first, RunOnce(weights, backend, ctx, plan));
  GRAM_ASSIGN_OR_RETURN(const Logits second, RunOnce(weights, backend, ctx, plan));
  if (std::memcmp(first.data(), second.data(), first.size() * sizeof(first[0])) != 0) {
    return Internal("two runs of the same prompts on " + std::string(backend.name) +
                    " gave different bits; nothing was measured");
  }
  GRAM_ASSIGN_OR_RETURN(const Logits expected,
                        RunOnce(weights, ops::ReferenceBackend(), ctx, plan));
  const BenchCheck check = {
      .logits = static_cast<int>(2 * expected.size()),
      .error = RelativeError(expected, first),
      .tolerance = backend.kernels->activations == DType::kBf16 ? kToleranceBf16 : kToleranceF32};
  if (check.error <= check.tolerance) return check;  // not so for NaN
  return Internal("logits on " + std::string(backend.name) + " are not those of the scalar path: " +
                  "relative error " + std::to_string(check.error) + ", at most " +
                  std::to_string(check.tolerance) + " is rounding; nothing was measured");
}

Result<BenchRun> MeasureLength(model::Forward* forward, const format::ModelConfig& config,
                               int tokens, const BenchOptions& options, LimitSeries* limit) {
  const auto length = static_cast<size_t>(tokens);
  const size_t count = std::max<size_t>(1, static_cast<size_t>(options.batch_tokens) / length);
  uint32_t state = static_cast<uint32_t>(tokens);
  std::vector<schedule::Prompt> prompts;
  for (size_t i = 0; i < count; ++i) prompts.push_back(RandomPrompt(length, config.vocab, &state));
  const auto plans =
      schedule::MakePlans(prompts, {.batch_tokens = count * length, .share_prefixes = false});
  const schedule::Plan& plan = plans.front();

  BenchRun run;
  run.tokens = tokens;
  run.prompts = static_cast<int>(count);
  for (int repetition = 0; repetition < options.repetitions; ++repetition) {
    const double before = limit->last();
    ops::StageSeconds clock{};
    forward->SetClock(&clock);
    const auto start = Clock::now();
    const auto logits = forward->Run(plan, Choices(config));
    const double seconds = SecondsSince(start);
    forward->SetClock(nullptr);
    if (!logits.ok()) return logits.status();
    const double after = limit->Sample();
    if (repetition > 0 && seconds >= run.seconds) continue;
    run.seconds = seconds;
    run.stages = Stages(clock, seconds);
    run.limit_gflops = (before + after) / 2;
  }
  run.tokens_per_s = static_cast<double>(plan.tokens.size()) / run.seconds;
  run.gflops = model::ExecutedFlops(config, plan) / run.seconds * 1e-9;
  run.share = run.gflops / run.limit_gflops;
  return run;
}

}  // namespace gram::api
