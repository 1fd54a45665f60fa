// The benchmark's measurements below the Judge: the answer's check, prompts of one
// length.
#ifndef GRAM_ENGINE_API_BENCH_FORWARD_H_
#define GRAM_ENGINE_API_BENCH_FORWARD_H_

#include <vector>

#include "engine/base/exec_context.h"
#include "engine/base/status.h"
#include "engine/kernels/kernel_table.h"
#include "engine/model/forward.h"
#include "engine/model/weights.h"
#include "gram/bench.h"

namespace gram::api {

/// Runs prompts of up to 24 random tokens twice on `backend` and once on the reference. Errors:
/// kInternal where the two runs differ in a bit or are too far from the scalar one.
Result<BenchCheck> CheckAnswer(const model::Weights& weights, const ops::Backend& backend,
                               const ExecContext& ctx);

/// What the machine can do, sampled between runs: other users of it and its own heat change that.
class LimitSeries {
 public:
  /// Takes the first sample.
  LimitSeries(const kernels::KernelTable& kernels, const ExecContext& ctx);

  /// Takes a sample: 1e9 operations a second. About a second.
  double Sample();
  double last() const { return samples_.back(); }
  double mean() const;

 private:
  const kernels::KernelTable& kernels_;
  ExecContext ctx_;
  std::vector<double> samples_;
};

/// Runs a batch of as many prompts of `tokens` random ids below V as fit in options.batch_tokens,
/// at least one, that share nothing, options.repetitions times, each between two samples of
/// `limit`. Errors: kInternal.
Result<BenchRun> MeasureLength(model::Forward* forward, const format::ModelConfig& config,
                               int tokens, const BenchOptions& options, LimitSeries* limit);

}  // namespace gram::api

#endif  // GRAM_ENGINE_API_BENCH_FORWARD_H_
