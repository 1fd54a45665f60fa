#include "engine/model/weights.h"

#include <string>

#include "engine/base/status.h"

namespace gram::model {
namespace {

using format::PackedFile;

/// Looks tensors up by name, and keeps the error of the first that is not there.
class Viewer {
 public:
  explicit Viewer(const PackedFile& file) : file_(file) {}

  gemm::PackedWeight Matrix(const std::string& name) {
    const format::TensorEntry& tensor = Find(name);
    const gemm::PackedWeight weight{{tensor.rows, tensor.cols, tensor.dtype}, tensor.data.data()};
    GRAM_DCHECK(weight.bytes() == tensor.data.size());
    return weight;
  }
  ops::RowTable Rows(const std::string& name) {
    const format::TensorEntry& tensor = Find(name);
    return {tensor.data.data(), tensor.rows, tensor.cols, tensor.dtype};
  }
  const float* Vector(const std::string& name) {
    return reinterpret_cast<const float*>(Find(name).data.data());
  }
  LayerWeights Layer(const std::string& prefix) {
    return {.attn_norm = Vector(prefix + "attn_norm"),
            .q = Matrix(prefix + "attn.q"),
            .kv = Matrix(prefix + "attn.kv"),
            .q_norm = Vector(prefix + "attn.q_norm"),
            .k_norm = Vector(prefix + "attn.k_norm"),
            .o = Matrix(prefix + "attn.o"),
            .mlp_norm = Vector(prefix + "mlp_norm"),
            .gate = Matrix(prefix + "mlp.gate"),
            .up = Matrix(prefix + "mlp.up"),
            .down = Matrix(prefix + "mlp.down")};
  }
  const Status& status() const { return status_; }

 private:
  const format::TensorEntry& Find(const std::string& name) {
    static const format::TensorEntry kNone{};
    const Result<const format::TensorEntry*> found = file_.Tensor(name);
    if (found.ok()) return **found;
    if (status_.ok()) status_ = found.status();
    return kNone;
  }

  const PackedFile& file_;
  Status status_;
};

}  // namespace

Result<Weights> ViewWeights(const PackedFile& file) {
  Viewer viewer(file);
  Weights weights;
  weights.config = file.config();
  weights.embed = viewer.Rows("embed");
  for (uint32_t i = 0; i < weights.config.layers; ++i) {
    weights.layers.push_back(viewer.Layer("layers." + std::to_string(i) + "."));
  }
  weights.final_norm = viewer.Vector("final_norm");
  weights.lm_head = weights.config.tied_embeddings ? weights.embed : viewer.Rows("lm_head");
  weights.dtype = file.weight_dtype();
  GRAM_RETURN_IF_ERROR(viewer.status());
  return weights;
}

}  // namespace gram::model
