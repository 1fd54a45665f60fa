#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/testing/paths.h"
#include "tests/tools/convert/test_model.h"
#include "tools/convert/checkpoint.h"

namespace gram::convert {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

json GoldenConfig() { return TestModel::Golden().config; }

Result<format::ModelConfig> Parse(const json& config) {
  const auto model = ParseHfConfig(config.dump(), "dir/config.json");
  if (!model.ok()) return model.status();
  EXPECT_EQ(model->readout, format::Readout());
  return model->config;
}

TEST(HfConfigTest, ReadsTheGoldenConfig) {
  const auto config = ReadHfConfig(gram::testing::GoldenPath("tiny-tied/config.json"));
  ASSERT_TRUE(config.ok()) << config.status().message();
  EXPECT_EQ(config->config, (format::ModelConfig{.architecture = "Qwen3ForCausalLM",
                                                 .hidden_size = 64,
                                                 .intermediate_size = 160,
                                                 .num_hidden_layers = 3,
                                                 .num_attention_heads = 4,
                                                 .num_key_value_heads = 2,
                                                 .head_dim = 32,
                                                 .vocab_size = 1088,
                                                 .max_position_embeddings = 40960,
                                                 .rms_norm_eps = 1e-6F,
                                                 .rope = {.rope_theta = 1e6},
                                                 .tie_word_embeddings = true,
                                                 .qk_norm = true}));
}

TEST(HfConfigTest, BothSpellingsOfRopeAreTheSame) {
  json config = GoldenConfig();
  const auto newer = Parse(config);
  config.erase("rope_parameters");
  config["rope_theta"] = 1000000;
  config["rope_scaling"] = nullptr;
  const auto older = Parse(config);
  ASSERT_TRUE(newer.ok() && older.ok());
  EXPECT_EQ(*newer, *older);
  config["rope_scaling"] = {{"type", "default"}};
  EXPECT_TRUE(Parse(config).ok());
}

TEST(HfConfigTest, AbsentHeadSizeIsTransformersDefault) {
  json config = GoldenConfig();
  config.erase("head_dim");
  EXPECT_EQ(Parse(config)->head_dim, 128U);
  config["head_dim"] = nullptr;
  EXPECT_EQ(Parse(config)->head_dim, 16U);
  config["hidden_size"] = 66;
  EXPECT_THAT(Parse(config).status().message(), HasSubstr("head_dim is missing"));
}

TEST(HfConfigTest, EmbeddingsAreUntiedUnlessSaid) {
  json config = GoldenConfig();
  config.erase("tie_word_embeddings");
  EXPECT_FALSE(Parse(config)->tie_word_embeddings);
}

TEST(HfConfigTest, MissingOrIllTypedFieldsAreNamed) {
  for (const char* field :
       {"architectures", "hidden_size", "intermediate_size", "num_hidden_layers",
        "num_attention_heads", "num_key_value_heads", "vocab_size", "max_position_embeddings",
        "rms_norm_eps", "rope_parameters"}) {
    for (const json& value : {json(), json("x"), json(-3), json(2.5), json::array({1, 2})}) {
      const bool fits = field == std::string("rms_norm_eps") && value.is_number_float();
      if (fits) continue;
      json config = GoldenConfig();
      if (value.is_null()) {
        config.erase(field);
      } else {
        config[field] = value;
      }
      const auto result = Parse(config);
      ASSERT_FALSE(result.ok()) << field << value;
      EXPECT_EQ(result.status().code(), StatusCode::kCorrupt) << result.status().message();
      const bool other_spelling = field == std::string("rope_parameters") && value.is_null();
      EXPECT_THAT(result.status().message(),
                  AllOf(StartsWith("dir/config.json: "),
                        HasSubstr(other_spelling                         ? "rope_theta"
                                  : field == std::string("rms_norm_eps") ? "rms_"
                                                                         : field)))
          << field << value;
    }
  }
}

TEST(HfConfigTest, WhatWouldChangeTheComputationIsRefusedByName) {
  struct Case {
    const char* field;
    json value;
    const char* says;
  };
  const Case cases[] = {
      {"architectures", {"MistralForCausalLM"}, "architectures is MistralForCausalLM"},
      {"model_type", "llama", "model_type"},
      {"hidden_act", "gelu", "hidden_act is gelu"},
      {"attention_bias", true, "attention_bias is true"},
      {"use_sliding_window", true, "use_sliding_window is true"},
      {"layer_types",
       {"full_attention", "sliding_attention", "full_attention"},
       "layer_types is sliding_attention"},
      {"quantization_config", {{"bits", 4}}, "quantization_config"},
      {"rope_scaling", {{"rope_type", "yarn"}, {"factor", 4.0}}, "rope_scaling: rope_type is yarn"},
      {"rope_scaling", {{"type", "linear"}, {"factor", 2.0}, {"beta", 2.0}}, "rope_scaling: beta"},
      {"rope_parameters",
       {{"rope_type", "default"}, {"rope_theta", 1e6}, {"partial_rotary_factor", 0.5}},
       "rope_parameters: partial_rotary_factor"},
  };
  for (const Case& c : cases) {
    json config = GoldenConfig();
    config[c.field] = c.value;
    const Status status = Parse(config).status();
    EXPECT_EQ(status.code(), StatusCode::kUnsupported) << c.says;
    EXPECT_THAT(status.message(), AllOf(StartsWith("dir/config.json: "), HasSubstr(c.says)));
  }
}

TEST(HfConfigTest, ContradictionsAreRefused) {
  json config = GoldenConfig();
  config["rope_theta"] = 10000;
  EXPECT_THAT(Parse(config).status().message(), HasSubstr("rope_theta is given twice"));
  config = GoldenConfig();
  config["layer_types"] = {"full_attention"};
  EXPECT_THAT(Parse(config).status().message(), HasSubstr("layer_types"));
  config = GoldenConfig();
  config["num_key_value_heads"] = 3;
  EXPECT_THAT(Parse(config).status().message(), HasSubstr("num_key_value_heads"));
}

TEST(HfConfigTest, TextThatIsNoConfigIsRefused) {
  for (const char* text : {"", "{", "[]", "3", "{\"a\":1,\"a\":2}", "\xff\xfe{}"}) {
    const auto result = ParseHfConfig(text, "dir/config.json");
    EXPECT_EQ(result.status().code(), StatusCode::kCorrupt) << text;
    EXPECT_THAT(result.status().message(), StartsWith("dir/config.json: "));
  }
  EXPECT_EQ(ReadHfConfig("/no/such/config.json").status().code(), StatusCode::kNotFound);
}

}  // namespace
}  // namespace gram::convert
