// K/V blocks: a segment that begins inside a block sees its parent's slots, and nobody else's.
#include "engine/model/kv_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "engine/base/bf16.h"
#include "engine/model/chunk.h"
#include "engine/ops/rows.h"
#include "engine/schedule/planner.h"
#include "tests/testing/random.h"

namespace gram::model {
namespace {

constexpr size_t kDim = 4;
constexpr size_t kPadded = 16;

ops::HeadShape Shape(DType dtype) { return {2, 2, kDim, kPadded, dtype}; }

/// What the K (or V) of `head` holds for one position, element d.
float Read(const KvStore& store, const ops::HeadShape& shape, int32_t segment, size_t position,
           size_t head, bool v, size_t d) {
  const size_t pair = PairOf(shape.dtype);
  const auto* base = static_cast<const std::byte*>(store.Blocks(segment)[position / 64]) +
                     (2 * head + (v ? 1 : 0)) * shape.head_block_bytes();
  const size_t slot = position % 64;
  const size_t at = v ? slot / pair * kPadded * pair + d * pair + slot % pair
                      : d / pair * 64 * pair + slot * pair + d % pair;
  return shape.dtype == DType::kBf16 ? ToFloat(reinterpret_cast<const Bf16*>(base)[at])
                                     : reinterpret_cast<const float*>(base)[at];
}

/// A value that names where it belongs; small integers are exact in bf16.
float Tag(size_t position, size_t head, size_t d) {
  return static_cast<float>(position % 50 * 4 + head * 2 + d % 2);
}

const std::byte* Bytes(const void* data) { return static_cast<const std::byte*>(data); }

class KvStoreTest : public ::testing::TestWithParam<DType> {};

TEST_P(KvStoreTest, SegmentsSeeTheirAncestors) {
  // root 0..69, left 70..99, right 70..200, below right 201..203 in the same block as its end
  schedule::Plan plan;
  plan.segments = {{-1, 0, 70, 0, false},
                   {0, 70, 30, 70, false},
                   {0, 70, 131, 100, false},
                   {2, 201, 3, 231, false}};
  const ops::HeadShape shape = Shape(GetParam());
  KvStore store(shape);
  for (int round = 0; round < 2; ++round) {  // the second on used memory
    store.Reset(plan);
    for (int32_t s = 0; s < 4; ++s) {
      const schedule::Segment& segment = plan.segments[static_cast<size_t>(s)];
      const float sign = s == 1 ? -1 : 1;
      for (size_t position = segment.start; position < segment.end(); ++position) {
        float k[2 * kDim], v[2 * kDim];
        for (size_t i = 0; i < 2 * kDim; ++i) {
          k[i] = sign * Tag(position, i / kDim, i % kDim);
          v[i] = -k[i];
        }
        if (GetParam() == DType::kBf16) {
          const auto narrow_k = testing::AsBf16({k, k + 2 * kDim});
          const auto narrow_v = testing::AsBf16({v, v + 2 * kDim});
          store.Put(s, position, {Bytes(narrow_k.data()), Bytes(narrow_v.data()), 0, 1});
        } else {
          store.Put(s, position, {Bytes(k), Bytes(v), 0, 1});
        }
      }
      store.CopyTail(s);
    }
    for (int32_t s = 0; s < 4; ++s) {
      const schedule::Segment& segment = plan.segments[static_cast<size_t>(s)];
      for (size_t position = 0; position < segment.end(); ++position) {
        const float sign = s == 1 && position >= 70 ? -1 : 1;
        for (size_t head = 0; head < 2; ++head) {
          for (size_t d = 0; d < kPadded; ++d) {
            const float expected = d < kDim ? sign * Tag(position, head, d) : 0;
            ASSERT_EQ(Read(store, shape, s, position, head, false, d), expected)
                << s << " " << position;
            ASSERT_EQ(Read(store, shape, s, position, head, true, d), -expected)
                << s << " " << position;
          }
        }
      }
      for (size_t position = segment.end(); position % 64 != 0; ++position) {
        ASSERT_EQ(Read(store, shape, s, position, 0, true, 0), 0) << "unused slots must be finite";
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(ElementBytes, KvStoreTest, ::testing::Values(DType::kBf16, DType::kF32));

TEST(Chunks, CoverEveryRowOnceInOrder) {
  schedule::Plan plan;
  plan.segments = {{-1, 0, 10, 0, false}, {0, 10, 1, 10, false}, {0, 10, 25, 11, false}};
  plan.tokens.resize(36);
  for (const size_t size : {size_t{1}, size_t{7}, size_t{10}, size_t{36}, size_t{100}}) {
    size_t row = 0;
    for (const Chunk& chunk : CutRows(plan, size)) {
      EXPECT_EQ(chunk.first_row, row);
      EXPECT_LE(chunk.rows, size);
      size_t inside = 0;
      for (const RowRun& run : chunk.runs) {
        const schedule::Segment& segment = plan.segments[static_cast<size_t>(run.segment)];
        EXPECT_EQ(run.row, inside);
        EXPECT_EQ(run.position - segment.start + segment.first_row, row + inside);
        EXPECT_LE(run.position + run.tokens, segment.end());
        inside += run.tokens;
      }
      EXPECT_EQ(inside, chunk.rows);
      row += chunk.rows;
    }
    EXPECT_EQ(row, 36U);
  }
}

// Runs of positions from even and odd slots, as a forward pass stores them.
TEST_P(KvStoreTest, RunsOfPositionsLieWhereSinglePositionsDo) {
  constexpr size_t kPositions = 64;
  schedule::Plan plan;
  plan.segments = {{-1, 0, kPositions, 0, false}};
  const ops::HeadShape shape = Shape(GetParam());
  const size_t width = 2 * kDim * shape.element_bytes();  // K or V of one position
  testing::Random random(5);
  std::vector<std::byte> rows(kPositions * 2 * width);
  for (std::byte& byte : rows) byte = static_cast<std::byte>(random.Below(256));
  const auto put = [&](KvStore* store, size_t position, size_t count) {
    const std::byte* k = rows.data() + position * 2 * width;
    store->Put(0, position, {k, k + width, 2 * width, count});
  };
  KvStore single(shape);
  single.Reset(plan);
  for (size_t position = 0; position < kPositions; ++position) put(&single, position, 1);
  for (const size_t longest : {size_t{2}, size_t{3}, size_t{16}, kPositions}) {
    KvStore runs(shape);
    runs.Reset(plan);
    for (size_t position = 0; position < kPositions;) {
      const size_t count = std::min(1 + random.Below(longest), kPositions - position);
      put(&runs, position, count);
      position += count;
    }
    EXPECT_EQ(std::memcmp(runs.Blocks(0)[0], single.Blocks(0)[0], shape.block_bytes()), 0)
        << longest;
  }
}

TEST(RopeTableTest, GrowsWithoutChangingWhatItHas) {
  ops::RopeTable small({1, 0.3F, 0.1F});
  ops::RopeTable large({1, 0.3F, 0.1F});
  (void)small.Angles(3);
  const ops::RopeAngles a = small.Angles(50);
  const ops::RopeAngles b = large.Angles(50);
  EXPECT_EQ(a.half, 3U);
  for (size_t i = 0; i < 50 * 3; ++i) {
    EXPECT_EQ(a.cos[i], b.cos[i]);
    EXPECT_EQ(a.sin[i], b.sin[i]);
  }
  EXPECT_EQ(a.cos[0], 1);
}

}  // namespace
}  // namespace gram::model
