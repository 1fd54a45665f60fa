#include "tools/convert/checkpoint.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <span>
#include <utility>

#include "engine/base/files.h"
#include "tools/convert/family.h"
#include "tools/convert/json.h"
#include "tools/convert/source.h"
#include "tools/convert/tensor_parts.h"

namespace gram::convert {
namespace {

constexpr size_t kLargestIndex = 100'000'000;  // bytes

using WeightMap = std::map<std::string, std::string, std::less<>>;  // tensor -> shard

// A shard lies beside its index: a path could reach any file of the machine.
bool IsPlainFileName(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && Printable(name) == name &&
         name.find('/') == std::string_view::npos;
}

Result<WeightMap> ReadIndex(const std::string& path) {
  GRAM_ASSIGN_OR_RETURN(const std::string text, ReadWholeFile(path, kLargestIndex));
  GRAM_ASSIGN_OR_RETURN(const JsonObject index, ParseJsonObject(text, path));
  simdjson::dom::object entries;
  if (index.root["weight_map"].get(entries) != simdjson::SUCCESS) {
    return Corrupt(path + ": weight_map is missing or not an object");
  }
  GRAM_RETURN_IF_ERROR(CheckKeysAreUnique(entries, path + ": weight_map"));
  WeightMap map;
  for (const auto& [name, value] : entries) {
    const std::string where = path + ": tensor " + Printable(name);
    std::string_view shard;
    if (value.get(shard) != simdjson::SUCCESS) return Corrupt(where + ": its file is not a string");
    if (!IsPlainFileName(shard)) {
      return Corrupt(where + ": '" + Printable(shard) +
                     "' is not a plain file name; shards must be in the folder of their index");
    }
    if (Printable(name) != name) {
      return Corrupt(where + ": the name is too long or holds control characters");
    }
    map.emplace(name, shard);
  }
  if (map.empty()) return Corrupt(path + ": weight_map is empty");
  return map;
}

constexpr std::string_view kPrefix = "model.";
constexpr char kHead[] = "lm_head.weight";
constexpr uint64_t kCompareBytes = uint64_t{1} << 20;

// A bare model saves its tensors without the prefix that a class with a head puts before them.
bool HasPrefixedNames(const Checkpoint& checkpoint) {
  const auto first = checkpoint.tensors().lower_bound(kPrefix);
  return first != checkpoint.tensors().end() && first->first.starts_with(kPrefix);
}

Result<TensorRef> FindPart(const Checkpoint& checkpoint, const std::string& name,
                           const std::vector<uint64_t>& shape) {
  GRAM_ASSIGN_OR_RETURN(const TensorRef part, checkpoint.Find(name));
  if (part.tensor->shape != shape) {
    return Corrupt(part.Where() + ": shape " + ShapeText(part.tensor->shape) +
                   ", but config.json asks for " + ShapeText(shape));
  }
  return part;
}

Result<bool> SameBytes(const TensorRef& a, const TensorRef& b) {
  if (a.tensor->dtype != b.tensor->dtype || a.tensor->shape != b.tensor->shape) return false;
  std::vector<std::byte> bytes_a(std::min(kCompareBytes, a.tensor->bytes));
  std::vector<std::byte> bytes_b(bytes_a.size());
  for (uint64_t begin = 0; begin < a.tensor->bytes; begin += kCompareBytes) {
    const size_t count = std::min(kCompareBytes, a.tensor->bytes - begin);
    GRAM_RETURN_IF_ERROR(a.file->Read(*a.tensor, begin, std::span(bytes_a).first(count)));
    GRAM_RETURN_IF_ERROR(b.file->Read(*b.tensor, begin, std::span(bytes_b).first(count)));
    if (std::memcmp(bytes_a.data(), bytes_b.data(), count) != 0) return false;
  }
  return true;
}

// Tied checkpoints in the wild often hold the embedding a second time.
Status CheckRedundantHead(const TensorRef& head, const TensorRef& embedding) {
  GRAM_ASSIGN_OR_RETURN(const bool same, SameBytes(head, embedding));
  if (same) return {};
  return Corrupt(head.Where() + ": differs from " + embedding.tensor->name +
                 ", though config.json says tie_word_embeddings");
}

}  // namespace

std::string TensorRef::Where() const { return file->path() + ": tensor " + tensor->name; }

Result<Checkpoint> Checkpoint::Open(const std::string& folder) {
  const std::string single = folder + "/model.safetensors";
  const std::string index = folder + "/model.safetensors.index.json";
  Checkpoint checkpoint;
  const bool has_single = Exists(single);
  const bool has_index = Exists(index);
  if (has_single && has_index) {
    return InvalidArgument(folder +
                           ": both model.safetensors and model.safetensors.index.json are "
                           "there; remove the wrong one");
  }
  if (!has_single && !has_index) {
    return NotFound(folder +
                    ": neither model.safetensors nor model.safetensors.index.json is there");
  }
  checkpoint.listing_ = has_single ? single : index;
  if (has_index) {
    GRAM_RETURN_IF_ERROR(checkpoint.OpenShards(folder));
  } else {
    GRAM_ASSIGN_OR_RETURN(SafetensorsFile file, SafetensorsFile::Open(single));
    checkpoint.files_.push_back(std::move(file));
  }
  for (const SafetensorsFile& file : checkpoint.files_) {
    for (const SourceTensor& tensor : file.tensors()) {
      checkpoint.tensors_[tensor.name] = {&file, &tensor};
    }
  }
  return checkpoint;
}

// Index and shards are compared both ways, so afterwards no name can be in two shards.
Status Checkpoint::OpenShards(const std::string& folder) {
  GRAM_ASSIGN_OR_RETURN(const WeightMap map, ReadIndex(listing_));
  std::set<std::string> shards;
  for (const auto& [name, shard] : map) shards.insert(shard);
  std::set<std::pair<std::string, std::string>> found;  // tensor, shard
  for (const std::string& shard : shards) {
    auto file = SafetensorsFile::Open(folder + "/" + shard);
    if (!file.ok()) return Annotate(file.status(), listing_ + " names " + shard);
    for (const SourceTensor& tensor : file->tensors()) {
      const auto entry = map.find(tensor.name);
      if (entry == map.end() || entry->second != shard) {
        return Corrupt(file->path() + ": tensor " + tensor.name + ": the index " + listing_ +
                       (entry == map.end() ? " does not list it" : " has it in " + entry->second));
      }
      found.emplace(tensor.name, shard);
    }
    files_.push_back(std::move(*file));
  }
  for (const auto& [name, shard] : map) {
    if (!found.contains({name, shard})) {
      return Corrupt(folder + "/" + shard + ": tensor " + name +
                     " is missing, though the index says it is here");
    }
  }
  return {};
}

Result<TensorRef> Checkpoint::Find(std::string_view name) const {
  const auto found = tensors_.find(name);
  if (found != tensors_.end()) return found->second;
  return NotFound(listing_ + ": tensor " + std::string(name) + " is missing");
}

Status Checkpoint::CheckUnchanged() const {
  for (const SafetensorsFile& file : files_) GRAM_RETURN_IF_ERROR(file.CheckUnchanged());
  return {};
}

std::vector<std::string> Checkpoint::files() const {
  std::vector<std::string> paths = {listing_};
  for (const SafetensorsFile& file : files_) paths.push_back(file.path());
  return paths;
}

namespace {

/// Looks the parts of a model up in its checkpoint, and keeps account of what was used.
class Mapper {
 public:
  Mapper(const Checkpoint& checkpoint, const Family& family, const format::ModelDescription& model)
      : checkpoint_(checkpoint),
        family_(family),
        model_(model),
        prefixed_(HasPrefixedNames(checkpoint)) {}

