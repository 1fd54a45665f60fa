// Which checkpoint tensors make each tensor of the packed file, with names and shapes checked both
// ways.
#ifndef GRAM_TOOLS_CONVERT_TENSOR_MAP_H_
#define GRAM_TOOLS_CONVERT_TENSOR_MAP_H_

#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/format/model_config.h"
#include "engine/format/tensor_table.h"
#include "tools/convert/checkpoint.h"

namespace gram::convert {

/// One entry a TensorSpec, in order: the parts whose rows, one after the other, make it. The parts
/// belong to the Checkpoint.
using TensorMap = std::vector<std::vector<TensorRef>>;

/// Finds every part of format::TensorTable(config) in `checkpoint`, under its full name or, where
/// the checkpoint has no "model." names at all, without that prefix. kNotFound for a missing
/// tensor, kCorrupt for an unexpected or misshapen one, naming file and tensor. A tied model may
/// carry lm_head.weight if it equals the embedding byte for byte.
Result<TensorMap> MapTensors(const format::ModelConfig& config, const Checkpoint& checkpoint);

}  // namespace gram::convert

#endif  // GRAM_TOOLS_CONVERT_TENSOR_MAP_H_
