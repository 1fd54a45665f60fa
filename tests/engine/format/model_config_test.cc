#include "engine/format/model_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "tests/engine/format/sample_file.h"

namespace gram::format {
namespace {

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

}  // namespace
}  // namespace gram::format
