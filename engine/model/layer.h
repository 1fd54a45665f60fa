// One transformer layer over a chunk of rows: what it consists of is the config's to say.
#ifndef GRAM_ENGINE_MODEL_LAYER_H_
#define GRAM_ENGINE_MODEL_LAYER_H_

#include <span>

#include "engine/base/status.h"
#include "engine/model/activations.h"
#include "engine/model/chunk.h"
#include "engine/model/kv_store.h"
#include "engine/model/weights.h"
#include "engine/ops/compute.h"
#include "engine/ops/rows.h"

namespace gram::model {

/// What a layer works with, besides its weights and the residual stream.
struct LayerContext {
  const ops::Compute& compute;
  const format::ModelConfig& config;
  const ops::HeadShape& shape;
  ops::ScoreRule rule;                      ///< of attention; the window is the layer's
  std::span<const ops::RopeAngles> angles;  ///< by segment
  const schedule::Plan& plan;
  KvStore* kv;
  Activations* act;
};

/// x [chunk.rows, D] f32 -> the residual stream after the layer, in place; stores the rows' keys
/// and values. Chunks of a batch go through a layer in order: a row attends to K/V that is already
/// there.
Status Layer(const LayerContext& context, const LayerWeights& weights, const Chunk& chunk,
             float* x);

/// The two halves of the last layer: keys and values of all rows,
Status LastLayerKeysAndValues(const LayerContext& context, const LayerWeights& weights,
                              const Chunk& chunk, const float* x);
/// and everything else for the rows in `chunk` alone, once all K/V is stored. x [chunk.rows, D], in
/// place.
Status LastLayerReadout(const LayerContext& context, const LayerWeights& weights,
                        const Chunk& chunk, float* x);

}  // namespace gram::model

#endif  // GRAM_ENGINE_MODEL_LAYER_H_