  Result<TensorSource> Find(const format::TensorSpec& spec, std::span<const int32_t> tokens) {
    TensorSource source;
    for (TensorPart& part : PartsOf(spec, family_, model_, tokens)) {
      if (!prefixed_ && part.name.starts_with(kPrefix)) part.name.erase(0, kPrefix.size());
      GRAM_ASSIGN_OR_RETURN(const TensorRef ref, FindPart(checkpoint_, part.name, part.shape));
      const uint64_t width = part.shape.size() == 2 ? part.shape[1] : 1;
      source.runs.push_back({ref, part.first_row * width, part.rows * width});
      used_.insert(std::move(part.name));
    }
    const bool norm = spec.role == format::TensorRole::kVector && spec.name.ends_with("norm");
    if (norm && model_.config.norm_plus_one) source.add = 1;
    return source;
  }

  /// The tensors that no part named.
  Status CheckRest(const TensorMap& map, std::vector<std::string>* notes) const {
    for (const auto& [name, ref] : checkpoint_.tensors()) {
      if (used_.contains(name) || IsDerived(name)) continue;
      if (name == kHead && model_.config.tie_word_embeddings) {
        GRAM_RETURN_IF_ERROR(CheckRedundantHead(ref, map[0].runs[0].ref));
      } else if (name == kHead && model_.readout.gives_reward()) {
        if (notes != nullptr)
          notes->push_back(ref.Where() + ": not read; a reward has its own head");
      } else {
        return Corrupt(ref.Where() + ": unexpected; " + model_.config.architecture +
                       " with this config.json has no such tensor");
      }
    }
    return {};
  }

 private:
  const Checkpoint& checkpoint_;
  const Family& family_;
  const format::ModelDescription& model_;
  bool prefixed_;
  std::set<std::string, std::less<>> used_;
};

}  // namespace

Result<TensorMap> MapTensors(const format::ModelDescription& model,
                             std::span<const int32_t> readout_tokens, const Checkpoint& checkpoint,
                             std::vector<std::string>* notes) {
  const Family* family = FindFamily(model.config.architecture);
  GRAM_DCHECK(family != nullptr);
  Mapper mapper(checkpoint, *family, model);
  TensorMap map;
  for (const format::TensorSpec& spec : format::TensorTable(model)) {
    GRAM_ASSIGN_OR_RETURN(TensorSource source, mapper.Find(spec, readout_tokens));
    map.push_back(std::move(source));
  }
  GRAM_RETURN_IF_ERROR(mapper.CheckRest(map, notes));
  return map;
}

}  // namespace gram::convert
