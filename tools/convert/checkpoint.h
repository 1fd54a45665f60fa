// The weights of a Hugging Face folder: one safetensors file, or the shards that an index names.
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
#include "tools/convert/safetensors.h"

namespace gram::convert {

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
  /// naming file and tensor; kInvalidArgument where both forms are present.
  static Result<Checkpoint> Open(const std::string& folder);

  /// The tensor called `name`; its file is null where there is none.
  TensorRef Find(std::string_view name) const;

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

}  // namespace gram::convert

#endif  // GRAM_TOOLS_CONVERT_CHECKPOINT_H_
