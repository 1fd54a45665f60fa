#include "engine/ops/backend.h"

#include <algorithm>
#include <array>

#include "engine/ops/matmul.h"

namespace gram::ops {
namespace {

using kernels::KernelTable;

/// The kernels of the other kind of processor are not in a build: their entries are names alone.
#if defined(__x86_64__)
constexpr const KernelTable* kAmxBf16 = &kernels::kAmxBf16Table;
constexpr const KernelTable* kAvx512Bf16 = &kernels::kAvx512Bf16Table;
constexpr const KernelTable* kAvx512 = &kernels::kAvx512Table;
constexpr const KernelTable* kAvx2 = &kernels::kAvx2Table;
#else
constexpr const KernelTable* kAmxBf16 = nullptr;
constexpr const KernelTable* kAvx512Bf16 = nullptr;
constexpr const KernelTable* kAvx512 = nullptr;
constexpr const KernelTable* kAvx2 = nullptr;
#endif
#if defined(__aarch64__)
constexpr const KernelTable* kNeonBf16 = &kernels::kNeonBf16Table;
constexpr const KernelTable* kNeon = &kernels::kNeonTable;
#else
constexpr const KernelTable* kNeonBf16 = nullptr;
constexpr const KernelTable* kNeon = nullptr;
#endif

Result<std::unique_ptr<gemm::MatMul>> Own(const KernelTable* kernels, const ExecContext& ctx) {
  return MakeKernelMatMul(kernels, ctx);
}
Result<std::unique_ptr<gemm::MatMul>> OneDnn(const KernelTable*, const ExecContext& ctx) {
  return gemm::MakeOneDnnMatMul(ctx);
}
Result<std::unique_ptr<gemm::MatMul>> Eigen(const KernelTable*, const ExecContext& ctx) {
  return gemm::MakeEigenMatMul(ctx);
}

constexpr std::array<Backend, 8> kBackends = {{
    {"amx_bf16", [](const CpuFeatures& cpu) { return cpu.amx_bf16; }, kAmxBf16, Own},
    // Intel's dot product of bf16 pairs runs at half the rate of its f32 multiply-adds: there
    // avx512 is faster, and rounds less.
    {"avx512_bf16", [](const CpuFeatures& cpu) { return cpu.avx512_bf16; }, kAvx512Bf16, Own,
     /*for_auto=*/[](const CpuFeatures& cpu) { return !cpu.intel; }},
    {"avx512", [](const CpuFeatures& cpu) { return cpu.avx512; }, kAvx512, Own},
    {"avx2", [](const CpuFeatures& cpu) { return cpu.avx2; }, kAvx2, Own},
    {"neon_bf16", [](const CpuFeatures& cpu) { return cpu.neon_bf16; }, kNeonBf16, Own},
    {"neon", [](const CpuFeatures& cpu) { return cpu.neon; }, kNeon, Own},
    // On AMX tiles where the CPU has them. Our own products are as fast everywhere.
    {"onednn_bf16", [](const CpuFeatures& cpu) { return cpu.avx512_bf16; }, kAvx512Bf16, OneDnn,
     /*for_auto=*/[](const CpuFeatures&) { return false; }},
    {"scalar", [](const CpuFeatures&) { return true; }, &kernels::kScalarTable, Eigen},
}};

std::string Names(const std::vector<const Backend*>& backends) {
  std::string names;
  for (const Backend* backend : backends) {
    names.append(names.empty() ? "" : ", ").append(backend->name);
  }
  return names;
}

}  // namespace

std::span<const Backend> AllBackends() { return kBackends; }

const Backend& ReferenceBackend() { return kBackends.back(); }

std::vector<const Backend*> AvailableBackends(const CpuFeatures& cpu) {
  std::vector<const Backend*> available;
  for (const Backend& backend : kBackends) {
    if (backend.kernels != nullptr && backend.cpu_suits(cpu)) available.push_back(&backend);
  }
  return available;
}

Result<const Backend*> ChooseBackend(const std::string& name, DType weights,
                                     const CpuFeatures& cpu) {
  const std::vector<const Backend*> available = AvailableBackends(cpu);
  if (name == "auto") {
    return *std::find_if(available.begin(), available.end(), [&](const Backend* backend) {
      return backend->for_auto(cpu) && backend->Suits(weights);
    });
  }
  const auto called = [&](const Backend& backend) { return name == backend.name; };
  const auto found = std::find_if(kBackends.begin(), kBackends.end(), called);
  if (found == kBackends.end()) {
    return InvalidArgument("unknown ISA '" + name + "'; this CPU can run " + Names(available));
  }
  if (std::find(available.begin(), available.end(), &*found) == available.end()) {
    return Unsupported("ISA " + name + " is not available: this CPU has " + Describe(cpu) +
                       " and can run " + Names(available));
  }
  if (found->Suits(weights)) return &*found;
  return Unsupported("ISA " + name +
                     " computes in bf16, but this model's weights are f32; use --isa auto, or "
                     "convert the checkpoint with --dtype bf16");
}

}  // namespace gram::ops
