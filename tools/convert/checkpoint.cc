#include "tools/convert/checkpoint.h"

#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "engine/base/files.h"
#include "tools/convert/json.h"

namespace gram::convert {
namespace {

constexpr size_t kLargestIndex = 100'000'000;  // bytes

using WeightMap = std::map<std::string, std::string, std::less<>>;  // tensor -> shard

bool Exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

// A shard lies beside its index: a path could reach any file of the machine.
bool IsPlainFileName(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && Printable(name) == name &&
         name.find('/') == std::string_view::npos;
}

Result<WeightMap> ReadIndex(const std::string& path) {
  GRAM_ASSIGN_OR_RETURN(const std::string text, ReadWholeFile(path, kLargestIndex));
  GRAM_ASSIGN_OR_RETURN(const JsonDocument index, ParseJsonObject(text, path));
  simdjson::dom::object entries;
  if (index.root["weight_map"].get(entries) != simdjson::SUCCESS) {
    return Corrupt(path + ": weight_map is missing or not an object");
  }
  GRAM_RETURN_IF_ERROR(CheckKeysAreUnique(entries, path + ": weight_map"));
  WeightMap map;
  for (const auto& [name, value] : entries) {
    const std::string where = path + ": tensor " + Printable(name);
    std::string_view shard;
    if (value.get(shard) != simdjson::SUCCESS) return Corrupt(where + ": its file is not a text");
    if (!IsPlainFileName(shard)) {
      return Corrupt(where + ": '" + Printable(shard) +
                     "' is not a plain file name; shards lie beside their index");
    }
    if (Printable(name) != name) {
      return Corrupt(where + ": the name is too long or holds control characters");
    }
    map.emplace(name, shard);
  }
  if (map.empty()) return Corrupt(path + ": weight_map is empty");
  return map;
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
                           "there; remove the one that is not meant");
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
                     " is missing, which the index says is here");
    }
  }
  return {};
}

TensorRef Checkpoint::Find(std::string_view name) const {
  const auto found = tensors_.find(name);
  return found == tensors_.end() ? TensorRef{} : found->second;
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

}  // namespace gram::convert
