// Flash attention on matrix tiles: queries, keys, values and probabilities bf16, everything summed
// in f32.
//
// The query heads of a kv head are stacked in the rows of a tile. For 32 rows and a block of 64
// positions: scores S = Q K^T on tiles, online softmax of S into P with vectors, O = O * correction
// + P V on tiles. O stays in memory and is multiplied by a correction only in rows whose maximum
// rose.
#ifndef GRAM_ENGINE_KERNELS_TILES_ATTENTION_H_
#define GRAM_ENGINE_KERNELS_TILES_ATTENTION_H_

#include "engine/kernels/kernel_table.h"
#include "engine/kernels/tiles/multiply.h"
#include "engine/kernels/vector/exp.h"
#include "engine/kernels/vector/slots.h"
#include "engine/kernels/vector/window.h"

namespace gram::kernels::tiles {
namespace {

/// One pair of tiles' rows against one block.
struct QueryKeyBlock {
  size_t first_row;
  size_t rows;   // 1 .. 32
  size_t index;  // of the block
  bool first;    // that any of the rows sees
  size_t seen;   // positions of the block that its last row sees, 1 .. 64
  const unsigned char* k;
  const unsigned char* v;
};

/// Floats of scratch that FlashAttention lays out for `rows` rows, whole pairs of tiles: out_, q_,
/// p_, scores_, maximum_, sum_.
constexpr size_t UsedScratch(size_t rows, size_t padded_dim) {
  constexpr size_t kScores = kPairRows * kBlockPositions;
  return rows * padded_dim + rows * padded_dim / 2 + kScores / 2 + kScores + 2 * rows;
}
/// Both grow with the head size in a line: what holds at two sizes holds beyond.
constexpr bool FitsScratch(size_t rows) {
  return UsedScratch(rows, kHeadUnit) <= AttentionScratchFloats(rows, kHeadUnit) &&
         UsedScratch(rows, 8 * kHeadUnit) <= AttentionScratchFloats(rows, 8 * kHeadUnit);
}

template <class Tiles, class V>
class FlashAttention {
 public:
  explicit FlashAttention(const AttentionArgs& args)
      : args_(args),
        window_(args),
        scale_(args.softcap == 0 ? args.scale * vector::kLog2E : vector::kLog2E),
        rows_(args.tokens * args.group),
        padded_rows_(RoundUp(rows_, kPairRows)),
        out_(args.scratch),
        q_(reinterpret_cast<uint16_t*>(out_ + padded_rows_ * args.padded_dim)),
        p_(q_ + padded_rows_ * args.padded_dim),
        scores_(reinterpret_cast<float*>(p_ + kPairRows * kBlockPositions)),
        maximum_(scores_ + kPairRows * kBlockPositions),
        sum_(maximum_ + padded_rows_) {}

  void Run() {
    CopyQueries();
    for (size_t row = 0; row < padded_rows_; ++row) {
      maximum_[row] = kLowest;
      sum_[row] = 0;
    }
    const size_t last = (args_.first_position + args_.tokens - 1) / kBlockPositions;
    for (size_t i = window_.FirstBlock(args_.first_position); i <= last; ++i) AttendBlock(i);
    AccumulatePending();
    for (size_t row = 0; row < rows_; ++row) StoreRow(row);
  }

 private:
  static constexpr size_t kTileCols = kRowBytes / sizeof(float);
  static_assert(V::kLanes == kTileCols);
  static constexpr size_t kVectors = kBlockPositions / V::kLanes;
  /// A row's maximum before its first score. Not -inf, whose difference with itself is no number: a
  /// row's window may begin in a later block than those of others of its tiles.
  static constexpr float kLowest = -__FLT_MAX__;

