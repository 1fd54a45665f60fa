// The bf16 product on matrix tiles: some rows times some blocks of a packed weight, and its
// epilogue.
//
// A tile is 16 rows of 64 bytes: of A 16 rows x 32 inputs, of B 16 pairs of inputs x 16 outputs, of
// C 16 x 16 sums in f32. C += A B takes 32 inputs at a time, a step. What a product costs is not
// its arithmetic but bringing tiles into the first-level cache, so the loops are, from the outside,
//
//   kStepsAtATime steps (Blocking): this panel of A stays in the second-level cache,
//     a block of 64 outputs: this panel of B stays in the first-level cache,
//       32 rows, whose panel of A stays there for both halves of the block: 2 x 2 tiles of C.
//
// Sums leave the tiles after each panel and come back for the next. That changes no bit: an f32 is
// stored as it is. A sum adds its steps in the order of k, whatever the panels.
//
// `Tiles` is the processor's (amx_bf16/tiles.h), or one that computes the same in plain C++ for
// tests:
//   Session           while one lives, this thread may use tiles
//   Zero<t>() Load<t>(p, stride) Store<t>(p, stride)    rows are `stride` bytes apart
//   Dot<c, a, b>()    tile c += tile a * tile b
#ifndef GRAM_ENGINE_KERNELS_TILES_MULTIPLY_H_
#define GRAM_ENGINE_KERNELS_TILES_MULTIPLY_H_

#include "engine/kernels/kernel_table.h"
#include "engine/kernels/vector/epilogue.h"
#include "engine/kernels/vector/prefetch.h"
#include "engine/kernels/vector/slots.h"
#include "engine/kernels/vector_bf16/pairs.h"

namespace gram::kernels::tiles {
namespace {

constexpr size_t kTileRows = 16;
constexpr size_t kTileBytes = 1024;
constexpr size_t kRowBytes = 64;  // of a dense tile
constexpr size_t kPairRows = 2 * kTileRows;
constexpr size_t kStepInputs = 32;  // what a product of tiles sums up
static_assert(kStepInputs == kPanelCols);

/// A row of B: 64 pairs of inputs.
constexpr size_t kBlockRowBytes = kMultiplyCols * sizeof(uint32_t);
constexpr size_t kBlockStepBytes = kStepInputs / 2 * kBlockRowBytes;

/// `count` steps of 32 rows of A and 32 columns of B; strides in bytes, of rows and from a step to
/// the next. A row of B is a pair of inputs.
struct Steps {
  const unsigned char* a;
  size_t a_row_stride;
  size_t a_step_stride;
  const unsigned char* b;
  size_t b_row_stride;
  size_t b_step_stride;
  size_t count;
};

/// What comes after the panels in use, of the weights and of the activations: the tiles' own loads
/// alone do not keep enough cache misses in flight.
struct PanelPrefetcher {
  vector::Prefetcher weights;
  vector::Prefetcher* activations;
  void Next() {
    weights.Next();
    activations->Next();
  }
};
struct NoPrefetch {
  void Next() {}
};

/// Tiles 0 and 1 += A B, 2 and 3 likewise for the second 16 rows where kTwo.
template <class Tiles, bool kTwo, class Prefetch>
inline void MultiplySteps(const Steps& steps, Prefetch* prefetch) {
  const unsigned char* a = steps.a;
  const unsigned char* b = steps.b;
  for (size_t i = 0; i < steps.count; ++i) {
    Tiles::template Load<6>(b, steps.b_row_stride);
    Tiles::template Load<4>(a, steps.a_row_stride);
    Tiles::template Dot<0, 4, 6>();
    Tiles::template Load<7>(b + kRowBytes, steps.b_row_stride);
    Tiles::template Dot<1, 4, 7>();
    prefetch->Next();
    if constexpr (kTwo) {
      Tiles::template Load<5>(a + kTileRows * steps.a_row_stride, steps.a_row_stride);
      Tiles::template Dot<2, 5, 6>();
      Tiles::template Dot<3, 5, 7>();
    }
    a += steps.a_step_stride;
    b += steps.b_step_stride;
  }
}

/// Where 32 x 32 sums lie, four tiles: bytes from a row of a tile to the next, from a tile to the
/// one beside it and to the one below.
struct Sums {
  float* data;
  size_t row_stride;
  size_t across;
  size_t down;
};

/// Tiles 0 .. 3 = 0, or those of the upper 16 rows alone.
template <class Tiles, bool kTwo>
inline void ZeroSums() {
  Tiles::template Zero<0>();
  Tiles::template Zero<1>();
  if constexpr (kTwo) {
    Tiles::template Zero<2>();
    Tiles::template Zero<3>();
  }
}

template <class Tiles, bool kTwo>
inline void LoadSums(const Sums& sums) {
  const auto* at = reinterpret_cast<const unsigned char*>(sums.data);
  Tiles::template Load<0>(at, sums.row_stride);
  Tiles::template Load<1>(at + sums.across, sums.row_stride);
  if constexpr (kTwo) {
    Tiles::template Load<2>(at + sums.down, sums.row_stride);
    Tiles::template Load<3>(at + sums.down + sums.across, sums.row_stride);
  }
}

template <class Tiles, bool kTwo>
inline void StoreSums(const Sums& sums) {
  auto* at = reinterpret_cast<unsigned char*>(sums.data);
  Tiles::template Store<0>(at, sums.row_stride);
  Tiles::template Store<1>(at + sums.across, sums.row_stride);
  if constexpr (kTwo) {
    Tiles::template Store<2>(at + sums.down, sums.row_stride);
    Tiles::template Store<3>(at + sums.down + sums.across, sums.row_stride);
  }
}

/// Some steps of all rows of a call.
struct Panel {
  size_t first_step;
  size_t steps;
  bool first;
  bool last;
};

template <class Tiles, class V, size_t kStepsAtATime>
class Multiplication {
 public:
  explicit Multiplication(const MultiplyArgs& args)
      : args_(args),
        steps_(CeilDiv(args.k, kStepInputs)),
        pairs_(CeilDiv(args.rows, kPairRows)),
        blocks_(CeilDiv(args.cols, kMultiplyCols)) {}

