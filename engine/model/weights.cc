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
  LayerWeights Layer(const format::ModelConfig& config, const std::string& prefix) {
    const auto vector = [&](const char* name, bool there = true) {
      return there ? Vector(prefix + name) : nullptr;
    };
    return {.attn_norm = vector("attn_norm"),
            .q = Matrix(prefix + "attn.q"),
            .kv = Matrix(prefix + "attn.kv"),
            .q_bias = vector("attn.q_bias", config.qkv_bias),
            .kv_bias = vector("attn.kv_bias", config.qkv_bias),
            .q_norm = vector("attn.q_norm", config.qk_norm),
            .k_norm = vector("attn.k_norm", config.qk_norm),
            .o = Matrix(prefix + "attn.o"),
            .attn_out_norm = vector("attn_out_norm", config.branch_norms),
            .mlp_norm = vector("mlp_norm"),
            .gate = Matrix(prefix + "mlp.gate"),
            .up = Matrix(prefix + "mlp.up"),
            .down = Matrix(prefix + "mlp.down"),
            .mlp_out_norm = vector("mlp_out_norm", config.branch_norms)};
  }
  HeadWeights Head(const format::ModelDescription& model) {
    switch (model.readout.head) {
      case format::HeadKind::kLmHead:
        return {.rows = Rows(model.config.tie_word_embeddings ? "embed" : "lm_head")};
      case format::HeadKind::kRows:
        return {.rows = Rows("score")};
      case format::HeadKind::kMlp:
        return {.rows = Rows("score.0"),
                .bias = Vector("score.0_bias"),
                .second = Rows("score.2"),
                .second_bias = Vector("score.2_bias")};
    }
    return {};
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
  for (uint32_t i = 0; i < weights.config.num_hidden_layers; ++i) {
    weights.layers.push_back(viewer.Layer(weights.config, "layers." + std::to_string(i) + "."));
    if (weights.config.sliding_layers[i]) weights.layers[i].window = weights.config.sliding_window;
  }
  weights.final_norm = viewer.Vector("final_norm");
  weights.head = viewer.Head(file.model());
  weights.dtype = file.weight_dtype();
  GRAM_RETURN_IF_ERROR(viewer.status());
  return weights;
}

}  // namespace gram::model
