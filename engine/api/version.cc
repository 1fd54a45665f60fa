#include "gram/version.h"

#include "engine/ops/backend.h"

namespace gram {

std::string Version() { return GRAM_VERSION; }

std::vector<std::string> KnownIsas() {
  std::vector<std::string> names;
  for (const ops::Backend& backend : ops::AllBackends()) names.emplace_back(backend.name);
  return names;
}

std::vector<std::string> AvailableIsas() {
  std::vector<std::string> names;
  for (const ops::Backend* backend : ops::AvailableBackends()) names.emplace_back(backend->name);
  return names;
}

std::string CpuFeatureText() { return Describe(DetectCpuFeatures()); }

std::string AutoIsa(bool bf16_weights) {
  // The reference suits every model and CPU, so there always is one.
  return ops::ChooseBackend("auto", bf16_weights ? DType::kBf16 : DType::kF32).value()->name;
}

}  // namespace gram