  /// Rows as q_ [padded_dim / 32][rows][32]; those that only fill a tile are zero.
  void CopyQueries() {
    const size_t panels = args_.padded_dim / kStepInputs;
    for (size_t row = 0; row < rows_; ++row) {
      const auto* q = static_cast<const uint16_t*>(args_.q) +
                      row / args_.group * args_.q_token_stride +
                      row % args_.group * args_.padded_dim;
      for (size_t panel = 0; panel < panels; ++panel) {
        __builtin_memcpy(q_ + (panel * padded_rows_ + row) * kStepInputs, q + panel * kStepInputs,
                         kRowBytes);
      }
    }
    for (size_t panel = 0; panel < panels; ++panel) {
      __builtin_memset(q_ + (panel * padded_rows_ + rows_) * kStepInputs, 0,
                       (padded_rows_ - rows_) * kRowBytes);
    }
  }

  size_t PositionOf(size_t row) const { return args_.first_position + row / args_.group; }

  void AttendBlock(size_t index) {
    const size_t start = index * kBlockPositions;
    const auto* base = static_cast<const unsigned char*>(args_.blocks[index]);
    for (size_t first = 0; first < rows_; first += kPairRows) {
      const size_t rows = vector::Smaller(rows_ - first, kPairRows);
      const size_t last = PositionOf(first + rows - 1);
      const size_t first_block = window_.FirstBlock(PositionOf(first));
      if (last < start || first_block > index) continue;  // they see nothing of it
      const QueryKeyBlock block{first,
                                rows,
                                index,
                                index == first_block,
                                vector::Smaller(last - start + 1, kBlockPositions),
                                base + args_.k_offset,
                                base + args_.v_offset};
      Score(block);
      AccumulatePending();
      if (args_.softcap != 0) Cap(block);
      if (window_.FirstSeen(last) > start) MaskBeforeWindows(block);
      Softmax(block);
      pending_ = block;
    }
  }

  void Score(const QueryKeyBlock& block) {
    const bool two = block.rows > kTileRows;
    for (size_t col = 0; col < block.seen; col += kPairRows) {
      two ? Score<true>(block, col) : Score<false>(block, col);
    }
  }

  /// P V waits until the next scores are computed: the load of a tile stalls on stores of
  /// probabilities that have not reached the cache.
  void AccumulatePending() {
    if (pending_.rows == 0) return;
    const bool two = pending_.rows > kTileRows;
    for (size_t dim = 0; dim < args_.padded_dim; dim += kPairRows) {
      two ? Accumulate<true>(pending_, dim) : Accumulate<false>(pending_, dim);
    }
  }

  /// scores_, columns col .. col + 31 = Q K^T.
  template <bool kTwo>
  void Score(const QueryKeyBlock& block, size_t col) {
    NoPrefetch none;
    ZeroSums<Tiles, kTwo>();
    MultiplySteps<Tiles, kTwo>(
        {.a = reinterpret_cast<const unsigned char*>(q_ + block.first_row * kStepInputs),
         .a_row_stride = kRowBytes,
         .a_step_stride = padded_rows_ * kRowBytes,
         .b = block.k + col * sizeof(uint32_t),
         .b_row_stride = kBlockRowBytes,  // a block of keys is laid out as one of weights
         .b_step_stride = kBlockStepBytes,
         .count = args_.padded_dim / kStepInputs},
        &none);
    StoreSums<Tiles, kTwo>(
        {scores_ + col * kPairRows, kRowBytes, kPairRows * kRowBytes, kTileBytes});
  }

  void Cap(const QueryKeyBlock& block) {
    for (size_t v = 0; v < VectorsOf<false>(block); ++v) {
      vector::CapScores<V>(scores_ + v * kPairRows * kTileCols, block.rows * kTileCols, args_.scale,
                           args_.softcap);
    }
  }

  /// Scores of positions before the rows' windows become -inf.
  void MaskBeforeWindows(const QueryKeyBlock& block) {
    for (size_t i = 0; i < block.rows; ++i) {
      const size_t masked =
          window_.MaskedOf(block.index * kBlockPositions, PositionOf(block.first_row + i));
      for (size_t j = 0; j < masked; ++j) {
        scores_[(j / kTileCols * kPairRows + i) * kTileCols + j % kTileCols] = -__builtin_inff();
      }
    }
  }

