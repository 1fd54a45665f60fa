// Flash attention over 64-position K/V blocks, for any product whose B operand is [k / p][cols][p]
// in 32-bit lanes.
//
// Per block: scores S = Q K^T, online softmax of S into P with the rows' running maximum and sum,
// O = O * correction + P V. `Ops` supplies the lane arithmetic: f32 (p = 1) or bf16 pairs (p = 2).
#ifndef GRAM_ENGINE_KERNELS_VECTOR_FLASH_H_
#define GRAM_ENGINE_KERNELS_VECTOR_FLASH_H_

#include "engine/kernels/kernel_table.h"
#include "engine/kernels/vector/exp.h"
#include "engine/kernels/vector/slots.h"
#include "engine/kernels/vector/tile.h"

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

template <class Ops>
inline void Attend(const AttentionArgs& args) {
  constexpr size_t kLanes = Ops::V::kLanes;
  const size_t rows = args.tokens * args.group;
  const size_t dim_lanes = args.padded_dim / Ops::kPair;
  const size_t p_lanes = kBlockPositions / Ops::kPair;
  const Scratch s = Carve(args);
  for (size_t r = 0; r < rows; ++r) {
    Ops::CopyQuery(args, r / args.group, r % args.group, s.q, r);
    s.maximum[r] = -__builtin_inff();
    s.sum[r] = 0;
  }
  const size_t blocks = (args.first_position + args.tokens - 1) / kBlockPositions + 1;
  for (size_t block = 0; block < blocks; ++block) {
    // Rows whose position lies before the block see nothing of it; they are the first ones.
    const size_t start = block * kBlockPositions;
    const size_t skip =
        start > args.first_position ? (start - args.first_position) * args.group : 0;
    // Positions of the block that any row sees: the rest would get probability zero.
    const size_t seen = Smaller(args.first_position + args.tokens - start, kBlockPositions);
    const size_t seen_lanes = (seen + Ops::kPair - 1) / Ops::kPair;
    const auto* base = static_cast<const unsigned char*>(args.blocks[block]);
    MultiplyTiles<Ops>({.a = reinterpret_cast<const unsigned char*>(s.q) + skip * dim_lanes * 4,
                        .a_stride = dim_lanes * 4,
                        .b = reinterpret_cast<const uint32_t*>(base + args.k_offset),
                        .b_stride = kBlockPositions,
                        .k_lanes = dim_lanes,
                        .fresh = true,
                        .factors = nullptr,
                        .c = s.scores + skip * kBlockPositions,
                        .c_stride = kBlockPositions},
                       rows - skip, (seen + kLanes - 1) / kLanes * kLanes);
    for (size_t r = skip; r < rows; ++r) {
      const size_t left = args.first_position + r / args.group - start + 1;
      SoftmaxRow<Ops>(s, r, Smaller(left, kBlockPositions), args.scale);
    }
    MultiplyTiles<Ops>({.a = reinterpret_cast<const unsigned char*>(s.p) + skip * p_lanes * 4,
                        .a_stride = p_lanes * 4,
                        .b = reinterpret_cast<const uint32_t*>(base + args.v_offset),
                        .b_stride = args.padded_dim,
                        .k_lanes = seen_lanes,
                        .fresh = block == 0,
                        .factors = s.correction + skip,
                        .c = s.out + skip * args.padded_dim,
                        .c_stride = args.padded_dim},
                       rows - skip, args.padded_dim);
  }
  for (size_t r = 0; r < rows; ++r) {
    Ops::StoreOut(args, r / args.group, r % args.group, s.out + r * args.padded_dim,
                  1.0F / s.sum[r]);
  }
}

}  // namespace
}  // namespace gram::kernels::vector

#endif  // GRAM_ENGINE_KERNELS_VECTOR_FLASH_H_
