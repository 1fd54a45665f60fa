// The kernel table of a type of tiles and a vector type: bf16 activations, products and attention
// on tiles, everything else with vectors.
#ifndef GRAM_ENGINE_KERNELS_TILES_TABLE_H_
#define GRAM_ENGINE_KERNELS_TILES_TABLE_H_

#include "engine/kernels/tiles/attention.h"
#include "engine/kernels/tiles/multiply.h"
#include "engine/kernels/vector/table.h"

namespace gram::kernels::tiles {
namespace {

/// The machine's peak: products of tiles that stay where they are.
template <class Tiles, class V>
double MultiplyRegisters(size_t rounds, float* sink) {
  const typename Tiles::Session session;
  alignas(64) float sums[kTileRows * kTileRows];
  for (float& sum : sums) sum = *sink;
  Tiles::template Zero<0>();
  Tiles::template Zero<1>();
  Tiles::template Zero<2>();
  Tiles::template Zero<3>();
  const auto* a = reinterpret_cast<const unsigned char*>(sums);
  Tiles::template Load<4>(a, kRowBytes);
  Tiles::template Load<5>(a, kRowBytes);
  for (size_t round = 0; round < rounds; ++round) {
    Tiles::template Dot<0, 4, 5>();
    Tiles::template Dot<1, 4, 5>();
    Tiles::template Dot<2, 4, 5>();
    Tiles::template Dot<3, 4, 5>();
  }
  alignas(64) float all[4 * kTileRows * kTileRows];
  StoreSums<Tiles, true>({all, kRowBytes, kTileBytes, 2 * kTileBytes});
  for (size_t tile = 0; tile < 4; ++tile) *sink += all[tile * kTileRows * kTileRows];
  return static_cast<double>(rounds) * 4 * kTileRows * kTileRows * kStepInputs * 2;
}

template <class Tiles, class V>
constexpr KernelTable TableOf(const char* isa) {
  using Bf16 = vector_bf16::Bf16Activation<V>;
  KernelTable table = vector::TableOf<V>(isa);
  table.activations = DType::kBf16;
  table.rms_norm = vector::RmsNorm<Bf16>;
  table.to_activation = vector::ToActivation<Bf16>;
  table.panels = true;
  table.query_rows = kQueryRows;
  table.multiply_blocks = kBlocksAtATime;
  table.multiply_rows = kPairRows;
  table.attention = Attention<Tiles, V>;
  table.multiply = Multiply<Tiles, V>;
  table.multiply_registers = MultiplyRegisters<Tiles, V>;
  return table;
}

}  // namespace
}  // namespace gram::kernels::tiles

#endif  // GRAM_ENGINE_KERNELS_TILES_TABLE_H_
