// What a forward pass can run on: one ordered list, from which one entry is taken by name or as the
// first that fits. Nothing else chooses.
#ifndef GRAM_ENGINE_OPS_BACKEND_H_
#define GRAM_ENGINE_OPS_BACKEND_H_

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/base/cpu_features.h"
#include "engine/base/status.h"
#include "engine/base/thread_pool.h"
#include "engine/gemm/matmul.h"
#include "engine/kernels/kernel_table.h"

namespace gram::ops {

/// The products with weights, on an engine's threads.
using MakeMatMul = Result<std::unique_ptr<gemm::MatMul>> (*)(const kernels::KernelTable* kernels,
                                                             const ExecContext& ctx);

/// One way of computing a forward pass. Two that may differ in a bit have different names: a name
/// is what --isa, manifests and the benchmark's report know of it.
struct Backend {
  const char* name;
  bool (*cpu_suits)(const CpuFeatures& cpu);
  /// Everything but the products, which take activations of its type; null: not in this build.
  const kernels::KernelTable* kernels;
  MakeMatMul make_matmul;
  /// Whether "auto" may take it on a CPU that suits it: not where a later entry is as fast. Decided
  /// by what the CPU says of itself, never by a stopwatch, which would decide about bits.
  bool (*for_auto)(const CpuFeatures& cpu) = [](const CpuFeatures&) { return true; };

  /// Activations in bf16 need weights in bf16: precision is never lowered in silence.
  bool Suits(DType weights) const {
    return weights == DType::kBf16 || kernels->activations == DType::kF32;
  }
};

/// All entries, best first; the last one is the reference, which runs everywhere.
std::span<const Backend> AllBackends();
const Backend& ReferenceBackend();

/// Those that this build has and a CPU can run, in the list's order.
std::vector<const Backend*> AvailableBackends(const CpuFeatures& cpu = DetectCpuFeatures());

/// The entry called `name`, or for "auto" the first that suits the CPU and the model, whose
/// matrices are of type `weights`. Errors: kInvalidArgument for a name that nobody knows,
/// kUnsupported for one that this CPU or model cannot run, naming what can.
Result<const Backend*> ChooseBackend(const std::string& name, DType weights,
                                     const CpuFeatures& cpu = DetectCpuFeatures());

}  // namespace gram::ops

#endif  // GRAM_ENGINE_OPS_BACKEND_H_