  void Run() {
    for (size_t step = 0; step < steps_; step += kStepsAtATime) {
      const size_t count = steps_ - step < kStepsAtATime ? steps_ - step : kStepsAtATime;
      RunPanel({step, count, step == 0, step + count == steps_});
    }
  }

 private:
  void RunPanel(const Panel& panel) {
    // Rows that are no whole pair of tiles, and inputs that are no whole step, are copied and
    // padded: nothing beyond x is read.
    const bool cut_short = args_.k % kStepInputs != 0 && panel.last;
    const bool padded = args_.rows % kPairRows != 0 || cut_short;
    const size_t steps_a_block = 2 * pairs_ * panel.steps;
    vector::Prefetcher activations = NextRows(panel, steps_a_block * blocks_);
    for (size_t block = 0; block < blocks_; ++block) {
      const size_t bytes = panel.steps * kBlockStepBytes;
      PanelPrefetcher prefetch{{Next(panel, block), bytes, 1, bytes, steps_a_block}, &activations};
      for (size_t pair = 0; pair < pairs_; ++pair) {
        const bool copy = padded && (cut_short || pair + 1 == pairs_);
        const size_t left = args_.rows - pair * kPairRows;
        if (copy && (block == 0 || cut_short)) CopyRows(panel, pair, left);
        Steps steps = Inputs(panel, block, pair, copy);
        if (left > kTileRows) {
          RunPair<true>(panel, block, pair, left, &steps, &prefetch);
        } else {
          RunPair<false>(panel, block, pair, left, &steps, &prefetch);
        }
      }
    }
  }

  template <bool kTwo>
  void RunPair(const Panel& panel, size_t block, size_t pair, size_t left, Steps* steps,
               PanelPrefetcher* prefetch) {
    float* sums = args_.sums + (block * pairs_ + pair) * 2 * kSumsOfHalf;
    for (size_t half = 0; half < 2; ++half) {
      const Sums partial{sums + half * kSumsOfHalf, kRowBytes, kTileBytes, 2 * kTileBytes};
      panel.first ? ZeroSums<Tiles, kTwo>() : LoadSums<Tiles, kTwo>(partial);
      MultiplySteps<Tiles, kTwo>(*steps, prefetch);
      steps->b += kPairRows * sizeof(uint32_t);
      constexpr size_t kRow = kMultiplyCols * sizeof(float);
      const Sums finished{sums_ + half * kPairRows, kRow, kRowBytes, kTileRows * kRow};
      StoreSums<Tiles, kTwo>(panel.last ? finished : partial);
    }
    if (!panel.last) return;
    const size_t rows = vector::Smaller(left, kPairRows);
    vector::FinishSums<V, vector_bf16::Bf16Activation<V>, kMultiplyCols / V::kLanes>(
        args_, {sums_, kMultiplyCols, pair * kPairRows, rows, block * kMultiplyCols});
  }

