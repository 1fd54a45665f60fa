// What an attention over threads tells the kernel: every row and head once, and the layer's rule.
#include "engine/ops/attention.h"

#include <gtest/gtest.h>

#include <cmath>
#include <mutex>
#include <set>

#include "engine/ops/backend.h"

namespace gram::ops {
namespace {

struct Calls {
  std::mutex mutex;
  std::vector<kernels::AttentionArgs> args;
};
Calls* calls = nullptr;

void Record(const kernels::AttentionArgs& args) {
  const std::lock_guard lock(calls->mutex);
  calls->args.push_back(args);
}

TEST(AttentionTest, TheRuleReachesEveryCall) {
  kernels::KernelTable table = *ReferenceBackend().kernels;
  table.query_rows = 12;
  table.attention = Record;
  Calls recorded;
  calls = &recorded;
  const HeadShape shape{
      .heads = 6, .kv_heads = 2, .head_dim = 24, .padded_dim = 32, .dtype = DType::kF32};
  const std::vector<QueryRun> runs = {{0, 9, 3, nullptr}, {9, 1, 70, nullptr}};
  std::vector<float> q(10 * 6 * 32);
  std::vector<float> out(10 * 6 * 24);
  AttentionScratch scratch(shape, table.query_rows, 2);
  const ExecContext ctx(2);
  Attention({.kernels = &table, .ctx = ctx}, shape, {.scale = 0.25F, .softcap = 50, .window = 7},
            runs, q.data(), &scratch, out.data());
  std::set<const float*> rows;
  for (const kernels::AttentionArgs& args : recorded.args) {
    EXPECT_EQ(args.scale, 0.25F);
    EXPECT_EQ(args.softcap, 50);
    EXPECT_EQ(args.window, 7U);
    for (size_t token = 0; token < args.tokens; ++token) {
      for (size_t head = 0; head < args.group; ++head) {
        const auto* row = static_cast<const float*>(args.q) + token * args.q_token_stride +
                          head * args.padded_dim;
        EXPECT_TRUE(rows.insert(row).second);
      }
    }
  }
  EXPECT_EQ(rows.size(), 10U * 6U);
  EXPECT_EQ(*rows.begin(), q.data());
}

TEST(AttentionTest, TheScaleIsTheInverseRoot) {
  EXPECT_EQ(ScoreScale(64), 0.125F);
  EXPECT_EQ(ScoreScale(144), 1.0F / 12);
  EXPECT_EQ(ScoreScale(128), 1.0F / std::sqrt(128.0F));
}

}  // namespace
}  // namespace gram::ops