  /// scores_ -> p_ [2][32][32], and the rows' running figures. A row that sees nothing of the block
  /// while others of its tiles do gets probabilities of zero, which change nothing.
  void Softmax(const QueryKeyBlock& block) {
    const size_t end = (block.index + 1) * kBlockPositions;
    PositionOf(block.first_row) + 1 >= end ? Softmax<true>(block) : Softmax<false>(block);
  }

  /// kWhole: all rows see the whole block.
  template <bool kWhole>
  void Softmax(const QueryKeyBlock& block) {
    const auto scale = V::Set(scale_);
    float corrections[kPairRows];
    UpdateMaxima<kWhole>(block, scale, corrections);
    float sums[kPairRows] = {};
    for (size_t i = 0; i < block.rows; ++i) sums[i] = Probabilities<kWhole>(block, scale, i);
    float* sum = sum_ + block.first_row;
    for (size_t i = 0; i < kPairRows; i += V::kLanes) {
      V::Store(sum + i, V::Load(sum + i) * V::Load(corrections + i) + V::Load(sums + i));
    }
    if (!block.first) Rescale(block, corrections);
  }

  /// The rows' maxima, and what their earlier sums are to be multiplied by, a row a lane.
  template <bool kWhole>
  void UpdateMaxima(const QueryKeyBlock& block, typename V::Float scale, float* corrections) {
    float highest[kPairRows] = {};
    for (size_t i = 0; i < block.rows; ++i) {
      const size_t seen = kWhole ? kBlockPositions : SeenBy(block, i);
      auto most = Scores<kWhole>(i, 0, seen);
      for (size_t v = 1; v < VectorsOf<kWhole>(block); ++v) {
        most = V::Max(most, Scores<kWhole>(i, v, seen));
      }
      highest[i] = V::Highest(most);
    }
    float* maximum = maximum_ + block.first_row;
    for (size_t i = 0; i < kPairRows; i += V::kLanes) {
      const auto before = V::Load(maximum + i);
      const auto after = V::Max(V::Load(highest + i) * scale, before);
      V::Store(corrections + i, vector::Exp2NonPositive<V>(before - after));
      V::Store(maximum + i, after);
    }
  }

  /// Row i's unnormalised probabilities; returns their sum.
  template <bool kWhole>
  float Probabilities(const QueryKeyBlock& block, typename V::Float scale, size_t i) {
    const auto maximum = V::Set(maximum_[block.first_row + i]);
    const size_t seen = kWhole ? kBlockPositions : SeenBy(block, i);
    auto total = vector::ZeroSlots<V>();
    for (size_t v = 0; v < VectorsOf<kWhole>(block); ++v) {
      // A product and a difference, each rounded: never above zero, as the maximum is such a
      // product.
      const auto p = vector::Exp2NonPositive<V>(Scores<kWhole>(i, v, seen) * scale - maximum);
      auto& part = total.part[v % vector::Slots<V>::kParts];
      part = part + p;
      const size_t position = v * V::kLanes;
      V::StoreRounded(
          p_ + (position / kStepInputs * kPairRows + i) * kStepInputs + position % kStepInputs,
          V::kLanes, p);
    }
    return total.Sum();
  }

  /// Positions of the block that row i sees, 0 .. 64.
  size_t SeenBy(const QueryKeyBlock& block, size_t i) const {
    const size_t start = block.index * kBlockPositions;
    const size_t end = PositionOf(block.first_row + i) + 1;
    return end < start ? 0 : vector::Smaller(end - start, kBlockPositions);
  }

