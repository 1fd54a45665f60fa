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

/// Query rows of a call, whole pairs of tiles: the more, the fewer times keys and values are read.
constexpr size_t kQueryRows = 192;

/// One pair of tiles' rows against one block.
struct Meeting {
  size_t first_row;
  size_t rows;   // 1 .. 32
  size_t block;  // of positions
  bool first;    // that any of the rows sees
  size_t seen;   // positions of the block that its last row sees, 1 .. 64
  const unsigned char* k;
  const unsigned char* v;
};

template <class Tiles, class V>
class Attending {
 public:
  explicit Attending(const AttentionArgs& args)
      : args_(args),
        window_(args),
        scale_(args.softcap == 0 ? args.scale * vector::kLog2E : vector::kLog2E),
        rows_(args.tokens * args.group),
        padded_rows_((rows_ + kPairRows - 1) / kPairRows * kPairRows),
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
    const size_t blocks = (args_.first_position + args_.tokens - 1) / kBlockPositions + 1;
    const size_t first = window_.FirstBlock(args_.first_position);
    for (size_t block = first; block < blocks; ++block) MeetBlock(block);
    AddPending();
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

  void MeetBlock(size_t block) {
    const size_t start = block * kBlockPositions;
    const auto* base = static_cast<const unsigned char*>(args_.blocks[block]);
    for (size_t first = 0; first < rows_; first += kPairRows) {
      const size_t rows = vector::Smaller(rows_ - first, kPairRows);
      const size_t last = PositionOf(first + rows - 1);
      const size_t first_block = window_.FirstBlock(PositionOf(first));
      if (last < start || first_block > block) continue;  // they see nothing of it
      const Meeting meeting{first,
                            rows,
                            block,
                            block == first_block,
                            vector::Smaller(last - start + 1, kBlockPositions),
                            base + args_.k_offset,
                            base + args_.v_offset};
      Score(meeting);
      AddPending();
      if (args_.softcap != 0) Cap(meeting);
      if (window_.FirstSeen(last) > start) MaskBeforeWindows(meeting);
      Soften(meeting);
      pending_ = meeting;
    }
  }

  void Score(const Meeting& meeting) {
    const bool two = meeting.rows > kTileRows;
    for (size_t col = 0; col < meeting.seen; col += kPairRows) {
      two ? Score<true>(meeting, col) : Score<false>(meeting, col);
    }
  }

  /// P V waits until the next scores are computed: the load of a tile stalls on stores of
  /// probabilities that have not reached the cache.
  void AddPending() {
    if (pending_.rows == 0) return;
    const bool two = pending_.rows > kTileRows;
    for (size_t dim = 0; dim < args_.padded_dim; dim += kPairRows) {
      two ? Add<true>(pending_, dim) : Add<false>(pending_, dim);
    }
  }

  /// scores_, columns col .. col + 31 = Q K^T.
  template <bool kTwo>
  void Score(const Meeting& meeting, size_t col) {
    Nothing nothing;
    ZeroSums<Tiles, kTwo>();
    MultiplySteps<Tiles, kTwo>(
        {.a = reinterpret_cast<const unsigned char*>(q_ + meeting.first_row * kStepInputs),
         .a_row_stride = kRowBytes,
         .a_step_stride = padded_rows_ * kRowBytes,
         .b = meeting.k + col * sizeof(uint32_t),
         .b_row_stride = kBlockRowBytes,  // a block of keys is laid out as one of weights
         .b_step_stride = kBlockStepBytes,
         .count = args_.padded_dim / kStepInputs},
        &nothing);
    StoreSums<Tiles, kTwo>(
        {scores_ + col * kPairRows, kRowBytes, kPairRows * kRowBytes, kTileBytes});
  }

  void Cap(const Meeting& meeting) {
    for (size_t v = 0; v < VectorsOf<false>(meeting); ++v) {
      vector::CapScores<V>(scores_ + v * kPairRows * kTileCols, meeting.rows * kTileCols,
                           args_.scale, args_.softcap);
    }
  }

