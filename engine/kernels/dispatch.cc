#include "engine/kernels/dispatch.h"

#include <array>
#include <string_view>

#include "engine/base/cpu_features.h"

namespace gram::kernels {
namespace {

constexpr std::array<std::string_view, 6> kKnownNames = {"avx512_bf16", "avx512", "avx2",
                                                         "neon_bf16",   "neon",   "scalar"};

std::string Join(const std::vector<const KernelTable*>& tables) {
  std::string names;
  for (const KernelTable* table : tables)
    names += (names.empty() ? "" : ", ") + std::string(table->isa);
  return names;
}

}  // namespace

std::vector<const KernelTable*> AvailableTables() {
  std::vector<const KernelTable*> tables;
  [[maybe_unused]] const CpuFeatures cpu = DetectCpuFeatures();
#if defined(__x86_64__)
  if (cpu.avx512_bf16) tables.push_back(&kAvx512Bf16Table);
  if (cpu.avx512) tables.push_back(&kAvx512Table);
  if (cpu.avx2) tables.push_back(&kAvx2Table);
#elif defined(__aarch64__)
  if (cpu.neon_bf16) tables.push_back(&kNeonBf16Table);
  if (cpu.neon) tables.push_back(&kNeonTable);
#endif
  tables.push_back(&kScalarTable);
  return tables;
}

Result<const KernelTable*> Resolve(const std::string& isa, bool bf16_weights) {
  const std::vector<const KernelTable*> tables = AvailableTables();
  bool known = isa == "auto";
  for (const std::string_view name : kKnownNames) known = known || isa == name;
  if (!known) return InvalidArgument("unknown ISA '" + isa + "'; this CPU can run " + Join(tables));
  for (const KernelTable* table : tables) {
    const bool suits = bf16_weights || !table->bf16_activations;
    if (isa == "auto" ? suits : isa == table->isa) {
      if (suits) return table;
      return Unsupported(
          "ISA " + isa +
          " computes in bf16, but this model's weights are f32; use --isa auto, or convert "
          "the checkpoint with --dtype bf16");
    }
  }
  return Unsupported("ISA " + isa + " is not available: this CPU has " +
                     Describe(DetectCpuFeatures()) + " and can run " + Join(tables));
}

}  // namespace gram::kernels
