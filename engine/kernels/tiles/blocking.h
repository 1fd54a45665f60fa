// How an entry with matrix tiles cuts its work: what is tuned for its caches. No bit of a result
// depends on it, since sums are taken in one order whatever the cut (docs/numerics.md).
#ifndef GRAM_ENGINE_KERNELS_TILES_BLOCKING_H_
#define GRAM_ENGINE_KERNELS_TILES_BLOCKING_H_

#include <cstddef>

namespace gram::kernels::tiles {

struct Blocking {
  size_t chunk_rows;        ///< KernelTable::chunk_rows: whole pairs of tiles
  size_t steps_at_a_time;   ///< 32 inputs each: a panel of A, and of B
  size_t blocks_at_a_time;  ///< of 64 outputs, which share a panel of A
  size_t query_rows;        ///< KernelTable::query_rows: whole pairs of tiles
};

}  // namespace gram::kernels::tiles

#endif  // GRAM_ENGINE_KERNELS_TILES_BLOCKING_H_