  /// Vectors of scores that are multiplied by V: whole steps up to the last position that any row
  /// sees.
  template <bool kWhole>
  static size_t VectorsOf(const QueryKeyBlock& block) {
    if constexpr (kWhole) return kVectors;
    return CeilDiv(block.seen, kStepInputs) * (kStepInputs / V::kLanes);
  }

  /// A vector of row i's scores; those of positions that it does not see are -inf.
  template <bool kWhole>
  typename V::Float Scores(size_t i, size_t v, size_t seen) const {
    const auto scores = V::Load(scores_ + (v * kPairRows + i) * kTileCols);
    if constexpr (kWhole) return scores;
    return V::FirstOr(scores, vector::LanesLeft(v * V::kLanes, seen), V::Set(-__builtin_inff()));
  }

  void Rescale(const QueryKeyBlock& block, const float* corrections) {
    for (size_t i = 0; i < block.rows; ++i) {
      if (corrections[i] == 1.0F) continue;
      for (size_t d = 0; d < args_.padded_dim; d += kTileCols) {
        float* out = OutAt(block.first_row + i, d);
        V::Store(out, V::Load(out) * V::Set(corrections[i]));
      }
    }
  }

  /// out_, columns dim .. dim + 31 += P V, over the positions that any row sees.
  template <bool kTwo>
  void Accumulate(const QueryKeyBlock& block, size_t dim) {
    const Sums out{OutAt(block.first_row, dim), kRowBytes, padded_rows_ * kRowBytes, kTileBytes};
    block.first ? ZeroSums<Tiles, kTwo>() : LoadSums<Tiles, kTwo>(out);
    const size_t pair_bytes = args_.padded_dim * sizeof(uint32_t);
    NoPrefetch none;
    MultiplySteps<Tiles, kTwo>({.a = reinterpret_cast<const unsigned char*>(p_),
                                .a_row_stride = kRowBytes,
                                .a_step_stride = 2 * kTileBytes,
                                .b = block.v + dim * sizeof(uint32_t),
                                .b_row_stride = pair_bytes,
                                .b_step_stride = kTileRows * pair_bytes,
                                .count = CeilDiv(block.seen, kStepInputs)},
                               &none);
    StoreSums<Tiles, kTwo>(out);
  }

  float* OutAt(size_t row, size_t dim) const {
    return out_ + (dim / kTileCols * padded_rows_ + row) * kTileCols + dim % kTileCols;
  }

  void StoreRow(size_t row) {
    auto* target = static_cast<uint16_t*>(args_.out);
    const auto factor = V::Set(1.0F / sum_[row]);
    size_t col = args_.out_column + row % args_.group * args_.head_dim;
    for (size_t d = 0; d < args_.head_dim;) {
      // No further than the end of a tile, nor than that of a panel.
      size_t n = vector::Smaller(args_.head_dim - d, kTileCols - d % kTileCols);
      n = vector::Smaller(n, kPanelCols - col % kPanelCols);
      V::StoreRounded(target + args_.out_layout.At(row / args_.group, col), n,
                      V::Load(OutAt(row, d), n) * factor);
      d += n;
      col += n;
    }
  }

  const AttentionArgs& args_;
  vector::Window window_;
  float scale_;  // of what is in scores_, in powers of two
  size_t rows_, padded_rows_;
  float* out_;                  // [padded_dim / 16][rows][16]
  uint16_t* q_;                 // [padded_dim / 32][rows][32]
  uint16_t* p_;                 // [2][32][32]
  float* scores_;               // [4][32][16]
  float* maximum_;              // [rows], of scores in powers of two
  float* sum_;                  // [rows]
  QueryKeyBlock pending_ = {};  // whose probabilities are in p_; without rows: none
};

template <class Tiles, class V>
void Attention(const AttentionArgs& args) {
  const typename Tiles::Session session;
  FlashAttention<Tiles, V>(args).Run();
}

}  // namespace
}  // namespace gram::kernels::tiles

#endif  // GRAM_ENGINE_KERNELS_TILES_ATTENTION_H_
