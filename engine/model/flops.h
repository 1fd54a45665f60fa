// How much arithmetic a batch is: the yardstick of the benchmarks.
#ifndef GRAM_ENGINE_MODEL_FLOPS_H_
#define GRAM_ENGINE_MODEL_FLOPS_H_

#include "engine/format/model_config.h"
#include "engine/schedule/plan.h"

namespace gram::model {

/// Floating point operations of the products that Forward::Run computes for `plan`, a multiply-add
/// being two. In the project's shape letters:
///
///   weights     2 a weight and row: q, kv, o, gate, up and down for all rows in layers 0 .. L - 2;
///               in the last layer kv for all rows, the others for the readout rows
///   attention   4 * H * Dh a query position and a position it sees (its own and those before,
///               kept ones included): all rows in layers 0 .. L - 2, the readout rows in the last
///   readout     2 dot products of D a readout
///
/// What a shared or kept prefix saves is not counted, nor is what an implementation adds: norms,
/// rotary embedding, softmax, rows padded to a tile and attention to masked positions.
double ExecutedFlops(const format::ModelConfig& config, const schedule::Plan& plan);

}  // namespace gram::model

#endif  // GRAM_ENGINE_MODEL_FLOPS_H_
