// A Hugging Face folder: its config.json, its weights in one safetensors file or the shards that an
// index names, and which of them make each tensor of the packed file.
#ifndef GRAM_TOOLS_CONVERT_CHECKPOINT_H_
#define GRAM_TOOLS_CONVERT_CHECKPOINT_H_

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/format/model_config.h"
#include "tools/convert/safetensors.h"

namespace gram::convert {

/// The config.json at `path`, as older and newer versions of transformers write it, of one of the
/// families of family.h. kUnsupported names every setting that would change the computation in a
/// way that is not computed here (another architecture, biases, kinds of RoPE scaling,
/// quantization, code of its own); kCorrupt names a missing or ill-typed
/// field; kNotFound, kIo, kOutOfMemory. `notes`, where given, receives a line for each setting that
/// is unknown here.
Result<format::ModelDescription> ReadHfConfig(const std::string& path,
                                              std::vector<std::string>* notes = nullptr);

/// The same for the text of a config.json; `where` names it in messages.
Result<format::ModelDescription> ParseHfConfig(std::string_view json, const std::string& where,
                                               std::vector<std::string>* notes = nullptr);

/// One tensor of a checkpoint and the file that holds it; both belong to the Checkpoint.
struct TensorRef {
  const SafetensorsFile* file = nullptr;
  const SourceTensor* tensor = nullptr;

  /// "FILE: tensor NAME", for messages.
  std::string Where() const;
};

class Checkpoint {
 public:
  /// Opens model.safetensors, or model.safetensors.index.json and every shard it names. Index and
  /// shards must agree on which tensor is where. Errors: kNotFound, kIo, kCorrupt, kUnsupported,
  /// kOutOfMemory, naming file and tensor; kInvalidArgument where both forms are present.
  static Result<Checkpoint> Open(const std::string& folder);

  /// The tensor called `name`; kNotFound where there is none.
  Result<TensorRef> Find(std::string_view name) const;

  /// Every tensor by name.
  const std::map<std::string, TensorRef, std::less<>>& tensors() const { return tensors_; }

  /// The file that lists all tensors: the single safetensors file, or the index.
  const std::string& listing() const { return listing_; }

  /// kCorrupt naming a file of weights that was changed since Open. kIo.
  Status CheckUnchanged() const;

  /// Every file that was opened.
  std::vector<std::string> files() const;

 private:
  Status OpenShards(const std::string& folder);

  std::string listing_;
  std::vector<SafetensorsFile> files_;
  std::map<std::string, TensorRef, std::less<>> tensors_;
};

/// A run of a tensor's elements, as they lie in the checkpoint.
struct ElementRun {
  TensorRef ref;
  uint64_t first;  ///< element
  uint64_t count;
};

/// What makes one tensor of the packed file: its elements are those of the runs, one after the
/// other, plus `add`.
struct TensorSource {
  std::vector<ElementRun> runs;
  float add = 0;  ///< 1 for the norms of a model that multiplies by 1 + weight
};

/// One entry per TensorSpec of format::TensorTable(model), in order. Refers to the Checkpoint.
using TensorMap = std::vector<TensorSource>;

/// Finds every part (tensor_parts.h) in `checkpoint`, under its full name or, where the checkpoint
/// has no "model." names at all, without that prefix. kNotFound for a missing tensor, kCorrupt for
/// an unexpected or misshapen one, naming file and tensor; kIo. A tied model may carry
/// lm_head.weight if it equals the embedding byte for byte. `notes` receives a line for a tensor
/// that is there and has no part in the model.
Result<TensorMap> MapTensors(const format::ModelDescription& model,
                             std::span<const int32_t> readout_tokens, const Checkpoint& checkpoint,
                             std::vector<std::string>* notes = nullptr);

}  // namespace gram::convert

#endif  // GRAM_TOOLS_CONVERT_CHECKPOINT_H_
