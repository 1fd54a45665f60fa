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

TEST(ModelConfigTest, AcceptsTheSample) {
  EXPECT_TRUE(Validate({SampleConfig(), {}}, "here").ok());
}

TEST(ModelConfigTest, NamesEachFieldThatCannotBe) {
  struct Case {
    const char* field;
    std::function<void(ModelConfig&)> change;
  };
  const Case cases[] = {
      {"hidden_size", [](ModelConfig& c) { c.hidden_size = 0; }},
      {"hidden_size", [](ModelConfig& c) { c.hidden_size = 0xffffffff; }},
      {"intermediate_size", [](ModelConfig& c) { c.intermediate_size = 0; }},
      {"num_hidden_layers", [](ModelConfig& c) { c.num_hidden_layers = 1000000; }},
      {"num_attention_heads", [](ModelConfig& c) { c.num_attention_heads = 0; }},
      {"num_key_value_heads", [](ModelConfig& c) { c.num_key_value_heads = 0; }},
      {"multiple of num_key_value_heads", [](ModelConfig& c) { c.num_key_value_heads = 3; }},
      {"head_dim", [](ModelConfig& c) { c.head_dim = 7; }},
      {"vocab_size", [](ModelConfig& c) { c.vocab_size = 0; }},
      {"max_position_embeddings", [](ModelConfig& c) { c.max_position_embeddings = 0; }},
      {"rms_norm_eps", [](ModelConfig& c) { c.rms_norm_eps = std::nanf(""); }},
      {"rms_norm_eps", [](ModelConfig& c) { c.rms_norm_eps = 0; }},
      {"rope_theta", [](ModelConfig& c) { c.rope.rope_theta = 0; }},
      {"rope_theta",
       [](ModelConfig& c) { c.rope.rope_theta = std::numeric_limits<double>::infinity(); }},
  };
  for (const Case& c : cases) {
    ModelConfig config = SampleConfig();
    c.change(config);
    const Status status = Validate({config, {}}, "the place");
    EXPECT_EQ(status.code(), StatusCode::kCorrupt) << c.field;
    EXPECT_THAT(status.message(), HasSubstr("the place: "));
    EXPECT_THAT(status.message(), HasSubstr(c.field));
  }
}

TEST(ModelConfigTest, NamesEachPartThatCannotBe) {
  struct Case {
    const char* field;
    StatusCode code;
    std::function<void(ModelDescription&)> change;
  };
  const auto llama3 = [](ModelDescription& m) {
    m.config.rope = {RopeType::kLlama3, 1e4, 8, 1, 4, 64};
  };
  ModelDescription sound = {SampleConfig(), {}};
  llama3(sound);
  EXPECT_TRUE(Validate(sound, "x").ok());
  const Case cases[] = {
      {"hidden_act", StatusCode::kUnsupported,
       [](ModelDescription& m) { m.config.hidden_act = static_cast<Activation>(3); }},
      {"rope_type", StatusCode::kUnsupported,
       [](ModelDescription& m) { m.config.rope.rope_type = static_cast<RopeType>(9); }},
      {"factor", StatusCode::kCorrupt, [](ModelDescription& m) { m.config.rope.factor = 2; }},
      {"low_freq_factor", StatusCode::kCorrupt,
       [&](ModelDescription& m) {
         llama3(m);
         m.config.rope.low_freq_factor = 4;
       }},
      {"original_max_position_embeddings", StatusCode::kCorrupt,
       [&](ModelDescription& m) {
         llama3(m);
         m.config.rope.original_max_position_embeddings = 0;
       }},
      {"layer 0", StatusCode::kCorrupt,
       [](ModelDescription& m) { m.config.sliding_layers.set(0); }},
      {"layer 7", StatusCode::kCorrupt,
       [](ModelDescription& m) {
         m.config.sliding_window = 3;
         m.config.sliding_layers.set(7);
       }},
      {"attn_logit_softcapping", StatusCode::kCorrupt,
       [](ModelDescription& m) { m.config.attn_logit_softcapping = -1; }},
      {"query_pre_attn_scalar", StatusCode::kCorrupt,
       [](ModelDescription& m) { m.config.query_pre_attn_scalar = std::nan(""); }},
      {"head", StatusCode::kUnsupported,
       [](ModelDescription& m) { m.readout.head = static_cast<HeadKind>(8); }},
      {"rows of the head", StatusCode::kCorrupt,
       [](ModelDescription& m) { m.readout = {.head = HeadKind::kRows, .rows = 3}; }},
      {"rows of the head", StatusCode::kCorrupt, [](ModelDescription& m) { m.readout.rows = 1; }},
      {"pad_token_id together", StatusCode::kUnsupported,
       [](ModelDescription& m) {
         m.config.rope = {RopeType::kDynamic, 1e4, 2, 0, 0, 100};
         m.readout = {.head = HeadKind::kRows, .rows = 1, .pad_token_id = 3};
       }},
      {"pad_token_id", StatusCode::kCorrupt,
       [](ModelDescription& m) {
         m.readout = {.head = HeadKind::kRows, .rows = 1, .pad_token_id = 11};
       }},
  };
  for (const Case& c : cases) {
    ModelDescription model = {SampleConfig(), {}};
    c.change(model);
    const Status status = Validate(model, "the place");
    EXPECT_EQ(status.code(), c.code) << c.field;
    EXPECT_THAT(status.message(), HasSubstr("the place: "));
    EXPECT_THAT(status.message(), HasSubstr(c.field));
  }
}

