#include "engine/model/forward.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/model/layer.h"

namespace gram::model {
namespace {

/// Rows whose activations stay in cache together, and enough for a matmul at full speed.
constexpr size_t kChunkRows = 512;

ops::HeadShape Shape(const format::ModelConfig& config, const kernels::KernelTable& kernels) {
  return {.heads = config.heads,
          .kv_heads = config.kv_heads,
          .head_dim = config.head_dim,
          .padded_dim =
              (config.head_dim + kernels::kHeadUnit - 1) / kernels::kHeadUnit * kernels::kHeadUnit,
          .element_bytes = kernels.bf16_activations ? size_t{2} : size_t{4}};
}

std::unique_ptr<gemm::MatMul> MakeMatMul(const kernels::KernelTable* kernels,
                                         const ExecContext& ctx) {
  if (kernels == &kernels::kScalarTable) return gemm::MakeEigenMatMul(ctx);
  return gemm::MakeOneDnnMatMul(
      kernels->bf16_activations ? gemm::WeightType::kBf16 : gemm::WeightType::kF32, ctx);
}

size_t LongestPrompt(const schedule::Plan& plan) {
  size_t longest = 0;
  for (const schedule::Segment& segment : plan.segments) longest = std::max(longest, segment.end());
  return longest;
}

}  // namespace

Forward::Forward(const Weights& weights, const kernels::KernelTable* kernels,
                 const ExecContext& ctx)
    : weights_(weights),
      shape_(Shape(weights.config, *kernels)),
      matmul_(MakeMatMul(kernels, ctx)),
      compute_{kernels, matmul_.get(), ctx},
      rope_(weights.config.rope_theta, weights.config.head_dim),
      act_(weights.config, shape_, kChunkRows, ctx.threads),
      kv_(shape_) {}

Result<std::vector<std::array<float, 2>>> Forward::Run(const schedule::Plan& plan,
                                                       std::array<int32_t, 2> choices,
                                                       const Trace& trace) {
  const size_t needed = gemm::PaddedRows(plan.tokens.size()) * weights_.config.hidden;
  if (residual_.size() < needed) residual_ = AlignedBuffer<float>(needed);
  kv_.Reset(plan);
  const ops::RopeAngles angles = rope_.Angles(LongestPrompt(plan));
  const LayerContext context{compute_, weights_.config, shape_, angles, plan, &kv_, &act_};

  ops::Embed(compute_, weights_.embed, plan.tokens, residual_.data());
  GRAM_RETURN_IF_ERROR(RunLayers(context, CutRows(plan, kChunkRows), trace));
  std::vector<std::array<float, 2>> logits;
  GRAM_RETURN_IF_ERROR(ReadOut(context, choices, &logits));
  return logits;
}

/// Layer by layer over the whole batch, so that only one layer's K/V is alive; the last one up to
/// its K/V.
Status Forward::RunLayers(const LayerContext& context, std::span<const Chunk> chunks,
                          const Trace& trace) {
  const size_t size = context.plan.tokens.size() * weights_.config.hidden;
  if (trace) trace(0, {residual_.data(), size});
  for (size_t layer = 0; layer + 1 < weights_.layers.size(); ++layer) {
    for (const Chunk& chunk : chunks) {
      GRAM_RETURN_IF_ERROR(Layer(context, weights_.layers[layer], chunk, Row(chunk.first_row)));
    }
    if (trace) trace(layer + 1, {residual_.data(), size});
  }
  for (const Chunk& chunk : chunks) {
    GRAM_RETURN_IF_ERROR(
        LastLayerKeysAndValues(context, weights_.layers.back(), chunk, Row(chunk.first_row)));
  }
  return {};
}

/// The rest of the last layer, final norm and LM head, for the readout rows.
Status Forward::ReadOut(const LayerContext& context, std::array<int32_t, 2> choices,
                        std::vector<std::array<float, 2>>* logits) {
  const size_t width = weights_.config.hidden;
  const size_t count = context.plan.readouts.size();
  for (size_t first = 0; first < count; first += kChunkRows) {
    const Chunk chunk = ReadoutChunk(context.plan, first, std::min(kChunkRows, count - first));
    float* x = act_.readout.data();
    for (const RowRun& run : chunk.runs) {
      const schedule::Segment& segment = context.plan.segments[static_cast<size_t>(run.segment)];
      std::copy_n(Row(segment.first_row + segment.length - 1), width, x + run.row * width);
    }
    GRAM_RETURN_IF_ERROR(LastLayerReadout(context, weights_.layers.back(), chunk, x));
    for (size_t row = 0; row < chunk.rows; ++row) {
      float* final_row = x + row * width;
      compute_.kernels->rms_norm_f32(
          {final_row, weights_.final_norm, width, weights_.config.rms_eps, final_row});
      logits->push_back(
          {ops::DotRow(compute_, weights_.lm_head, static_cast<size_t>(choices[0]), final_row),
           ops::DotRow(compute_, weights_.lm_head, static_cast<size_t>(choices[1]), final_row)});
    }
  }
  return {};
}

}  // namespace gram::model