  /// Scores of positions before the rows' windows become -inf.
  void MaskBeforeWindows(const Meeting& meeting) {
    for (size_t i = 0; i < meeting.rows; ++i) {
      const size_t masked =
          window_.MaskedOf(meeting.block * kBlockPositions, PositionOf(meeting.first_row + i));
      for (size_t j = 0; j < masked; ++j) {
        scores_[(j / kTileCols * kPairRows + i) * kTileCols + j % kTileCols] = -__builtin_inff();
      }
    }
  }

  /// scores_ -> p_ [2][32][32], and the rows' running figures. A row that sees nothing of the block
  /// while others of its tiles do gets probabilities of zero, which change nothing.
  void Soften(const Meeting& meeting) {
    const size_t end = (meeting.block + 1) * kBlockPositions;
    PositionOf(meeting.first_row) + 1 >= end ? Soften<true>(meeting) : Soften<false>(meeting);
  }

  /// kWhole: all rows see the whole block.
  template <bool kWhole>
  void Soften(const Meeting& meeting) {
    const auto scale = V::Set(scale_);
    float corrections[kPairRows];
    RaiseMaxima<kWhole>(meeting, scale, corrections);
    float sums[kPairRows] = {};
    for (size_t i = 0; i < meeting.rows; ++i) sums[i] = Probabilities<kWhole>(meeting, scale, i);
    float* sum = sum_ + meeting.first_row;
    for (size_t i = 0; i < kPairRows; i += V::kLanes) {
      V::Store(sum + i, V::Load(sum + i) * V::Load(corrections + i) + V::Load(sums + i));
    }
    if (!meeting.first) Correct(meeting, corrections);
  }

  /// The rows' maxima, and what their earlier sums are to be multiplied by, a row a lane.
  template <bool kWhole>
  void RaiseMaxima(const Meeting& meeting, typename V::Float scale, float* corrections) {
    float highest[kPairRows] = {};
    for (size_t i = 0; i < meeting.rows; ++i) {
      const size_t seen = kWhole ? kBlockPositions : SeenBy(meeting, i);
      auto most = Scores<kWhole>(i, 0, seen);
      for (size_t v = 1; v < VectorsOf<kWhole>(meeting); ++v) {
        most = V::Max(most, Scores<kWhole>(i, v, seen));
      }
      highest[i] = V::Highest(most);
    }
    float* maximum = maximum_ + meeting.first_row;
    for (size_t i = 0; i < kPairRows; i += V::kLanes) {
      const auto before = V::Load(maximum + i);
      const auto after = V::Max(V::Load(highest + i) * scale, before);
      V::Store(corrections + i, vector::Exp2NonPositive<V>(before - after));
      V::Store(maximum + i, after);
    }
  }

