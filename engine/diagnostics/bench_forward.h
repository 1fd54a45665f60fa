// The benchmark's measurements below the Judge: the check of the answer, prompts of one length, and
// how much arithmetic they are.
#ifndef GRAM_ENGINE_DIAGNOSTICS_BENCH_FORWARD_H_
#define GRAM_ENGINE_DIAGNOSTICS_BENCH_FORWARD_H_

#include "engine/base/status.h"
#include "engine/base/thread_pool.h"
#include "engine/diagnostics/machine.h"
#include "engine/format/model_config.h"
#include "engine/model/forward.h"
#include "engine/model/weights.h"
#include "engine/schedule/plan.h"
#include "gram/bench.h"

namespace gram::diagnostics {

/// Runs prompts of up to 24 random tokens twice on `backend` and once on the reference. Errors:
/// those of Forward; kInternal where the two runs differ in a bit or are too far from the scalar
/// one.
Result<BenchCheck> CheckAnswer(const model::Weights& weights, const ops::Backend& backend,
                               const ExecContext& ctx);

/// Runs a batch of as many prompts of `tokens` random ids below V as fit in options.batch_tokens,
/// at least one, that share nothing, options.repetitions times, each between two samples of
/// `peak`. Errors: as Forward::Run.
Result<BenchRun> MeasureLength(model::Forward* forward, const model::Weights& weights, int tokens,
                               const BenchOptions& options, PeakSeries* peak);

/// Floating point operations of the products that Forward::Run computes for `plan`, a multiply-add
/// being two. In the project's shape letters:
///
///   weights     2 a weight and row: q, kv, o, gate, up and down for all rows in layers 0 .. L - 2;
///               in the last layer kv for all rows, the others for the readout rows
///   attention   4 * H * Dh a query position and a position it sees (its own and those before,
///               cached ones included, within the window in layers that have one): all rows in
///               layers 0 .. L - 2, the readout rows in the last
///   readout     2 dot products of D a readout, which is what a judge takes
///
/// What a shared or cached prefix saves is not counted, nor is what an implementation adds: norms,
/// rotary embedding, softmax, rows padded to a tile and attention to masked positions.
double ExecutedFlops(const format::ModelConfig& config, const schedule::Plan& plan);

}  // namespace gram::diagnostics

#endif  // GRAM_ENGINE_DIAGNOSTICS_BENCH_FORWARD_H_
