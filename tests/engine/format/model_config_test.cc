#include "engine/format/model_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "engine/format/layout.h"
#include "tests/engine/format/sample_file.h"

namespace gram::format {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ModelConfigTest, AcceptsTheSample) { EXPECT_TRUE(Validate(SampleConfig(), "here").ok()); }

TEST(ModelConfigTest, NamesEachFieldThatCannotBe) {
  struct Case {
    const char* field;
    std::function<void(ModelConfig&)> change;
  };
  const Case cases[] = {
      {"hidden", [](ModelConfig& c) { c.hidden = 0; }},
      {"hidden", [](ModelConfig& c) { c.hidden = 0xffffffff; }},
      {"feed_forward", [](ModelConfig& c) { c.feed_forward = 0; }},
      {"layers", [](ModelConfig& c) { c.layers = 1000000; }},
      {"heads", [](ModelConfig& c) { c.heads = 0; }},
      {"kv_heads", [](ModelConfig& c) { c.kv_heads = 0; }},
      {"multiple of kv_heads", [](ModelConfig& c) { c.kv_heads = 3; }},
      {"head_dim", [](ModelConfig& c) { c.head_dim = 7; }},
      {"vocab", [](ModelConfig& c) { c.vocab = 0; }},
      {"max_positions", [](ModelConfig& c) { c.max_positions = 0; }},
      {"rms_eps", [](ModelConfig& c) { c.rms_eps = std::nanf(""); }},
      {"rms_eps", [](ModelConfig& c) { c.rms_eps = 0; }},
      {"rope_theta", [](ModelConfig& c) { c.rope_theta = 0; }},
      {"rope_theta",
       [](ModelConfig& c) { c.rope_theta = std::numeric_limits<double>::infinity(); }},
  };
  for (const Case& c : cases) {
    ModelConfig config = SampleConfig();
    c.change(config);
    const Status status = Validate(config, "the place");
    EXPECT_EQ(status.code(), StatusCode::kCorrupt) << c.field;
    EXPECT_THAT(status.message(), HasSubstr("the place: "));
    EXPECT_THAT(status.message(), HasSubstr(c.field));
  }
}

TEST(ModelConfigTest, AnotherArchitectureIsUnsupported) {
  ModelConfig config = SampleConfig();
  config.architecture = static_cast<Architecture>(9);
  EXPECT_EQ(Validate(config, "x").code(), StatusCode::kUnsupported);
}

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
