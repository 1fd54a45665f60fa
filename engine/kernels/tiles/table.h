// The kernel table of a type of tiles, a vector type and a blocking: bf16 activations, products and
// attention on tiles, everything else with vectors.
#ifndef GRAM_ENGINE_KERNELS_TILES_TABLE_H_
#define GRAM_ENGINE_KERNELS_TILES_TABLE_H_

#include "engine/kernels/tiles/attention.h"
#include "engine/kernels/tiles/blocking.h"
#include "engine/kernels/tiles/multiply.h"
#include "engine/kernels/vector/table.h"

namespace gram::kernels::tiles {
namespace {

template <class Tiles, class V, Blocking kBlocking>
constexpr KernelTable TableOf(const char* isa) {
  using Bf16 = vector_bf16::Bf16Activation<V>;
  KernelTable table = vector::TableOf<V>(isa);
  table.activations = DType::kBf16;
  table.rms_norm = vector::RmsNorm<Bf16>;
  table.to_activation = vector::ToActivation<Bf16>;
  table.panels = true;
  static_assert(kBlocking.chunk_rows % kPairRows == 0 && kBlocking.query_rows % kPairRows == 0);
  static_assert(FitsScratch(kBlocking.query_rows));
  table.chunk_rows = kBlocking.chunk_rows;
  table.query_rows = kBlocking.query_rows;
  table.multiply_blocks = kBlocking.blocks_at_a_time;
  table.multiply_rows = kPairRows;
  table.attention = Attention<Tiles, V>;
  table.multiply = Multiply<Tiles, V, kBlocking.steps_at_a_time>;
  return table;
}

}  // namespace
}  // namespace gram::kernels::tiles

#endif  // GRAM_ENGINE_KERNELS_TILES_TABLE_H_
