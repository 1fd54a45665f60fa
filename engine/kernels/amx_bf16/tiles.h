// AMX's tile registers: the tile type of tiles/multiply.h.
//
// In assembly rather than intrinsics: those of GCC 12 take a tile's number as text, which a
// template has not, and tell the compiler nothing of the memory that they read and write, so that
// it drops the stores before them.
#ifndef GRAM_ENGINE_KERNELS_AMX_BF16_TILES_H_
#define GRAM_ENGINE_KERNELS_AMX_BF16_TILES_H_

#include <cstddef>
#include <cstdint>

namespace gram::kernels::amx_bf16 {
namespace {

struct Tiles {
  /// Configures this thread's tiles, all of 16 rows x 64 bytes, and releases them: a thread that
  /// holds tiles makes the system save 8 KB at every switch.
  class Session {
   public:
    Session() {
      // Palette 1, bytes a row and rows of each tile, as LDTILECFG reads them.
      alignas(64) unsigned char config[64] = {1};
      for (size_t tile = 0; tile < 8; ++tile) {
        config[16 + 2 * tile] = 64;
        config[48 + tile] = 16;
      }
      __asm__ volatile("ldtilecfg %0" ::"m"(config) : "memory");
    }
    ~Session() { __asm__ volatile("tilerelease" ::: "memory"); }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
  };

  template <int kTile>
  static void Zero() {
    __asm__ volatile("tilezero %%tmm%c0" ::"i"(kTile));
  }
  template <int kTile>
  static void Load(const unsigned char* from, size_t stride) {
    __asm__ volatile("tileloadd (%1,%2,1), %%tmm%c0" ::"i"(kTile), "r"(from), "r"(stride)
                     : "memory");
  }
  template <int kTile>
  static void Store(unsigned char* to, size_t stride) {
    __asm__ volatile("tilestored %%tmm%c0, (%1,%2,1)" ::"i"(kTile), "r"(to), "r"(stride)
                     : "memory");
  }
  template <int kC, int kA, int kB>
  static void Dot() {
    __asm__ volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" ::"i"(kC), "i"(kA), "i"(kB));
  }
};

}  // namespace
}  // namespace gram::kernels::amx_bf16

#endif  // GRAM_ENGINE_KERNELS_AMX_BF16_TILES_H_
