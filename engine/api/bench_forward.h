// The benchmark's measurements below the Judge: the answer's check, prompts of one
// length.
#ifndef GRAM_ENGINE_API_BENCH_FORWARD_H_
#define GRAM_ENGINE_API_BENCH_FORWARD_H_

#include "engine/base/exec_context.h"
#include "engine/base/status.h"
#include "engine/kernels/kernel_table.h"
#include "engine/model/forward.h"
#include "engine/model/weights.h"
#include "gram/bench.h"

namespace gram::api {

/// Runs prompts of up to 24 random tokens twice on `kernels` and once on the scalar table. Errors:
/// kInternal where the two runs differ in a bit or are too far from the scalar one.
Result<BenchCheck> CheckAnswer(const model::Weights& weights, const kernels::KernelTable* kernels,
                               const ExecContext& ctx);

/// Runs a batch of as many prompts of `tokens` random ids below V as fit in options.batch_tokens,
/// at least one, that share nothing, options.repetitions times; leaves `share` at 0. Errors:
/// kInternal.
Result<BenchRun> MeasureLength(model::Forward* forward, const format::ModelConfig& config,
                               int tokens, const BenchOptions& options);

}  // namespace gram::api

#endif  // GRAM_ENGINE_API_BENCH_FORWARD_H_
