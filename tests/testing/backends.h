// The backends of this build, for tests that hold on every one of them.
#ifndef GRAM_TESTS_TESTING_BACKENDS_H_
#define GRAM_TESTS_TESTING_BACKENDS_H_

#include <algorithm>
#include <string>
#include <vector>

#include "engine/ops/backend.h"
#include "tests/testing/emulated.h"
#include "tests/testing/software_tiles.h"

namespace gram::testing {

/// All entries that this build has kernels for, and the one whose tiles are software: not under an
/// emulator, where they would take minutes and be no other than elsewhere.
inline std::vector<const ops::Backend*> TestedBackends() {
  std::vector<const ops::Backend*> tested;
  if (!kEmulated) tested.push_back(&SoftwareTiles());
  for (const ops::Backend& backend : ops::AllBackends()) {
    if (backend.kernels != nullptr) tested.push_back(&backend);
  }
  return tested;
}

inline std::vector<std::string> TestedNames() {
  std::vector<std::string> names;
  for (const ops::Backend* backend : TestedBackends()) names.emplace_back(backend->name);
  return names;
}

/// Those of them that --isa takes.
inline std::vector<std::string> BackendNames() {
  std::vector<std::string> names = TestedNames();
  std::erase(names, SoftwareTiles().name);
  return names;
}

/// Tested backends whose kernel table no entry before them has.
inline std::vector<std::string> KernelNames() {
  std::vector<std::string> names;
  std::vector<const kernels::KernelTable*> seen;
  for (const ops::Backend* backend : TestedBackends()) {
    if (std::find(seen.begin(), seen.end(), backend->kernels) != seen.end()) continue;
    seen.push_back(backend->kernels);
    names.emplace_back(backend->name);
  }
  return names;
}

/// ops::ChooseBackend, which knows the one with software tiles too. A test skips what this CPU
/// lacks, with the reason that it gives.
inline Result<const ops::Backend*> FindBackend(const std::string& name, DType weights) {
  if (name == SoftwareTiles().name) return &SoftwareTiles();
  return ops::ChooseBackend(name, weights);
}

/// Whether a backend of this build rounds activations to bf16.
inline bool HasBf16Activations(const std::string& name) {
  for (const ops::Backend* backend : TestedBackends()) {
    if (name == backend->name) return backend->kernels->activations == DType::kBf16;
  }
  return false;
}

}  // namespace gram::testing

#endif  // GRAM_TESTS_TESTING_BACKENDS_H_
