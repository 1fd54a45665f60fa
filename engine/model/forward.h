// The forward pass of a batch: token ids in, a few numbers a prompt out.
#ifndef GRAM_ENGINE_MODEL_FORWARD_H_
#define GRAM_ENGINE_MODEL_FORWARD_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/activations.h"
#include "engine/model/chunk.h"
#include "engine/model/kv_store.h"
#include "engine/model/layer.h"
#include "engine/model/weights.h"
#include "engine/ops/backend.h"
#include "engine/ops/compute.h"
#include "engine/ops/rows.h"
#include "engine/schedule/plan.h"

namespace gram::model {

/// Called after the embedding (layer 0) and after layer i (1 .. L - 1) with the residual stream
/// [rows, D] f32; for tests and debugging. The last layer is not seen: it is computed for the
/// readout rows alone.
using Trace = std::function<void(size_t layer, std::span<const float> residual)>;

/// The most head rows that a run can ask for.
inline constexpr size_t kMaxHeadRows = 2;

/// What was read at one prompt's last position; the first `rows` of them.
using HeadValues = std::array<float, kMaxHeadRows>;

/// Runs batches on one model. Owns every buffer, which grow to the largest batch and stay. One
/// caller at a time.
class Forward {
 public:
  /// Buffers for one chunk, and all that `backend` needs for the products of `weights`, which the
  /// caller keeps alive. Errors: kUnsupported (f32 weights on a bf16 backend, a library without a
  /// fast kernel), kInternal (a library).
  static Result<Forward> Open(const Weights& weights, const ops::Backend& backend,
                              const ExecContext& ctx);

  /// See gemm::MatMul.
  std::string library_kernel() const { return matmul_->library_kernel(); }

  /// Computes the K/V of all layers for `prefix` and caches it, in place of what was cached: plans
  /// made with it as PlannerOptions::cached do not compute it again. Memory: 2 * K * Dh activations
  /// a layer and position. An empty prefix clears the cache. Errors: kInternal, kCancelled, and
  /// then nothing is cached.
  Status CachePrefix(std::span<const int32_t> prefix);
  std::span<const int32_t> cached_prefix() const { return cached_tokens_; }

  /// The longest prompt whose keys others may use: PlannerOptions::share_limit where prompts share.
  size_t share_limit() const;

  /// Adds the time of coming runs to `clock`, by stage; null stops it.
  void SetClock(ops::StageSeconds* clock) { compute_.clock = clock; }

  /// Coming runs stop with kCancelled before the next chunk of a layer once `*cancel` is true;
  /// null: never. A stopped run leaves nothing behind: the next one gives the same bits as ever.
  void SetCancel(const std::atomic<bool>* cancel) { cancel_ = cancel; }

  /// out[i][j] = what head row `rows[j]` reads (ReadHead) at the last token of plan.readouts[i]'s
  /// prompt. Every token of the plan is computed once; the last layer beyond K/V, the final norm
  /// and the head for the readout rows alone. Token ids must be below V. Errors: kInternal,
  /// kCancelled.
  Result<std::vector<HeadValues>> Run(const schedule::Plan& plan, std::span<const int32_t> rows,
                                      const Trace& trace = nullptr);

 private:
  Forward(const Weights& weights, const kernels::KernelTable& kernels,
          std::unique_ptr<gemm::MatMul> matmul, const ExecContext& ctx);
  Status CheckCancel() const;
  LayerContext Prepare(const schedule::Plan& plan);
  Status RunLayers(const LayerContext& context, bool cache, const Trace& trace);
  Status ReadOut(const LayerContext& context, std::span<const int32_t> rows,
                 std::vector<HeadValues>* values);
  std::span<const ops::RopeAngles> AnglesFor(const schedule::Plan& plan);
  float* Row(size_t row) { return residual_.data() + row * weights_.config.hidden_size; }

  Weights weights_;
  ops::HeadShape shape_;
  std::unique_ptr<gemm::MatMul> matmul_;
  ops::Compute compute_;
  const std::atomic<bool>* cancel_ = nullptr;
  ops::RopeTable rope_;
  std::map<size_t, ops::RopeTable> own_rope_;  // by length, of prompts that share with no other
  std::vector<ops::RopeAngles> angles_;        // by segment of the plan in progress
  Activations act_;
  KvStore kv_;
  AlignedBuffer<float> residual_;  // [rows of the largest batch, D]
  std::vector<int32_t> cached_tokens_;
  AlignedBuffer<std::byte> cache_;  // [L][blocks of cached_tokens_]
  size_t cache_layer_bytes_ = 0;
};

}  // namespace gram::model

#endif  // GRAM_ENGINE_MODEL_FORWARD_H_
