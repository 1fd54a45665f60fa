// TDPBF16PS on tiles that stay where they are.
#include "engine/diagnostics/peak/loops.h"
#include "engine/kernels/amx_bf16/tiles.h"
#include "engine/kernels/tiles/multiply.h"

namespace gram::diagnostics::peak {

double AmxBf16(size_t rounds, float* sink) {
  using namespace kernels::tiles;
  using Tiles = kernels::amx_bf16::Tiles;
  const Tiles::Session session;
  alignas(64) float factors[kTileRows * kTileRows];
  for (float& factor : factors) factor = *sink;
  ZeroSums<Tiles, true>();
  Tiles::Load<4>(reinterpret_cast<const unsigned char*>(factors), kRowBytes);
  Tiles::Load<5>(reinterpret_cast<const unsigned char*>(factors), kRowBytes);
  for (size_t round = 0; round < rounds; ++round) {
    Tiles::Dot<0, 4, 5>();
    Tiles::Dot<1, 4, 5>();
    Tiles::Dot<2, 4, 5>();
    Tiles::Dot<3, 4, 5>();
  }
  alignas(64) float sums[4 * kTileRows * kTileRows];
  StoreSums<Tiles, true>({sums, kRowBytes, kTileBytes, 2 * kTileBytes});
  for (size_t tile = 0; tile < 4; ++tile) *sink += sums[tile * kTileRows * kTileRows];
  return static_cast<double>(rounds) * 4 * kTileRows * kTileRows * kStepInputs * 2;
}

}  // namespace gram::diagnostics::peak
