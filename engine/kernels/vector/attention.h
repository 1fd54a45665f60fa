// Flash attention over 64-position K/V blocks, for any product whose B operand is [k / p][cols][p]
// in 32-bit lanes.
//
// Per block: scores S = Q K^T, online softmax of S into P with the rows' running maximum and sum,
// O = O * correction + P V. `Ops` supplies the lane arithmetic: f32 (p = 1) or bf16 pairs (p = 2).
#ifndef GRAM_ENGINE_KERNELS_VECTOR_ATTENTION_H_
#define GRAM_ENGINE_KERNELS_VECTOR_ATTENTION_H_

#include "engine/kernels/kernel_table.h"
#include "engine/kernels/vector/exp.h"
#include "engine/kernels/vector/slots.h"
#include "engine/kernels/vector/tile.h"
#include "engine/kernels/vector/window.h"

namespace gram::kernels::vector {
namespace {

/// Query rows of a call: their queries, outputs and scores stay in the second-level cache.
constexpr size_t kQueryRows = 96;

/// The parts of AttentionArgs::scratch, for up to kQueryRows rows.
struct Scratch {
  float* q;           // [rows][padded_dim], activation type
  float* out;         // [rows][padded_dim]
  float* scores;      // [rows][64]
  float* p;           // [rows][64], activation type
  float* maximum;     // [rows]
  float* sum;         // [rows]
  float* correction;  // [rows]
};

inline Scratch Carve(const AttentionArgs& args) {
  Scratch s;
  s.q = args.scratch;
  s.out = s.q + kQueryRows * args.padded_dim;
  s.scores = s.out + kQueryRows * args.padded_dim;
  s.p = s.scores + kQueryRows * kBlockPositions;
  s.maximum = s.p + kQueryRows * kBlockPositions;
  s.sum = s.maximum + kQueryRows;
  s.correction = s.sum + kQueryRows;
  return s;
}

/// Online softmax of one row's 64 scores, of which the first `seen` count: P, running maximum and
/// sum.
template <class Ops>
inline void SoftmaxRow(const Scratch& s, size_t row, size_t seen, float scale) {
  using V = typename Ops::V;
  constexpr size_t kVectors = kBlockPositions / V::kLanes;
  constexpr size_t kParts = Slots<V>::kParts;
  typename V::Float score[kVectors];
  auto highest = V::Set(s.maximum[row]);
  for (size_t v = 0; v < kVectors; ++v) {
    const auto raw = V::Load(s.scores + row * kBlockPositions + v * V::kLanes);
    score[v] =
        V::FirstOr(raw * V::Set(scale), LanesLeft(v * V::kLanes, seen), V::Set(-__builtin_inff()));
    highest = V::Max(highest, score[v]);
  }
  const float maximum = V::Highest(highest);
  const float correction = ExpNonPositive<V>(s.maximum[row] - maximum);
  auto total = ZeroSlots<V>();
  for (size_t v = 0; v < kVectors; ++v) {
    score[v] = ExpNonPositive<V>(score[v] - V::Set(maximum));
    total.part[v % kParts] = total.part[v % kParts] + score[v];
  }
  Ops::StoreProbabilities(score, s.p, row);
  s.sum[row] = s.sum[row] * correction + total.Sum();
  s.maximum[row] = maximum;
  s.correction[row] = correction;
}

/// The rows of a call that see something of a block, first .. end - 1, and how much.
struct BlockRows {
  size_t start;  // position
  size_t first;
  size_t end;
  size_t seen;  // positions of the block that any row sees: the rest would get probability zero
};

/// Rows before these lie before the block, and the windows of those behind begin after it.
inline BlockRows RowsThatSee(const AttentionArgs& args, const Window& window, size_t block) {
  const size_t start = block * kBlockPositions;
  const size_t first = start > args.first_position ? start - args.first_position : 0;
  const size_t end =
      Smaller(start + kBlockPositions + window.size() - 1 - args.first_position, args.tokens);
  return {start, first * args.group, end * args.group,
          Smaller(args.first_position + args.tokens - start, kBlockPositions)};
}

/// Scores of positions before the rows' windows become -inf.
inline void MaskBeforeWindows(const AttentionArgs& args, const Scratch& s, const Window& window,
                              const BlockRows& rows) {
  for (size_t r = rows.first; r < rows.end; ++r) {
    const size_t masked = window.MaskedOf(rows.start, args.first_position + r / args.group);
    for (size_t j = 0; j < masked; ++j) s.scores[r * kBlockPositions + j] = -__builtin_inff();
  }
}

/// What a softcap and a window change in the block's scores; returns what SoftmaxRow is to scale
/// them by.
template <class V>
inline float CapAndMask(const AttentionArgs& args, const Scratch& s, const Window& window,
                        const BlockRows& rows) {
  if (args.softcap != 0) {
    const size_t computed = RoundUp(rows.seen, V::kLanes);
    for (size_t r = rows.first; r < rows.end; ++r) {
      CapScores<V>(s.scores + r * kBlockPositions, computed, args.scale, args.softcap);
    }
  }
  const size_t last = args.first_position + args.tokens - 1;
  if (window.FirstSeen(last) > rows.start) MaskBeforeWindows(args, s, window, rows);
  return args.softcap == 0 ? args.scale : 1.0F;
}

template <class Ops>
inline void AttendBlock(const AttentionArgs& args, const Scratch& s, const Window& window,
                        size_t block) {
  using V = typename Ops::V;
  const BlockRows rows = RowsThatSee(args, window, block);
  const size_t count = rows.end - rows.first;
  const size_t dim_lanes = args.padded_dim / Ops::kPair;
  const size_t p_lanes = kBlockPositions / Ops::kPair;
  const auto* base = static_cast<const unsigned char*>(args.blocks[block]);
  MultiplyTiles<Ops>({.a = reinterpret_cast<const unsigned char*>(s.q) + rows.first * dim_lanes * 4,
                      .a_stride = dim_lanes * 4,
                      .b = reinterpret_cast<const uint32_t*>(base + args.k_offset),
                      .b_stride = kBlockPositions,
                      .k_lanes = dim_lanes,
                      .fresh = true,
                      .factors = nullptr,
                      .c = s.scores + rows.first * kBlockPositions,
                      .c_stride = kBlockPositions},
                     count, RoundUp(rows.seen, V::kLanes));
  const float scale = CapAndMask<V>(args, s, window, rows);
  for (size_t r = rows.first; r < rows.end; ++r) {
    const size_t left = args.first_position + r / args.group - rows.start + 1;
    SoftmaxRow<Ops>(s, r, Smaller(left, kBlockPositions), scale);
  }
  MultiplyTiles<Ops>({.a = reinterpret_cast<const unsigned char*>(s.p) + rows.first * p_lanes * 4,
                      .a_stride = p_lanes * 4,
                      .b = reinterpret_cast<const uint32_t*>(base + args.v_offset),
                      .b_stride = args.padded_dim,
                      .k_lanes = CeilDiv(rows.seen, Ops::kPair),
                      .fresh = block == window.FirstBlock(args.first_position),
                      .factors = s.correction + rows.first,
                      .c = s.out + rows.first * args.padded_dim,
                      .c_stride = args.padded_dim},
                     count, args.padded_dim);
}

template <class Ops>
inline void Attend(const AttentionArgs& args) {
  const size_t rows = args.tokens * args.group;
  const Scratch s = Carve(args);
  const Window window(args);
  const size_t first_block = window.FirstBlock(args.first_position);
  for (size_t r = 0; r < rows; ++r) {
    Ops::CopyQuery(args, r / args.group, r % args.group, s.q, r);
    s.maximum[r] = -__builtin_inff();
    s.sum[r] = 0;
    // A row that begins in a later block than the first adds to its output there, by a factor of 0.
    if (window.FirstBlock(args.first_position + r / args.group) == first_block) continue;
    __builtin_memset(s.out + r * args.padded_dim, 0, args.padded_dim * sizeof(float));
  }
  const size_t blocks = (args.first_position + args.tokens - 1) / kBlockPositions + 1;
  for (size_t block = first_block; block < blocks; ++block) {
    AttendBlock<Ops>(args, s, window, block);
  }
  for (size_t r = 0; r < rows; ++r) {
    Ops::StoreOut(args, r / args.group, r % args.group, s.out + r * args.padded_dim,
                  1.0F / s.sum[r]);
  }
}

template <class Vector>
struct F32Attention : F32Product<Vector> {
  using V = Vector;
  static constexpr size_t kPair = PairOf(DType::kF32);

