#include "engine/diagnostics/bench_forward.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

#include "engine/schedule/planner.h"

namespace gram::diagnostics {
namespace {

using Clock = std::chrono::steady_clock;
using Logits = std::vector<model::HeadValues>;

constexpr size_t kCheckTokens = 24;
constexpr size_t kCheckStep = 3;  // tokens between readouts of the check
// Wrong answers lie near 1. Rounding activations to bf16 (2^-9 each) costs a few hundredths over
// dozens of layers, another order of f32 sums next to nothing.
constexpr double kToleranceBf16 = 0.15;
constexpr double kToleranceF32 = 2e-3;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Two rows of the head, or as many as it gives: the readout's cost does not depend on which.
std::vector<int32_t> HeadRows(const model::Weights& weights) {
  if (weights.head.second.data != nullptr || weights.head.rows.count == 1) return {0};
  return {0, static_cast<int32_t>(weights.head.rows.count) - 1};
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
  return forward.Run(plan, HeadRows(weights));
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

/// Weights of one layer that a row is multiplied with.
struct LayerSize {
  double kv;
  double rest;  // q, o, gate, up, down
};

LayerSize SizeOf(const format::ModelConfig& config) {
  const double width = config.hidden_size;
  const double queries = static_cast<double>(config.num_attention_heads) * config.head_dim;
  const double keys = static_cast<double>(config.num_key_value_heads) * config.head_dim;
  return {.kv = 2 * keys * width,
          .rest = 2 * queries * width + 3 * width * config.intermediate_size};
}

/// Positions that the rows of positions first .. end - 1 see together; each the last `window`.
double Seen(size_t first, size_t end, size_t window) {
  const size_t all_up_to = std::clamp(window, first, end);
  const auto rows = static_cast<double>(all_up_to - first);
  // The row at position p sees p + 1 positions, where the window holds them.
  return rows * static_cast<double>(first + 1 + all_up_to) / 2 +
         static_cast<double>(end - all_up_to) * static_cast<double>(window);
}

/// Positions that a layer's window holds; more than any prompt has where it has none.
size_t WindowOf(const format::ModelConfig& config, size_t layer) {
  return config.sliding_layers[layer] ? config.sliding_window
                                      : std::numeric_limits<uint32_t>::max();
}

double SeenByRows(const schedule::Plan& plan, size_t window) {
  double seen = 0;
  for (const schedule::Segment& segment : plan.segments) {
    if (!segment.cached) seen += Seen(segment.start, segment.end(), window);
  }
  return seen;
}

double SeenByReadouts(const schedule::Plan& plan, size_t window) {
  double seen = 0;
  for (const schedule::Readout& readout : plan.readouts) {
    const size_t end = plan.segments[static_cast<size_t>(readout.segment)].end();
    seen += Seen(end - 1, end, window);
  }
  return seen;
}

/// (query, seen position) pairs of all layers.
double SeenInLayers(const format::ModelConfig& config, const schedule::Plan& plan) {
  const size_t last = config.num_hidden_layers - 1;
  size_t sliding = 0;
  for (size_t layer = 0; layer < last; ++layer) sliding += config.sliding_layers[layer] ? 1 : 0;
  double seen = SeenByReadouts(plan, WindowOf(config, last));
  seen +=
      static_cast<double>(last - sliding) * SeenByRows(plan, std::numeric_limits<uint32_t>::max());
  if (sliding > 0) seen += static_cast<double>(sliding) * SeenByRows(plan, config.sliding_window);
  return seen;
}

}  // namespace

Result<BenchCheck> CheckAnswer(const model::Weights& weights, const ops::Backend& backend,
                               const ExecContext& ctx) {
  const schedule::Plan plan = CheckPlan(weights.config.vocab_size);
  GRAM_ASSIGN_OR_RETURN(const Logits first, RunOnce(weights, backend, ctx, plan));
  GRAM_ASSIGN_OR_RETURN(const Logits second, RunOnce(weights, backend, ctx, plan));
  if (std::memcmp(first.data(), second.data(), first.size() * sizeof(first[0])) != 0) {
    return Internal("two runs of the same prompts on " + std::string(backend.name) +
                    " gave different bits; nothing was measured");
  }
  GRAM_ASSIGN_OR_RETURN(const Logits expected,
                        RunOnce(weights, ops::ReferenceBackend(), ctx, plan));
  const BenchCheck check = {
      .logits = static_cast<int>(HeadRows(weights).size() * expected.size()),
      .error = RelativeError(expected, first),
      .tolerance = backend.kernels->activations == DType::kBf16 ? kToleranceBf16 : kToleranceF32};
  if (check.error <= check.tolerance) return check;  // not so for NaN
  return Internal("logits on " + std::string(backend.name) +
                  " differ from the scalar path's: relative error " + std::to_string(check.error) +
                  ", but rounding explains at most " + std::to_string(check.tolerance) +
                  "; nothing was measured");
}

Result<BenchRun> MeasureLength(model::Forward* forward, const model::Weights& weights, int tokens,
                               const BenchOptions& options, PeakSeries* peak) {
  const format::ModelConfig& config = weights.config;
  const std::vector<int32_t> head_rows = HeadRows(weights);
  const auto length = static_cast<size_t>(tokens);
  const size_t count = std::max<size_t>(1, static_cast<size_t>(options.batch_tokens) / length);
  uint32_t state = static_cast<uint32_t>(tokens);
  std::vector<schedule::Prompt> prompts;
  for (size_t i = 0; i < count; ++i)
    prompts.push_back(RandomPrompt(length, config.vocab_size, &state));
  const auto plans =
      schedule::MakePlans(prompts, {.batch_tokens = count * length, .share_limit = 0});
  const schedule::Plan& plan = plans.front();

  BenchRun run;
  run.tokens = tokens;
  run.prompts = static_cast<int>(count);
  for (int repetition = 0; repetition < options.repetitions; ++repetition) {
    const double before = peak->last();
    ops::StageSeconds clock{};
    forward->SetClock(&clock);
    const auto start = Clock::now();
    const auto logits = forward->Run(plan, head_rows);
    const double seconds = SecondsSince(start);
    forward->SetClock(nullptr);
    if (!logits.ok()) return logits.status();
    const double after = peak->Sample();
    if (repetition > 0 && seconds >= run.seconds) continue;
    run.seconds = seconds;
    run.stages = Stages(clock, seconds);
    run.peak_gflops = (before + after) / 2;
  }
  run.tokens_per_s = static_cast<double>(plan.tokens.size()) / run.seconds;
  run.gflops = ExecutedFlops(config, plan) / run.seconds * 1e-9;
  run.share = run.gflops / run.peak_gflops;
  return run;
}

double ExecutedFlops(const format::ModelConfig& config, const schedule::Plan& plan) {
  const LayerSize layer = SizeOf(config);
  const double per_seen = 4.0 * config.num_attention_heads * config.head_dim;
  const auto rows = static_cast<double>(plan.tokens.size());
  const auto readouts = static_cast<double>(plan.readouts.size());
  const double inner = 2 * rows * (layer.kv + layer.rest);
  const double last = 2 * rows * layer.kv + 2 * readouts * layer.rest;
  return (config.num_hidden_layers - 1.0) * inner + last + per_seen * SeenInLayers(config, plan) +
         readouts * 2 * 2 * config.hidden_size;
}

}  // namespace gram::diagnostics