  /// Row i's unnormalised probabilities; returns their sum.
  template <bool kWhole>
  float Probabilities(const Meeting& meeting, typename V::Float scale, size_t i) {
    const auto maximum = V::Set(maximum_[meeting.first_row + i]);
    const size_t seen = kWhole ? kBlockPositions : SeenBy(meeting, i);
    auto total = vector::ZeroSlots<V>();
    for (size_t v = 0; v < VectorsOf<kWhole>(meeting); ++v) {
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
  size_t SeenBy(const Meeting& meeting, size_t i) const {
    const size_t start = meeting.block * kBlockPositions;
    const size_t end = PositionOf(meeting.first_row + i) + 1;
    return end < start ? 0 : vector::Smaller(end - start, kBlockPositions);
  }

  /// Vectors of scores that are multiplied by V: whole steps up to the last position that any row
  /// sees.
  template <bool kWhole>
  static size_t VectorsOf(const Meeting& meeting) {
    if constexpr (kWhole) return kVectors;
    return (meeting.seen + kStepInputs - 1) / kStepInputs * (kStepInputs / V::kLanes);
  }

  /// A vector of row i's scores; those of positions that it does not see are -inf.
  template <bool kWhole>
  typename V::Float Scores(size_t i, size_t v, size_t seen) const {
    const auto scores = V::Load(scores_ + (v * kPairRows + i) * kTileCols);
    if constexpr (kWhole) return scores;
    return V::FirstOr(scores, vector::LanesLeft(v * V::kLanes, seen), V::Set(-__builtin_inff()));
  }

  void Correct(const Meeting& meeting, const float* corrections) {
    for (size_t i = 0; i < meeting.rows; ++i) {
      if (corrections[i] == 1.0F) continue;
      for (size_t d = 0; d < args_.padded_dim; d += kTileCols) {
        float* out = OutAt(meeting.first_row + i, d);
        V::Store(out, V::Load(out) * V::Set(corrections[i]));
      }
    }
  }

  /// out_, columns dim .. dim + 31 += P V, over the positions that any row sees.
  template <bool kTwo>
  void Add(const Meeting& meeting, size_t dim) {
    const Sums out{OutAt(meeting.first_row, dim), kRowBytes, padded_rows_ * kRowBytes, kTileBytes};
    meeting.first ? ZeroSums<Tiles, kTwo>() : LoadSums<Tiles, kTwo>(out);
    const size_t pair_bytes = args_.padded_dim * sizeof(uint32_t);
    Nothing nothing;
    MultiplySteps<Tiles, kTwo>({.a = reinterpret_cast<const unsigned char*>(p_),
                                .a_row_stride = kRowBytes,
                                .a_step_stride = 2 * kTileBytes,
                                .b = meeting.v + dim * sizeof(uint32_t),
                                .b_row_stride = pair_bytes,
                                .b_step_stride = kTileRows * pair_bytes,
                                .count = (meeting.seen + kStepInputs - 1) / kStepInputs},
                               &nothing);
    StoreSums<Tiles, kTwo>(out);
  }

  float* OutAt(size_t row, size_t dim) const {
    return out_ + (dim / kTileCols * padded_rows_ + row) * kTileCols + dim % kTileCols;
  }

  void StoreRow(size_t row) {
    auto* target = static_cast<uint16_t*>(args_.out) + row / args_.group * args_.out_token_stride;
    const auto factor = V::Set(1.0F / sum_[row]);
    size_t col = args_.out_column + row % args_.group * args_.head_dim;
    for (size_t d = 0; d < args_.head_dim;) {
      // No further than the end of a tile, nor than that of a panel.
      size_t n = vector::Smaller(args_.head_dim - d, kTileCols - d % kTileCols);
      n = vector::Smaller(n, kPanelCols - col % kPanelCols);
      V::StoreRounded(target + col / kPanelCols * args_.out_panel_stride + col % kPanelCols, n,
                      V::Load(OutAt(row, d), n) * factor);
      d += n;
      col += n;
    }
  }

  const AttentionArgs& args_;
  vector::Window window_;
  float scale_;  // of what is in scores_, in powers of two
  size_t rows_, padded_rows_;
  float* out_;            // [padded_dim / 16][rows][16]
  uint16_t* q_;           // [padded_dim / 32][rows][32]
  uint16_t* p_;           // [2][32][32]
  float* scores_;         // [4][32][16]
  float* maximum_;        // [rows], of scores in powers of two
  float* sum_;            // [rows]
  Meeting pending_ = {};  // whose probabilities are in p_; without rows: none
};

template <class Tiles, class V>
void Attention(const AttentionArgs& args) {
  const typename Tiles::Session session;
  Attending<Tiles, V>(args).Run();
}

}  // namespace
}  // namespace gram::kernels::tiles

#endif  // GRAM_ENGINE_KERNELS_TILES_ATTENTION_H_
