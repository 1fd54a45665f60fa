#include "engine/model/layer.h"

#include <algorithm>
#include <iterator>

#include "engine/ops/attention.h"
#include "engine/ops/rows.h"

namespace gram::model {
namespace {

using ops::Stage;
using ops::StageTimer;

void Norm(const LayerContext& context, const float* x, size_t rows, const float* weight) {
  const StageTimer timer(context.compute.clock, Stage::kNormRope);
  ops::RmsNorm(context.compute, x, rows, context.config.hidden, weight, context.config.rms_eps,
               context.act->normed.data());
}

Status Product(const LayerContext& context, const void* x, const gemm::PackedWeight& w,
               Epilogue epilogue, size_t rows, void* out, const void* other = nullptr) {
  const StageTimer timer(context.compute.clock, Stage::kMatMul);
  return context.compute.matmul->Run({.x = x,
                                      .w = &w,
                                      .epilogue = epilogue,
                                      .out = out,
                                      .other = other,
                                      .rows = rows,
                                      .panel_rows = context.compute.panel_rows});
}

/// Positions of a stretch at most: their slots in a block of keys fill whole cache lines.
constexpr size_t kStretch = 16;

/// body(run, row, count, position) for all rows of the chunk in parallel, in stretches of
/// consecutive positions of one run that lie in one block.
template <typename Body>
void ForEachStretch(const LayerContext& context, const Chunk& chunk, const Body& body) {
  const auto stretches = static_cast<int64_t>((chunk.rows + kStretch - 1) / kStretch);
  ParallelFor(context.compute.ctx, stretches, [&](int64_t item, int) {
    size_t row = static_cast<size_t>(item) * kStretch;
    const size_t end = std::min(row + kStretch, chunk.rows);
    while (row < end) {
      const auto after = std::upper_bound(chunk.runs.begin(), chunk.runs.end(), row,
                                          [](size_t r, const RowRun& run) { return r < run.row; });
      const RowRun& run = *std::prev(after);
      const size_t position = run.position + row - run.row;
      const size_t count =
          std::min({end - row, run.row + run.tokens - row,
                    kernels::kBlockPositions - position % kernels::kBlockPositions});
      body(run, row, count, position);
      row += count;
    }
  });
}

/// q [rows, H, Dh] f32 -> normed, rotated, in activation type and padded to whole vectors.
void RotateQueries(const LayerContext& context, const LayerWeights& weights, const Chunk& chunk) {
  const StageTimer timer(context.compute.clock, Stage::kNormRope);
  const ops::Compute& compute = context.compute;
  const ops::HeadShape& shape = context.shape;
  Activations* act = context.act;
  const size_t head_bytes = shape.padded_dim * shape.element_bytes();
  const auto rotate = [&](size_t row, size_t position) {
    float* q = act->q.data() + row * shape.heads * shape.head_dim;
    ops::NormAndRotate(compute, context.angles, position, shape.heads, weights.q_norm,
                       context.config.rms_eps, q);
    std::byte* out = act->rotated_q.data() + row * shape.heads * head_bytes;
    for (size_t head = 0; head < shape.heads; ++head) {
      compute.kernels->to_activation(q + head * shape.head_dim, shape.head_dim,
                                     out + head * head_bytes);
    }
  };
  ForEachStretch(context, chunk, [&](const RowRun&, size_t row, size_t count, size_t position) {
    for (size_t i = 0; i < count; ++i) rotate(row + i, position + i);
  });
}

/// kv [rows][2][K, Dh] f32 -> keys normed and rotated, both in their blocks.
void StoreKeysAndValues(const LayerContext& context, const LayerWeights& weights,
                        const Chunk& chunk) {
  const StageTimer timer(context.compute.clock, Stage::kNormRope);
  const ops::HeadShape& shape = context.shape;
  const size_t width = shape.kv_heads * shape.head_dim;
  ForEachStretch(context, chunk, [&](const RowRun& run, size_t row, size_t count, size_t position) {
    float* kv = context.act->kv.data() + row * 2 * width;
    for (size_t i = 0; i < count; ++i) {
      float* k = kv + i * 2 * width;
      ops::NormAndRotate(context.compute, context.angles, position + i, shape.kv_heads,
                         weights.k_norm, context.config.rms_eps, k);
      // In place: an activation is no wider than what it is made from.
      context.compute.kernels->to_activation(k, 2 * width, k);
    }
    const auto* k = reinterpret_cast<const std::byte*>(kv);
    context.kv->Put(run.segment, position,
                    {k, k + width * shape.element_bytes(), 2 * width * sizeof(float), count});
  });
  for (const RowRun& run : chunk.runs) {
    const schedule::Segment& segment = context.plan.segments[static_cast<size_t>(run.segment)];
    if (run.position == segment.start) context.kv->CopyTail(run.segment);
  }
}

void Attend(const LayerContext& context, const Chunk& chunk) {
  const StageTimer timer(context.compute.clock, Stage::kAttention);
  std::vector<ops::QueryRun>& runs = context.act->runs;
  runs.clear();
  for (const RowRun& run : chunk.runs) {
    runs.push_back({run.row, run.tokens, run.position, context.kv->Blocks(run.segment)});
  }
  const ops::ScoreRule rule{ops::ScoreScale(static_cast<float>(context.shape.head_dim))};
  ops::Attention(context.compute, context.shape, rule, runs, context.act->rotated_q.data(),
                 &context.act->scratch, context.act->attended.data());
}

/// normed -> K/V blocks.
Status ComputeKeysAndValues(const LayerContext& context, const LayerWeights& weights,
                            const Chunk& chunk) {
  Activations& act = *context.act;
  GRAM_RETURN_IF_ERROR(
      Product(context, act.normed.data(), weights.kv, Epilogue::kStore, chunk.rows, act.kv.data()));
  StoreKeysAndValues(context, weights, chunk);
  return {};
}

/// x += attention(normed) W_o
Status AddAttention(const LayerContext& context, const LayerWeights& weights, const Chunk& chunk,
                    float* x) {
  Activations& act = *context.act;
  GRAM_RETURN_IF_ERROR(
      Product(context, act.normed.data(), weights.q, Epilogue::kStore, chunk.rows, act.q.data()));
  RotateQueries(context, weights, chunk);
  Attend(context, chunk);
  return Product(context, act.attended.data(), weights.o, Epilogue::kAdd, chunk.rows, x);
}

/// x += (silu(normed W_gate) * (normed W_up)) W_down
Status AddFeedForward(const LayerContext& context, const LayerWeights& weights, size_t rows,
                      float* x) {
  Activations& act = *context.act;
  GRAM_RETURN_IF_ERROR(
      Product(context, act.normed.data(), weights.gate, Epilogue::kSilu, rows, act.gate.data()));
  GRAM_RETURN_IF_ERROR(Product(context, act.normed.data(), weights.up, Epilogue::kMultiply, rows,
                               act.gated.data(), act.gate.data()));
  return Product(context, act.gated.data(), weights.down, Epilogue::kAdd, rows, x);
}

}  // namespace

Status Layer(const LayerContext& context, const LayerWeights& weights, const Chunk& chunk,
             float* x) {
  Norm(context, x, chunk.rows, weights.attn_norm);
  GRAM_RETURN_IF_ERROR(ComputeKeysAndValues(context, weights, chunk));
  GRAM_RETURN_IF_ERROR(AddAttention(context, weights, chunk, x));
  Norm(context, x, chunk.rows, weights.mlp_norm);
  return AddFeedForward(context, weights, chunk.rows, x);
}

Status LastLayerKeysAndValues(const LayerContext& context, const LayerWeights& weights,
                              const Chunk& chunk, const float* x) {
  Norm(context, x, chunk.rows, weights.attn_norm);
  return ComputeKeysAndValues(context, weights, chunk);
}

Status LastLayerReadout(const LayerContext& context, const LayerWeights& weights,
                        const Chunk& chunk, float* x) {
  Norm(context, x, chunk.rows, weights.attn_norm);
  GRAM_RETURN_IF_ERROR(AddAttention(context, weights, chunk, x));
  Norm(context, x, chunk.rows, weights.mlp_norm);
  return AddFeedForward(context, weights, chunk.rows, x);
}

}  // namespace gram::model
