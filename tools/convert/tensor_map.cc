#include "tools/convert/tensor_map.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <string_view>
#include <utility>

namespace gram::convert {
namespace {

using format::TensorRole;
using format::TensorSpec;

constexpr std::string_view kPrefix = "model.";
constexpr char kHead[] = "lm_head.weight";
constexpr uint64_t kCompareBytes = uint64_t{1} << 20;

std::vector<uint64_t> ExpectedShape(const TensorSpec& spec) {
  if (spec.role == TensorRole::kVector) return {spec.cols};
  return {spec.rows / spec.parts.size(), spec.cols};
}

// A bare Qwen3Model saves its tensors without the prefix that Qwen3ForCausalLM puts before them.
bool HasPrefixedNames(const Checkpoint& checkpoint) {
  const auto first = checkpoint.tensors().lower_bound(kPrefix);
  return first != checkpoint.tensors().end() && first->first.starts_with(kPrefix);
}

Result<TensorRef> FindPart(const Checkpoint& checkpoint, const std::string& name,
                           const std::vector<uint64_t>& shape) {
  const TensorRef part = checkpoint.Find(name);
  if (part.file == nullptr) {
    return NotFound(checkpoint.listing() + ": tensor " + name + " is missing");
  }
  if (part.tensor->shape != shape) {
    return Corrupt(part.Where() + ": shape " + ShapeText(part.tensor->shape) +
                   ", config.json asks for " + ShapeText(shape));
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

Result<TensorMap> MapTensors(const format::ModelConfig& config, const Checkpoint& checkpoint) {
  const bool prefixed = HasPrefixedNames(checkpoint);
  std::set<std::string, std::less<>> used;
  TensorMap map;
  for (const TensorSpec& spec : format::TensorTable(config)) {
    std::vector<TensorRef>& parts = map.emplace_back();
    for (std::string name : spec.parts) {
      if (!prefixed && name.starts_with(kPrefix)) name.erase(0, kPrefix.size());
      GRAM_ASSIGN_OR_RETURN(const TensorRef part, FindPart(checkpoint, name, ExpectedShape(spec)));
      parts.push_back(part);
      used.insert(std::move(name));
    }
  }
  for (const auto& [name, ref] : checkpoint.tensors()) {
    if (used.contains(name)) continue;
    if (config.tied_embeddings && name == kHead) {
      GRAM_RETURN_IF_ERROR(CheckRedundantHead(ref, map[0][0]));
      continue;
    }
    return Corrupt(ref.Where() + ": unexpected; " + format::ArchitectureName(config.architecture) +
                   " with this config.json has no such tensor");
  }
  return map;
}

}  // namespace gram::convert
