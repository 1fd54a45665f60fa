#include "engine/model/weights.h"

#include <string>

#include "engine/base/check.h"

namespace gram::model {
namespace {

using format::DType;
using format::PackedFile;

gemm::PackedWeight Matrix(const PackedFile& file, const std::string& name) {
  const format::TensorEntry& tensor = file.tensor(name);
  const auto type = tensor.dtype == DType::kBf16 ? gemm::WeightType::kBf16 : gemm::WeightType::kF32;
  const gemm::PackedWeight weight{tensor.data.data(), tensor.rows, tensor.cols, type};
  GRAM_DCHECK(weight.bytes() == tensor.data.size());
  return weight;
}

ops::RowTable Rows(const PackedFile& file, const std::string& name) {
  const format::TensorEntry& tensor = file.tensor(name);
  return {tensor.data.data(), tensor.rows, tensor.cols, tensor.dtype == DType::kBf16};
}

const float* Vector(const PackedFile& file, const std::string& name) {
  return reinterpret_cast<const float*>(file.tensor(name).data.data());
}

LayerWeights Layer(const PackedFile& file, const std::string& prefix) {
  return {.attn_norm = Vector(file, prefix + "attn_norm"),
          .q = Matrix(file, prefix + "attn.q"),
          .kv = Matrix(file, prefix + "attn.kv"),
          .q_norm = Vector(file, prefix + "attn.q_norm"),
          .k_norm = Vector(file, prefix + "attn.k_norm"),
          .o = Matrix(file, prefix + "attn.o"),
          .mlp_norm = Vector(file, prefix + "mlp_norm"),
          .gate = Matrix(file, prefix + "mlp.gate"),
          .up = Matrix(file, prefix + "mlp.up"),
          .down = Matrix(file, prefix + "mlp.down")};
}

}  // namespace

Weights ViewWeights(const PackedFile& file) {
  Weights weights;
  weights.config = file.config();
  weights.embed = Rows(file, "embed");
  for (uint32_t i = 0; i < weights.config.layers; ++i) {
    weights.layers.push_back(Layer(file, "layers." + std::to_string(i) + "."));
  }
  weights.final_norm = Vector(file, "final_norm");
  weights.lm_head = weights.config.tied_embeddings ? weights.embed : Rows(file, "lm_head");
  weights.bf16_matrices = weights.layers.front().q.type == gemm::WeightType::kBf16;
  return weights;
}

}  // namespace gram::model
