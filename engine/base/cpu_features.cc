#include "engine/base/cpu_features.h"

#include <cerrno>
#include <system_error>

#if defined(__x86_64__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#elif defined(__aarch64__)
#include <sys/auxv.h>
#endif

namespace gram {

#if defined(__x86_64__)
namespace {

/// Whether the OS saves the tile registers: XCR0[17] and [18]. To be asked only where the CPU has
/// AVX, and so XGETBV.
bool SavesTiles() {
  constexpr unsigned kTiles = 1U << 17 | 1U << 18;
  unsigned low = 0, high = 0;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (low & kTiles) == kTiles;
}

/// The vendor's name, "GenuineIntel", is in EBX, EDX and ECX of CPUID.0.
bool IsIntel() {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  return __get_cpuid(0, &eax, &ebx, &ecx, &edx) != 0 && ebx == 0x756e6547 && edx == 0x49656e69 &&
         ecx == 0x6c65746e;
}

/// Linux lets a process use tiles once it has asked (arch_prctl(2), ARCH_REQ_XCOMP_PERM for the
/// tiles' data, state component 18): their 8 KB have to fit where signals save registers. For all
/// threads, and once: later calls only repeat the answer. The errno of a refusal, or 0.
int RefusalOfTiles() {
  constexpr long kRequestPermission = 0x1023;
  constexpr long kTileData = 18;
  static const int refusal =
      ::syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0 ? 0 : errno;
  return refusal;
}

}  // namespace
#endif

CpuFeatures DetectCpuFeatures() {
  CpuFeatures features;
#if defined(__x86_64__)
  // The compiler's own check covers CPUID and XCR0 (the OS saves the wide registers).
  __builtin_cpu_init();
  features.avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  features.avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                    __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  // AVX512_BF16 is CPUID.(7,1):EAX[5]; clang 14 does not know it by name.
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  features.avx512_bf16 = features.avx512 && __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) != 0 &&
                         ((eax >> 5) & 1U) != 0;
  // AMX_BF16 is CPUID.(7,0):EDX[22], AMX_TILE is EDX[24].
  constexpr unsigned kAmx = 1U << 22 | 1U << 24;
  const bool has_tiles = features.avx512_bf16 &&
                         __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0 &&
                         (edx & kAmx) == kAmx && SavesTiles();
  features.amx_refused = has_tiles ? RefusalOfTiles() : 0;
  features.amx_bf16 = has_tiles && features.amx_refused == 0;
  features.intel = IsIntel();
#elif defined(__aarch64__)
  features.neon = (::getauxval(AT_HWCAP) & HWCAP_ASIMD) != 0;
  features.neon_bf16 = features.neon && (::getauxval(AT_HWCAP2) & HWCAP2_BF16) != 0;
#endif
  return features;
}

std::string Describe(const CpuFeatures& features) {
  std::string text;
  const auto add = [&](bool has, const char* name) {
    if (has) text.append(text.empty() ? "" : " ").append(name);
  };
  add(features.avx2, "avx2");
  add(features.avx512, "avx512");
  add(features.avx512_bf16, "avx512_bf16");
  add(features.amx_bf16, "amx_bf16");
  if (features.amx_refused != 0) {
    const std::string why = std::generic_category().message(features.amx_refused);
    add(true, ("amx_bf16 (refused by the system: " + why + ")").c_str());
  }
  add(features.neon, "neon");
  add(features.neon_bf16, "neon_bf16");
  return text.empty() ? "no vector instructions beyond the baseline" : text;
}

}  // namespace gram
