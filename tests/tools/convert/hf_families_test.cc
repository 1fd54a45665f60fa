// config.json of the families beside Qwen3: what it says, what it leaves to transformers' defaults,
// and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tools/convert/checkpoint.h"

namespace gram::convert {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

/// The fields that all families have to give.
json Config(const char* architecture, const char* model_type) {
  return {{"architectures", {architecture}},
          {"model_type", model_type},
          {"hidden_size", 48},
          {"intermediate_size", 80},
          {"num_hidden_layers", 3},
          {"num_attention_heads", 6},
          {"num_key_value_heads", 2},
          {"vocab_size", 100},
          {"max_position_embeddings", 512},
          {"rms_norm_eps", 1e-5},
          {"rope_theta", 1e4}};
}

json LlamaReward() { return Config("LlamaForSequenceClassification", "llama"); }

json Gemma2() {
  json config = Config("Gemma2ForSequenceClassification", "gemma2");
  config["head_dim"] = 16;
  config["query_pre_attn_scalar"] = 24;
  config["attn_logit_softcapping"] = 30.0;
  config["sliding_window"] = 64;
  return config;
}

json InternLm2() {
  json config = Config("InternLM2ForRewardModel", "internlm2");
  config["reward_token_id"] = 97;
  return config;
}

Result<format::ModelDescription> Parse(const json& config) {
  return ParseHfConfig(config.dump(), "config.json");
}

std::string Refusal(const json& config) { return Parse(config).status().message(); }

TEST(HfFamiliesTest, Gemma2ReadsItsOwnFields) {
  const auto model = Parse(Gemma2());
  ASSERT_TRUE(model.ok()) << model.status().message();
  const format::ModelConfig& config = model->config;
  EXPECT_EQ(config.attn_logit_softcapping, 30);
  EXPECT_EQ(config.query_pre_attn_scalar, 24);
  EXPECT_EQ(config.sliding_window, 64U);
  EXPECT_EQ(config.sliding_layers, std::bitset<format::kMaxLayers>(0b101));
  EXPECT_TRUE(config.norm_plus_one && config.branch_norms && config.scale_embeddings);
  EXPECT_TRUE(config.tie_word_embeddings);
}

TEST(HfFamiliesTest, Gemma2WithoutACapIsNotOneWithTheDefaultCap) {
  json config = Gemma2();
  config.erase("attn_logit_softcapping");
  EXPECT_EQ(Parse(config)->config.attn_logit_softcapping, 50);
  config["attn_logit_softcapping"] = nullptr;
  EXPECT_EQ(Parse(config)->config.attn_logit_softcapping, 0);
}

TEST(HfFamiliesTest, ZeroIsNoNumberToDivideBy) {
  for (const char* field : {"attn_logit_softcapping", "query_pre_attn_scalar"}) {
    json config = Gemma2();
    config[field] = 0;
    EXPECT_THAT(Refusal(config), HasSubstr(std::string(field) + " is not a positive number"));
  }
}

TEST(HfFamiliesTest, Gemma2FieldsWithoutASafeDefaultAreMissed) {
  for (const char* field : {"query_pre_attn_scalar", "sliding_window"}) {
    json config = Gemma2();
    config.erase(field);
    EXPECT_THAT(Refusal(config), HasSubstr(std::string(field) + " is missing"));
  }
  json config = Gemma2();
  config["layer_types"] = json::array({"full_attention", "full_attention", "full_attention"});
  config.erase("sliding_window");
  EXPECT_EQ(Parse(config)->config.sliding_window, 0U);
}

TEST(HfFamiliesTest, Gemma2HasAnActivationOfItsOwnName) {
  json config = Gemma2();
  config["hidden_activation"] = nullptr;
  config["hidden_act"] = "gelu";
  EXPECT_TRUE(Parse(config).ok());
  config["hidden_activation"] = "gelu";
  EXPECT_THAT(Refusal(config), HasSubstr("hidden_activation is gelu"));
}

TEST(HfFamiliesTest, LlamaWithoutKeyValueHeadsHasOneForEachQueryHead) {
  json config = LlamaReward();
  for (const bool null : {false, true}) {
    config.erase("num_key_value_heads");
    if (null) config["num_key_value_heads"] = nullptr;
    EXPECT_EQ(Parse(config)->config.num_key_value_heads, 6U);
  }
}

TEST(HfFamiliesTest, PaddingThatNoTokenIsMeansNone) {
  json config = LlamaReward();
  EXPECT_EQ(Parse(config)->readout.pad_token_id, -1);
  for (const json& none : {json(nullptr), json(-1), json(100), json(1U << 31)}) {
    config["pad_token_id"] = none;
    EXPECT_EQ(Parse(config)->readout.pad_token_id, -1) << none;
  }
  config["pad_token_id"] = 99;
  EXPECT_EQ(Parse(config)->readout.pad_token_id, 99);
  for (const json& wrong : {json(1.5), json("2"), json::array({1})}) {
    config["pad_token_id"] = wrong;
    EXPECT_THAT(Refusal(config), HasSubstr("pad_token_id is not a token id")) << wrong;
  }
}

TEST(HfFamiliesTest, ARewardTokenIsNeeded) {
  EXPECT_EQ(Parse(InternLm2())->readout.reward_token_id, 97);
  for (const json& none : {json(nullptr), json(-1), json(100)}) {
    json config = InternLm2();
    config["reward_token_id"] = none;
    EXPECT_THAT(Refusal(config), HasSubstr("reward_token_id is missing")) << none;
  }
}

TEST(HfFamiliesTest, ARewardIsOneNumber) {
  json config = LlamaReward();
  config["id2label"] = {{"0", "LABEL_0"}};
  EXPECT_TRUE(Parse(config).ok());
  config["id2label"] = {{"0", "bad"}, {"1", "good"}};
  EXPECT_THAT(Refusal(config), HasSubstr("id2label: the model has 2 labels"));
  config["id2label"] = nullptr;
  config["num_labels"] = 5;
  EXPECT_THAT(Refusal(config), HasSubstr("num_labels: the model has 5 labels"));
}

TEST(HfFamiliesTest, BiasesThatAFamilyHasNotAreRefused) {
  for (const char* field : {"mlp_bias", "attention_bias"}) {
    json config = LlamaReward();
    config[field] = true;
    EXPECT_THAT(Refusal(config), HasSubstr(std::string(field) + " is true"));
  }
  json config = InternLm2();
  config["bias"] = true;
  EXPECT_THAT(Refusal(config), HasSubstr("bias is true"));
}

}  // namespace
}  // namespace gram::convert