  static void StoreProbabilities(const typename V::Float* p, float* out, size_t row) {
    for (size_t v = 0; v < kBlockPositions / V::kLanes; ++v) {
      V::Store(out + row * kBlockPositions + v * V::kLanes, p[v]);
    }
  }
  static void CopyQuery(const AttentionArgs& args, size_t token, size_t head, float* out,
                        size_t row) {
    const float* q =
        static_cast<const float*>(args.q) + token * args.q_token_stride + head * args.padded_dim;
    for (size_t d = 0; d < args.padded_dim; d += V::kLanes) {
      V::Store(out + row * args.padded_dim + d, V::Load(q + d));
    }
  }
  static void StoreOut(const AttentionArgs& args, size_t token, size_t head, const float* acc,
                       float factor) {
    float* out = static_cast<float*>(args.out) + token * args.out_layout.row_stride +
                 args.out_column + head * args.head_dim;
    for (size_t d = 0; d < args.head_dim; d += V::kLanes) {
      V::Store(out + d, args.head_dim - d, V::Load(acc + d) * V::Set(factor));
    }
  }
};

template <class V>
void Attention(const AttentionArgs& args) {
  Attend<F32Attention<V>>(args);
}

}  // namespace
}  // namespace gram::kernels::vector

#endif  // GRAM_ENGINE_KERNELS_VECTOR_ATTENTION_H_