  const unsigned char* BlockAt(size_t block, size_t step) const {
    return static_cast<const unsigned char*>(args_.block) + block * args_.block_bytes +
           step * kBlockStepBytes;
  }

  /// What is multiplied by after `block` of this panel.
  const unsigned char* Next(const Panel& panel, size_t block) const {
    if (block + 1 < blocks_) return BlockAt(block + 1, panel.first_step);
    if (!panel.last) return BlockAt(0, panel.first_step + panel.steps);
    return static_cast<const unsigned char*>(args_.next_block == nullptr ? args_.block
                                                                         : args_.next_block);
  }

  /// The next panel of the rows; nothing where they do not lie side by side.
  vector::Prefetcher NextRows(const Panel& panel, size_t steps) const {
    const bool side_by_side = args_.x_layout.row_stride == kStepInputs && !panel.last;
    const size_t next = panel.first_step + panel.steps;
    return {side_by_side ? RowAt(0, next) : nullptr, side_by_side ? args_.rows * kRowBytes : 0,
            vector::Smaller(kStepsAtATime, steps_ - next),
            args_.x_layout.panel_stride * sizeof(uint16_t), steps};
  }

  const unsigned char* RowAt(size_t row, size_t step) const {
    return static_cast<const unsigned char*>(args_.x) +
           args_.x_layout.At(row, step * kStepInputs) * sizeof(uint16_t);
  }

  Steps Inputs(const Panel& panel, size_t block, size_t pair, bool copied) const {
    const unsigned char* b = BlockAt(block, panel.first_step);
    if (copied) {
      return {reinterpret_cast<const unsigned char*>(rows_),
              kRowBytes,
              2 * kTileBytes,
              b,
              kBlockRowBytes,
              kBlockStepBytes,
              panel.steps};
    }
    return {RowAt(pair * kPairRows, panel.first_step),
            args_.x_layout.row_stride * sizeof(uint16_t),
            args_.x_layout.panel_stride * sizeof(uint16_t),
            b,
            kBlockRowBytes,
            kBlockStepBytes,
            panel.steps};
  }

  /// The panel's inputs of the pair's rows, [steps][32 rows][32], zeros beyond k. Rows beyond
  /// `left` stay what they were: a row of A has no influence on another row of C.
  void CopyRows(const Panel& panel, size_t pair, size_t left) {
    const size_t rows = vector::Smaller(left, kPairRows);
    for (size_t step = 0; step < panel.steps; ++step) {
      const size_t k = (panel.first_step + step) * kStepInputs;
      const size_t inputs = args_.k - k < kStepInputs ? args_.k - k : kStepInputs;
      for (size_t row = 0; row < rows; ++row) {
        uint16_t* to = rows_ + (step * kPairRows + row) * kStepInputs;
        if (inputs < kStepInputs) __builtin_memset(to, 0, kRowBytes);
        __builtin_memcpy(to, RowAt(pair * kPairRows + row, panel.first_step + step),
                         inputs * sizeof(uint16_t));
      }
    }
  }

  static constexpr size_t kSumsOfHalf = kPairRows * kPairRows;

  const MultiplyArgs& args_;
  size_t steps_, pairs_, blocks_;
  alignas(64) float sums_[kPairRows * kMultiplyCols];
  alignas(64) uint16_t rows_[kStepsAtATime * kPairRows * kStepInputs] = {};
};

template <class Tiles, class V, size_t kStepsAtATime>
void Multiply(const MultiplyArgs& args) {
  const typename Tiles::Session session;
  Multiplication<Tiles, V, kStepsAtATime>(args).Run();
}

}  // namespace
}  // namespace gram::kernels::tiles

#endif  // GRAM_ENGINE_KERNELS_TILES_MULTIPLY_H_
