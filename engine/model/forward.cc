#include "engine/model/forward.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "engine/base/bf16.h"
#include "engine/base/thread_pool.h"
#include "engine/model/layer.h"
#include "engine/model/readout.h"
#include "engine/model/rope.h"

namespace gram::model {
namespace {

ops::HeadShape Shape(const format::ModelConfig& config, const kernels::KernelTable& kernels) {
  return {.heads = config.num_attention_heads,
          .kv_heads = config.num_key_value_heads,
          .head_dim = config.head_dim,
          .padded_dim =
              (config.head_dim + kernels::kHeadUnit - 1) / kernels::kHeadUnit * kernels::kHeadUnit,
          .dtype = kernels.activations};
}

ops::ScoreRule Rule(const format::ModelConfig& config) {
  const double width =
      config.query_pre_attn_scalar == 0 ? config.head_dim : config.query_pre_attn_scalar;
  return {.scale = ops::ScoreScale(static_cast<float>(width)),
          .softcap = static_cast<float>(config.attn_logit_softcapping)};
}

/// What the embeddings are multiplied by: where the model was trained in bf16, a bf16 number.
float EmbeddingScale(const format::ModelConfig& config, DType activations) {
  if (!config.scale_embeddings) return 1;
  const float scale = std::sqrt(static_cast<float>(config.hidden_size));
  return activations == DType::kBf16 ? ToFloat(ToBf16(scale)) : scale;
}

/// Readies `matmul` for the products of every layer.
Status PrepareProducts(const Weights& weights, gemm::MatMul* matmul) {
  for (const LayerWeights& layer : weights.layers) {
    for (const gemm::PackedWeight* w :
         {&layer.q, &layer.kv, &layer.o, &layer.gate, &layer.up, &layer.down}) {
      GRAM_RETURN_IF_ERROR(matmul->Prepare(w->k));
    }
  }
  return {};
}

}  // namespace

Result<Forward> Forward::Open(const Weights& weights, const ops::Backend& backend,
                              const ExecContext& ctx) {
  if (!backend.Suits(weights.dtype)) {
    return Unsupported(std::string(backend.name) + " computes in bf16, the weights are f32");
  }
  GRAM_ASSIGN_OR_RETURN(std::unique_ptr<gemm::MatMul> matmul,
                        backend.make_matmul(backend.kernels, ctx));
  GRAM_RETURN_IF_ERROR(PrepareProducts(weights, matmul.get()));
  return Forward(weights, *backend.kernels, std::move(matmul), ctx);
}

Forward::Forward(const Weights& weights, const kernels::KernelTable& kernels,
                 std::unique_ptr<gemm::MatMul> matmul, const ExecContext& ctx)
    : weights_(weights),
      shape_(Shape(weights.config, kernels)),
      matmul_(std::move(matmul)),
      compute_{.kernels = &kernels,
               .matmul = matmul_.get(),
               .ctx = ctx,
               .panel_rows = kernels.panels ? kernels.chunk_rows : 0},
      rope_(RopeFrequencies(weights.config.rope, weights.config.head_dim, 0)),
      act_(weights.config, shape_, kernels, ctx.threads()),
      kv_(shape_) {}

Status Forward::CachePrefix(std::span<const int32_t> prefix) {
  cached_tokens_.clear();
  if (prefix.empty()) return {};
  schedule::Plan plan;
  plan.tokens.assign(prefix.begin(), prefix.end());
  plan.segments.push_back({-1, 0, prefix.size(), 0, false});
  const size_t blocks = (prefix.size() + kernels::kBlockPositions - 1) / kernels::kBlockPositions;
  cache_layer_bytes_ = blocks * shape_.block_bytes();
  cache_ = AlignedBuffer<std::byte>(weights_.layers.size() * cache_layer_bytes_);
  GRAM_RETURN_IF_ERROR(RunLayers(Prepare(plan), /*cache=*/true, nullptr));
  cached_tokens_.assign(prefix.begin(), prefix.end());
  return {};
}

Result<std::vector<HeadValues>> Forward::Run(const schedule::Plan& plan,
                                             std::span<const int32_t> rows, const Trace& trace) {
  GRAM_DCHECK(rows.size() <= kMaxHeadRows);
  const LayerContext context = Prepare(plan);
  GRAM_RETURN_IF_ERROR(RunLayers(context, /*cache=*/false, trace));
  std::vector<HeadValues> values;
  GRAM_RETURN_IF_ERROR(ReadOut(context, rows, &values));
  return values;
}

size_t Forward::share_limit() const {
  const format::RopeParameters& rope = weights_.config.rope;
  if (rope.rope_type != format::RopeType::kDynamic) return schedule::kShareAll;
  return rope.original_max_position_embeddings;
}

Status Forward::CheckCancel() const {
  return IsSet(cancel_) ? Cancelled("cancelled before it was computed") : Status();
}

/// Those of each segment: its own frequencies where a prompt has them (the planner leaves such a
/// prompt in one segment), else the table that all others share.
std::span<const ops::RopeAngles> Forward::AnglesFor(const schedule::Plan& plan) {
  const format::ModelConfig& config = weights_.config;
  const auto own = [&](const schedule::Segment& segment) {
    return segment.parent < 0 && HasOwnFrequencies(config.rope, segment.length);
  };
  own_rope_.clear();
  size_t longest = 0;
  for (const schedule::Segment& segment : plan.segments) {
    if (!own(segment)) longest = std::max(longest, segment.end());
  }
  const ops::RopeAngles shared = rope_.Angles(longest);
  angles_.clear();
  for (const schedule::Segment& segment : plan.segments) {
    if (!own(segment)) {
      angles_.push_back(shared);
      continue;
    }
    auto [table, added] = own_rope_.try_emplace(
        segment.length, RopeFrequencies(config.rope, config.head_dim, segment.length));
    angles_.push_back(table->second.Angles(segment.length));
  }
  return angles_;
}

/// Buffers for the plan's rows, and its tokens' embeddings as the residual stream.
LayerContext Forward::Prepare(const schedule::Plan& plan) {
  const size_t needed = plan.tokens.size() * weights_.config.hidden_size;
  if (residual_.size() < needed) residual_ = AlignedBuffer<float>(needed);
  kv_.Reset(plan);
  const ops::StageTimer timer(compute_.clock, ops::Stage::kEmbed);
  ops::Embed(compute_, weights_.embed, plan.tokens,
             EmbeddingScale(weights_.config, compute_.kernels->activations), residual_.data());
  return {compute_, weights_.config, shape_, Rule(weights_.config), AnglesFor(plan), plan, &kv_,
          &act_};
}

/// Layer by layer over the whole batch, so that only one layer's K/V is alive; the last one up to
/// its K/V. With `cache`, the K/V of the plan's one segment is copied out after each layer.
Status Forward::RunLayers(const LayerContext& context, bool cache, const Trace& trace) {
  const std::vector<Chunk> chunks = CutRows(context.plan, compute_.kernels->chunk_rows);
  const size_t size = context.plan.tokens.size() * weights_.config.hidden_size;
  for (size_t layer = 0; layer < weights_.layers.size(); ++layer) {
    const LayerWeights& weights = weights_.layers[layer];
    const bool last = layer + 1 == weights_.layers.size();
    if (trace) trace(layer, {residual_.data(), size});
    if (!cached_tokens_.empty()) kv_.UseCached(cache_.data() + layer * cache_layer_bytes_);
    for (const Chunk& chunk : chunks) {
      GRAM_RETURN_IF_ERROR(CheckCancel());
      float* x = Row(chunk.first_row);
      GRAM_RETURN_IF_ERROR(last ? LastLayerKeysAndValues(context, weights, chunk, x)
                                : Layer(context, weights, chunk, x));
    }
    if (cache)
      std::memcpy(cache_.data() + layer * cache_layer_bytes_, kv_.Blocks(0)[0], cache_layer_bytes_);
  }
  return {};
}

/// The rest of the last layer, final norm and head, for the readout rows.
Status Forward::ReadOut(const LayerContext& context, std::span<const int32_t> rows,
                        std::vector<HeadValues>* values) {
  const size_t width = weights_.config.hidden_size;
  const size_t count = context.plan.readouts.size();
  const size_t chunk_rows = compute_.kernels->chunk_rows;
  for (size_t first = 0; first < count; first += chunk_rows) {
    GRAM_RETURN_IF_ERROR(CheckCancel());
    const Chunk chunk = ReadoutChunk(context.plan, first, std::min(chunk_rows, count - first));
    float* x = act_.readout.data();
    for (const RowRun& run : chunk.runs) {
      const schedule::Segment& segment = context.plan.segments[static_cast<size_t>(run.segment)];
      std::copy_n(Row(segment.first_row + segment.length - 1), width, x + run.row * width);
    }
    GRAM_RETURN_IF_ERROR(LastLayerReadout(context, weights_.layers.back(), chunk, x));
    const ops::StageTimer timer(compute_.clock, ops::Stage::kReadout);
    for (size_t row = 0; row < chunk.rows; ++row) {
      float* final_row = x + row * width;
      compute_.kernels->rms_norm_f32(
          {final_row, weights_.final_norm, width, weights_.config.rms_norm_eps, final_row});
      ReadHead(compute_, weights_.head, rows, final_row, values->emplace_back());
    }
  }
  return {};
}

}  // namespace gram::model
