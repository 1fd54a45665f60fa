// What the self-test promises, on every backend of the machine, in the shape of a real model.
#include "engine/diagnostics/selftest.h"

#include <gtest/gtest.h>

#include <atomic>

#include "engine/model/forward.h"
#include "engine/ops/backend.h"
#include "gram/selftest.h"
#include "tests/testing/backends.h"
#include "tests/testing/emulated.h"

namespace gram::diagnostics {
namespace {

/// The real shape; where that would take minutes, one of the same kind.
format::ModelConfig Shape() {
  format::ModelConfig config = RealShape();
  if (!testing::kSlowBuild) return config;
  config.hidden_size = 128;
  config.intermediate_size = 384;
  config.num_attention_heads = 4;
  config.num_key_value_heads = 2;
  config.head_dim = 32;
  return config;
}

class ShapeTest : public ::testing::TestWithParam<std::string> {
 protected:
  static void SetUpTestSuite() { subject_ = new ShapeSubject("a shape", Shape()); }
  static void TearDownTestSuite() {
    delete subject_;
    subject_ = nullptr;
  }
  static ShapeSubject* subject_;
};

ShapeSubject* ShapeTest::subject_ = nullptr;

TEST_P(ShapeTest, HasTheSameBitsHoweverItIsComputed) {
  const auto report = TestSubject(*subject_, {.threads = 2, .isa = GetParam()}, {});
  if (!report.ok() && report.status().code() == StatusCode::kUnsupported) {
    GTEST_SKIP() << report.status().message();
  }
  ASSERT_TRUE(report.ok()) << report.status().message();
  EXPECT_EQ(report->engine.isa, GetParam());
  EXPECT_EQ(report->checks.size(), 7u);
  EXPECT_EQ(report->longest, 139);
  for (const SelfTestCheck& check : report->checks) {
    EXPECT_FALSE(check.difference) << check.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Backends, ShapeTest, ::testing::ValuesIn(testing::BackendNames()),
                         [](const auto& backend) { return backend.param; });

/// An engine whose logits change with every call.
class Unsteady final : public SelfTestSubject {
 public:
  std::string name() const override { return "unsteady"; }
  size_t pairs() const override { return 1; }
  int small_batch() const override { return 1; }
  Result<std::unique_ptr<SelfTestEngine>> Open(const JudgeOptions&) override {
    return std::unique_ptr<SelfTestEngine>(std::make_unique<Engine>());
  }

 private:
  class Engine final : public SelfTestEngine {
   public:
    EngineInfo info() const override {
      EngineInfo info;
      info.threads = 1;
      return info;
    }
    Result<std::vector<Verdict>> Score(std::span<const size_t> pairs) override {
      std::vector<Verdict> verdicts(pairs.size());
      verdicts[0].orders[1] = {2, 0, calls_++, 5};
      return verdicts;
    }

   private:
    float calls_ = 0;
  };
};

TEST(SelfTestTest, FindsWhatDiffers) {
  Unsteady subject;
  const auto report = TestSubject(subject, {}, {});
  ASSERT_TRUE(report.ok());
  EXPECT_FALSE(report->identical);
  ASSERT_TRUE(report->checks.front().difference);
  EXPECT_EQ(report->checks.front().difference->token, 'B');
  EXPECT_EQ(report->checks.front().difference->order, 2);
}

}  // namespace
}  // namespace gram::diagnostics
