// The backends of this build, for tests that hold on every one of them.
#ifndef GRAM_TESTS_TESTING_BACKENDS_H_
#define GRAM_TESTS_TESTING_BACKENDS_H_

#include <algorithm>
#include <string>
#include <vector>

#include "engine/ops/backend.h"

namespace gram::testing {

/// The names of all entries that this build has kernels for. A test over them skips those that this
/// CPU lacks, with the reason that ChooseBackend gives.
inline std::vector<std::string> BackendNames() {
  std::vector<std::string> names;
  for (const ops::Backend& backend : ops::AllBackends()) {
    if (backend.kernels != nullptr) names.emplace_back(backend.name);
  }
  return names;
}

/// Those whose kernel table no entry before them has.
inline std::vector<std::string> KernelNames() {
  std::vector<std::string> names;
  std::vector<const kernels::KernelTable*> seen;
  for (const ops::Backend& backend : ops::AllBackends()) {
    const bool known = std::find(seen.begin(), seen.end(), backend.kernels) != seen.end();
    if (known || backend.kernels == nullptr) continue;
    seen.push_back(backend.kernels);
    names.emplace_back(backend.name);
  }
  return names;
}

/// Whether a backend of this build rounds activations to bf16.
inline bool HasBf16Activations(const std::string& name) {
  for (const ops::Backend& backend : ops::AllBackends()) {
    if (name == backend.name) return backend.kernels->activations == DType::kBf16;
  }
  return false;
}

}  // namespace gram::testing

#endif  // GRAM_TESTS_TESTING_BACKENDS_H_
