#include "engine/format/tensor_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/format/placement.h"
#include "tests/engine/format/sample_file.h"

namespace gram::format {
namespace {

using ::testing::ElementsAre;

TEST(TensorTableTest, ListsOneLayerInOrder) {
  std::vector<std::string> lines;
  for (const TensorSpec& spec : TensorTable(SampleConfig())) {
    lines.push_back(spec.name + " " + std::to_string(spec.rows) + "x" + std::to_string(spec.cols));
  }
  EXPECT_THAT(lines, ElementsAre("embed 11x24", "layers.0.attn_norm 1x24", "layers.0.attn.q 12x24",
                                 "layers.0.attn.kv 12x24", "layers.0.attn.q_norm 1x6",
                                 "layers.0.attn.k_norm 1x6", "layers.0.attn.o 24x12",
                                 "layers.0.mlp_norm 1x24", "layers.0.mlp.gate 40x24",
                                 "layers.0.mlp.up 40x24", "layers.0.mlp.down 24x40",
                                 "final_norm 1x24", "lm_head 11x24"));
}

TEST(TensorTableTest, TiedModelsHaveNoHead) {
  ModelConfig config = SampleConfig();
  config.tied_embeddings = true;
  EXPECT_EQ(TensorTable(config).back().name, "final_norm");
}

TEST(TensorTableTest, KeyThenValueRowsMakeOneMatrix) {
  EXPECT_THAT(TensorTable(SampleConfig())[3].parts,
              ElementsAre("model.layers.0.self_attn.k_proj.weight",
                          "model.layers.0.self_attn.v_proj.weight"));
}

TEST(PlacementTest, PutsTensorsBackToBackOnCacheLines) {
  ModelConfig large = SampleConfig();
  large.layers = 1024;
  const auto table = TensorTable(large);
  const auto records = PlaceTensors(table, DType::kF32, 1001);
  uint64_t offset = 1024;
  for (const TensorRecord& record : records) {
    ASSERT_EQ(record.offset, offset) << record.name;
    offset = (offset + record.bytes + 63) / 64 * 64;
  }
}

}  // namespace
}  // namespace gram::format
