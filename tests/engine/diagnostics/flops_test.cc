// The count of a batch's arithmetic against one made row by row, as the layers run.
#include "engine/diagnostics/bench_forward.h"

#include <gtest/gtest.h>

#include "engine/schedule/planner.h"
#include "tests/testing/tiny_model.h"

namespace gram::diagnostics {
namespace {

using schedule::Plan;
using schedule::Prompt;
using testing::OddConfig;

double Product(size_t inputs, size_t outputs) { return 2.0 * inputs * outputs; }

/// Everything after a layer's keys and values, for the row at `position`.
double RestOfLayer(const format::ModelConfig& c, size_t position) {
  double flops = Product(c.hidden_size, c.num_attention_heads * c.head_dim) +
                 Product(c.num_attention_heads * c.head_dim, c.hidden_size);
  for (size_t seen = 0; seen <= position; ++seen) {
    for (size_t head = 0; head < c.num_attention_heads; ++head) {
      flops += Product(c.head_dim, 1) + Product(1, c.head_dim);  // q . k, then p * v
    }
  }
  return flops + 2 * Product(c.hidden_size, c.intermediate_size) +
         Product(c.intermediate_size, c.hidden_size);
}

double CountRowByRow(const format::ModelConfig& c, const Plan& plan) {
  double flops = 0;
  for (size_t layer = 0; layer < c.num_hidden_layers; ++layer) {
    for (const schedule::Segment& segment : plan.segments) {
      for (size_t i = 0; !segment.cached && i < segment.length; ++i) {
        flops += Product(c.hidden_size, c.num_key_value_heads * c.head_dim) * 2;
        if (layer + 1 < c.num_hidden_layers) flops += RestOfLayer(c, segment.start + i);
      }
    }
  }
  for (const schedule::Readout& readout : plan.readouts) {
    const schedule::Segment& segment = plan.segments[static_cast<size_t>(readout.segment)];
    flops += RestOfLayer(c, segment.start + segment.length - 1) + 2 * Product(c.hidden_size, 1);
  }
  return flops;
}

Plan MakePlan(bool share, std::span<const int32_t> cached) {
  const std::vector<Prompt> prompts = {{1, 2, 3, 4, 5}, {1, 2, 3, 9},  {1, 2}, {7},
                                       {1, 2, 3, 4, 5}, Prompt(130, 6)};
  schedule::PrefixTree tree(share ? schedule::kShareAll : 0, cached);
  for (size_t i = 0; i < prompts.size(); ++i) tree.Insert(prompts[i], i);
  return tree.ToPlan();
}

TEST(ExecutedFlopsTest, CountsWhatTheLayersRun) {
  const Prompt cached = {1, 2, 3};
  for (const uint32_t layers : {1U, 2U, 5U}) {
    format::ModelConfig config = OddConfig();
    config.num_hidden_layers = layers;
    for (const Plan& plan : {MakePlan(false, {}), MakePlan(true, {}), MakePlan(true, cached)}) {
      EXPECT_EQ(ExecutedFlops(config, plan), CountRowByRow(config, plan)) << layers;
    }
  }
}

TEST(ExecutedFlopsTest, SharingAndKeepingSaveWork) {
  const Prompt cached = {1, 2, 3};
  const double unshared = ExecutedFlops(OddConfig(), MakePlan(false, {}));
  const double shared = ExecutedFlops(OddConfig(), MakePlan(true, {}));
  EXPECT_LT(shared, unshared);
  EXPECT_LT(ExecutedFlops(OddConfig(), MakePlan(true, cached)), shared);
}

}  // namespace
}  // namespace gram::diagnostics