TEST(ModelConfigTest, TheRecordHoldsEverything) {
  ModelDescription model = {SampleConfig(), {HeadKind::kRows, 2, 3, 4}};
  ModelConfig& c = model.config;
  c.architecture = "Gemma2ForSequenceClassification";
  c.hidden_act = Activation::kGeluPytorchTanh;
  c.rope = {RopeType::kLlama3, 5e5, 8, 1, 4, 64};
  c.tie_word_embeddings = c.qkv_bias = c.norm_plus_one = c.branch_norms = c.scale_embeddings = true;
  c.query_pre_attn_scalar = 144;
  c.attn_logit_softcapping = 50;
  c.sliding_window = 7;
  c.sliding_layers.set(0);
  const std::string bytes = EncodeConfig(model);
  const auto back = DecodeConfig(std::as_bytes(std::span(bytes)), "x");
  ASSERT_TRUE(back.ok()) << back.status().message();
  EXPECT_EQ(*back, model);
}

TEST(ModelConfigTest, TheLongestPromptFollowsFromTheScaling) {
  ModelConfig config = SampleConfig();
  EXPECT_EQ(config.max_tokens(), 100U);
  config.rope = {RopeType::kLinear, 1e4, 2.5};
  EXPECT_EQ(config.max_tokens(), 250U);
  config.rope = {RopeType::kDynamic, 1e4, 2, 0, 0, 100};
  EXPECT_EQ(config.max_tokens(), 1U << 24);
}

TEST(TensorTableTest, ListsOneLayerInOrder) {
  std::vector<std::string> lines;
  for (const TensorSpec& spec : TensorTable({SampleConfig(), {}})) {
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
  config.tie_word_embeddings = true;
  EXPECT_EQ(TensorTable({config, {}}).back().name, "final_norm");
}

std::vector<std::string> NamesOf(const ModelDescription& model) {
  std::vector<std::string> names;
  for (const TensorSpec& spec : TensorTable(model)) names.push_back(spec.name);
  return names;
}

TEST(TensorTableTest, PartsThatAModelHasNotAreAbsent) {
  ModelDescription model = {SampleConfig(), {HeadKind::kRows, 1}};
  model.config.qk_norm = false;
  EXPECT_THAT(NamesOf(model),
              ElementsAre("embed", "layers.0.attn_norm", "layers.0.attn.q", "layers.0.attn.kv",
                          "layers.0.attn.o", "layers.0.mlp_norm", "layers.0.mlp.gate",
                          "layers.0.mlp.up", "layers.0.mlp.down", "final_norm", "score"));
  model.config.qkv_bias = model.config.branch_norms = true;
  model.readout = {HeadKind::kMlp, 16};
  EXPECT_THAT(NamesOf(model),
              ElementsAre("embed", "layers.0.attn_norm", "layers.0.attn.q", "layers.0.attn.kv",
                          "layers.0.attn.q_bias", "layers.0.attn.kv_bias", "layers.0.attn.o",
                          "layers.0.attn_out_norm", "layers.0.mlp_norm", "layers.0.mlp.gate",
                          "layers.0.mlp.up", "layers.0.mlp.down", "layers.0.mlp_out_norm",
                          "final_norm", "score.0", "score.0_bias", "score.2", "score.2_bias"));
}

TEST(PlacementTest, PutsTensorsBackToBackOnCacheLines) {
  ModelConfig large = SampleConfig();
  large.num_hidden_layers = 1024;
  const auto table = TensorTable({large, {}});
  const auto records = PlaceTensors(table, DType::kF32, 1001);
  uint64_t offset = 1024;
  for (const TensorRecord& record : records) {
    ASSERT_EQ(record.offset, offset) << record.name;
    offset = (offset + record.bytes + 63) / 64 * 64;
  }
}

}  // namespace
}  // namespace gram::format
