// How products and attention are cut on CPUs with AMX: measured on Granite Rapids, of which a core
// has 48 KB of first-level and 2 MB of second-level cache (docs/performance.md).
#ifndef GRAM_ENGINE_KERNELS_AMX_BF16_BLOCKING_H_
#define GRAM_ENGINE_KERNELS_AMX_BF16_BLOCKING_H_

#include "engine/kernels/tiles/blocking.h"

namespace gram::kernels::amx_bf16 {
namespace {

constexpr tiles::Blocking kBlocking = {
    .chunk_rows = 480,
    // In the first-level cache: 64 outputs x 128 inputs of B, 16 KB, and 32 rows of A, 8 KB.
    .steps_at_a_time = 4,
    // In the second-level cache: the sums of a chunk's rows, 480 KB, beside a panel of A.
    .blocks_at_a_time = 4,
    // The more, the fewer times keys and values are read.
    .query_rows = 192};

}  // namespace
}  // namespace gram::kernels::amx_bf16

#endif  // GRAM_ENGINE_KERNELS_AMX_BF16_BLOCKING_H_
