// Which kernel table runs: chosen by name or as the fastest the CPU and the weights allow.
#ifndef GRAM_ENGINE_KERNELS_DISPATCH_H_
#define GRAM_ENGINE_KERNELS_DISPATCH_H_

#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/kernels/kernel_table.h"

namespace gram::kernels {

/// Tables that this build has and this CPU can run, fastest first; the last is always scalar.
std::vector<const KernelTable*> AvailableTables();

/// The table named `isa`, or for "auto" the fastest. `bf16_weights`: the model's matrices are bf16;
/// a table with bf16 activations suits only such a model. Errors: kInvalidArgument for a name
/// nobody knows, kUnsupported for one that this CPU or model cannot run, naming what can.
Result<const KernelTable*> Resolve(const std::string& isa, bool bf16_weights);

}  // namespace gram::kernels

#endif  // GRAM_ENGINE_KERNELS_DISPATCH_H_
