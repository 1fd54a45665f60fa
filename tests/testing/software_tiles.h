// The backend amx_bf16 with its tiles and vectors in plain C++: the same templates, the same bits,
// on any CPU. Slow: for small shapes.
#ifndef GRAM_TESTS_TESTING_SOFTWARE_TILES_H_
#define GRAM_TESTS_TESTING_SOFTWARE_TILES_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/ops/backend.h"

namespace gram::testing {

/// Its name is "amx_bf16_in_software"; it is not in the list of backends.
const ops::Backend& SoftwareTiles();

/// Its kernels with products cut in other ways (kernels/tiles/blocking.h).
std::span<const kernels::KernelTable> OtherBlockings();

/// What TDPBF16PS does: c [16][16] f32 += a [16][32] b, b [16 pairs][16][2]. Two chains of fused
/// multiply-adds, of even and of odd inputs, begin at zero; their sum is added to c. Rounds to
/// nearest even; subnormal inputs and results are zero of their sign.
void MultiplyTiles(const uint16_t* a, const uint16_t* b, float* c);

}  // namespace gram::testing

#endif  // GRAM_TESTS_TESTING_SOFTWARE_TILES_H_
