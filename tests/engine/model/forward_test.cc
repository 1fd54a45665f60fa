// The forward pass against a slow double-precision one, and its independence of batching, sharing
// and threads.
#include "engine/model/forward.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstring>

#include "engine/schedule/planner.h"
#include "tests/testing/backends.h"
#include "tests/testing/emulated.h"
#include "tests/testing/tiny_model.h"

namespace gram::model {
namespace {

using schedule::Plan;
using schedule::PrefixTree;
using schedule::Prompt;
using testing::OddConfig;
using testing::Random;
using testing::TinyModel;
using Logits = std::array<float, 2>;

constexpr std::array<int32_t, 2> kChoices = {3, 17};

struct Path {
  std::string backend;
  DType weights;
};

Forward OpenOn(const ops::Backend& backend, const TinyModel& model, int threads) {
  Result<Forward> forward = Forward::Open(model.weights(), backend, {threads});
  EXPECT_TRUE(forward.ok()) << forward.status().message();
  return std::move(forward).value();
}

class ForwardTest : public ::testing::TestWithParam<Path> {
 protected:
  void SetUp() override {
    const auto backend = testing::FindBackend(GetParam().backend, GetParam().weights);
    if (!backend.ok()) GTEST_SKIP() << backend.status().message();
    backend_ = *backend;
  }
  Forward Open(const TinyModel& model, int threads) const {
    return OpenOn(*backend_, model, threads);
  }
  /// A few roundings of 2^-9 a layer, partly cancelling, where activations are bf16; logits are of
  /// order 5.
  float Tolerance() const { return backend_->kernels->activations == DType::kBf16 ? 0.15F : 5e-4F; }

  const ops::Backend* backend_ = nullptr;
};

/// Prompts with common prefixes of many lengths, around the 64-position blocks and beyond a chunk.
std::vector<Prompt> MakePrompts(Random* random, size_t vocab) {
  const auto tokens = [&](size_t n) {
    Prompt out(n);
    for (int32_t& token : out) token = static_cast<int32_t>(random->Below(vocab));
    return out;
  };
  const auto join = [](Prompt a, const Prompt& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
  };
  const Prompt root = tokens(30);
  const Prompt question = join(root, tokens(34));  // ends on a block border
  const Prompt other = join(root, tokens(7));
  const Prompt response = join(question, tokens(61));
  return {tokens(1),
          join(root, tokens(3)),
          join(question, tokens(1)),
          join(question, tokens(90)),
          question,
          join(response, tokens(2)),
          join(response, tokens(70)),
          join(other, tokens(300)),
          join(other, tokens(1)),
          response,
          response};
}

Plan MakePlan(const std::vector<Prompt>& prompts, size_t share_limit) {
  PrefixTree tree(share_limit);
  for (size_t i = 0; i < prompts.size(); ++i) tree.Insert(prompts[i], i);
  return tree.ToPlan();
}

std::vector<Logits> Score(Forward* forward, const std::vector<Prompt>& prompts, bool share) {
  const Plan plan = MakePlan(prompts, share ? forward->share_limit() : 0);
  const auto read = forward->Run(plan, kChoices);
  EXPECT_TRUE(read.ok()) << read.status().message();
  std::vector<Logits> logits(prompts.size());
  for (size_t i = 0; i < read->size(); ++i) logits[plan.readouts[i].prompt] = (*read)[i];
  return logits;
}

bool SameBits(const Logits& a, const Logits& b) { return std::memcmp(&a, &b, sizeof a) == 0; }

TEST_P(ForwardTest, MatchesDoublePrecision) {
  for (const bool tied : {true, false}) {
    format::ModelConfig config = OddConfig();
    config.tie_word_embeddings = tied;
    const TinyModel model(config, GetParam().weights, 12);
    Forward forward = Open(model, 2);
    Random random(13);
    const auto prompts = MakePrompts(&random, config.vocab_size);
    const auto logits = Score(&forward, prompts, true);
    for (size_t i = 0; i < prompts.size(); ++i) {
      const auto expected = model.ReferenceLogits(prompts[i], kChoices);
      for (size_t c = 0; c < 2; ++c) {
        ASSERT_NEAR(logits[i][c], expected[c], Tolerance()) << "prompt " << i;
      }
    }
  }
}

TEST_P(ForwardTest, EveryFamilyMatchesDoublePrecision) {
  const bool bf16 = backend_->kernels->activations == DType::kBf16;
  for (const auto& [name, config] : testing::OddFamilies()) {
    const TinyModel model(config, GetParam().weights, 31);
    Forward forward = Open(model, 2);
    Random random(32);
    auto prompts = MakePrompts(&random, config.vocab_size);
    if (testing::kSlowBuild) prompts = {prompts[1], prompts[3]};  // 33 and 154 tokens
    const auto shared = Score(&forward, prompts, true);
    const auto alone = Score(&forward, prompts, false);
    for (size_t i = 0; i < prompts.size(); ++i) {
      const auto expected = model.ReferenceLogits(prompts[i], kChoices, bf16);
      for (size_t c = 0; c < 2; ++c) {
        ASSERT_NEAR(shared[i][c], expected[c], Tolerance()) << name << " prompt " << i;
      }
      ASSERT_TRUE(SameBits(shared[i], alone[i])) << name << " prompt " << i;
    }
  }
}

TEST_P(ForwardTest, SameBitsAloneTogetherSharedOrNotOnAnyThreads) {
  const TinyModel model(OddConfig(), GetParam().weights, 14);
  Random random(15);
  const auto prompts = MakePrompts(&random, model.weights().config.vocab_size);
  Forward one = Open(model, 1);
  const auto expected = Score(&one, prompts, true);
  for (const int threads : {2, 3}) {
    if (testing::kEmulated && threads != 3) continue;
    Forward forward = Open(model, threads);
    std::vector<Prompt> reversed(prompts.rbegin(), prompts.rend());
    const auto shared = Score(&forward, prompts, true);
    const auto unshared = Score(&forward, prompts, false);
    const auto backwards = Score(&forward, reversed, true);
    for (size_t i = 0; i < prompts.size(); ++i) {
      const auto alone = Score(&forward, {prompts[i]}, true);
      EXPECT_TRUE(SameBits(shared[i], expected[i])) << "threads " << threads << " prompt " << i;
      EXPECT_TRUE(SameBits(unshared[i], expected[i])) << "unshared, prompt " << i;
      EXPECT_TRUE(SameBits(backwards[prompts.size() - 1 - i], expected[i]))
          << "reversed, prompt " << i;
      EXPECT_TRUE(SameBits(alone[0], expected[i])) << "alone, prompt " << i;
    }
  }
}

// Prompts that follow the cached prefix, leave it in the middle, at a block border, end inside it,
// or never enter it.
TEST_P(ForwardTest, ACachedPrefixChangesNoBit) {
  const TinyModel model(OddConfig(), GetParam().weights, 19);
  Random random(20);
  auto prompts = MakePrompts(&random, model.weights().config.vocab_size);
  const Prompt cached(prompts[7].begin(), prompts[7].begin() + 157);
  for (const size_t length : {size_t{1}, size_t{64}, size_t{100}, size_t{156}, size_t{157}}) {
    prompts.emplace_back(cached.begin(), cached.begin() + static_cast<ptrdiff_t>(length));
    prompts.push_back(prompts.back());
    prompts.back().push_back(5);
  }
  Forward plain = Open(model, 2);
  const auto expected = Score(&plain, prompts, true);
  Forward caching = Open(model, 2);
  ASSERT_TRUE(caching.CachePrefix(Prompt(90, 1)).ok());  // replaced by the next
  ASSERT_TRUE(caching.CachePrefix(cached).ok());
  for (const size_t budget : {size_t{1}, size_t{150}, size_t{100000}}) {
    size_t rows = 0;
    for (const Plan& plan :
         schedule::MakePlans(prompts, {budget, schedule::kShareAll, caching.cached_prefix()})) {
      rows += plan.tokens.size();
      const auto read = caching.Run(plan, kChoices);
      ASSERT_TRUE(read.ok());
      for (size_t i = 0; i < read->size(); ++i) {
        const size_t prompt = plan.readouts[i].prompt;
        EXPECT_TRUE(SameBits((*read)[i], expected[prompt]))
            << "budget " << budget << " prompt " << prompt;
      }
    }
    if (budget == 100000) {
      EXPECT_LT(rows, MakePlan(prompts, true).tokens.size());
    }
  }
}

// Stopped after every layer in turn, and while a prefix is being cached: the next run has the same
// bits, and only a whole prefix is ever used.
TEST_P(ForwardTest, ACancelledRunLeavesNothingBehind) {
  const TinyModel model(OddConfig(), GetParam().weights, 21);
  Random random(22);
  const auto prompts = MakePrompts(&random, model.weights().config.vocab_size);
  Forward forward = Open(model, 2);
  const auto expected = Score(&forward, prompts, true);
  const Prompt cached(prompts[7].begin(), prompts[7].begin() + 100);
  std::atomic<bool> cancel = false;
  forward.SetCancel(&cancel);
  for (size_t stop = 0; stop < model.weights().layers.size(); ++stop) {
    cancel = true;
    EXPECT_EQ(forward.CachePrefix(cached).code(), StatusCode::kCancelled);
    EXPECT_TRUE(forward.cached_prefix().empty());
    cancel = false;
    if (stop % 2 == 1) {
      ASSERT_TRUE(forward.CachePrefix(cached).ok());
    }
    const auto plans =
        schedule::MakePlans(prompts, {100000, schedule::kShareAll, forward.cached_prefix()});
    ASSERT_EQ(plans.size(), 1U);
    const auto cancelled = forward.Run(
        plans[0], kChoices, [&](size_t layer, std::span<const float>) { cancel = layer == stop; });
    EXPECT_EQ(cancelled.status().code(), StatusCode::kCancelled) << stop;
    cancel = false;
    const auto read = forward.Run(plans[0], kChoices);
    ASSERT_TRUE(read.ok());
    for (size_t i = 0; i < read->size(); ++i) {
      EXPECT_TRUE(SameBits((*read)[i], expected[plans[0].readouts[i].prompt])) << stop;
    }
  }
}

TEST_P(ForwardTest, ManyChunksAndReadouts) {
  const TinyModel model(OddConfig(), GetParam().weights, 16);
  Random random(17);
  std::vector<Prompt> prompts(700);  // more readouts and rows than a chunk has
  for (Prompt& prompt : prompts) {
    prompt.resize(1 + random.Below(4));
    for (int32_t& token : prompt)
      token = static_cast<int32_t>(random.Below(model.weights().config.vocab_size));
  }
  Forward forward = Open(model, 2);
  const auto logits = Score(&forward, prompts, false);
  for (const size_t i : {size_t{0}, size_t{311}, size_t{512}, size_t{699}}) {
    EXPECT_TRUE(SameBits(logits[i], Score(&forward, {prompts[i]}, true)[0])) << i;
  }
}

TEST_P(ForwardTest, OneLayerAndOneHead) {
  format::ModelConfig config = OddConfig();
  config.num_hidden_layers = 1;
  config.num_attention_heads = config.num_key_value_heads = 1;
  config.head_dim = 2;
  const TinyModel model(config, GetParam().weights, 18);
  Forward forward = Open(model, 1);
  const Prompt prompt = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  const auto logits = Score(&forward, {prompt}, true);
  const auto expected = model.ReferenceLogits(prompt, kChoices);
  EXPECT_NEAR(logits[0][0], expected[0], Tolerance());
}

// Vector kernels sum in one order whatever their width (kernels/vector/slots.h).
TEST(ForwardBackends, Avx2AndAvx512GiveTheSameBits) {
  const auto narrow = ops::ChooseBackend("avx2", DType::kBf16);
  const auto wide = ops::ChooseBackend("avx512", DType::kBf16);
  if (!narrow.ok() || !wide.ok()) GTEST_SKIP() << "needs a CPU with AVX-512";
  for (const auto type : {DType::kBf16, DType::kF32}) {
    const TinyModel model(OddConfig(), type, 21);
    Random random(22);
    const auto prompts = MakePrompts(&random, model.weights().config.vocab_size);
    Forward on_avx2 = OpenOn(**narrow, model, 2);
    Forward on_avx512 = OpenOn(**wide, model, 2);
    const auto got = Score(&on_avx2, prompts, true);
    const auto expected = Score(&on_avx512, prompts, true);
    for (size_t i = 0; i < prompts.size(); ++i) EXPECT_TRUE(SameBits(got[i], expected[i])) << i;
  }
}

// A backend that rounds activations to bf16 would make a model of f32 weights coarser in silence.
TEST(ForwardBackends, Bf16ActivationsRefuseF32Weights) {
  const TinyModel model(OddConfig(), DType::kF32, 23);
  for (const ops::Backend* backend : ops::AvailableBackends()) {
    const Status status = Forward::Open(model.weights(), *backend, {}).status();
    EXPECT_EQ(status.code(), backend->kernels->activations == DType::kBf16
                                 ? StatusCode::kUnsupported
                                 : StatusCode::kOk)
        << backend->name;
  }
}

constexpr auto kBf16 = DType::kBf16;
constexpr auto kF32 = DType::kF32;

// Every backend on the weights it can run.
std::vector<Path> Paths() {
  std::vector<Path> paths;
  for (const std::string& name : testing::TestedNames()) {
    paths.push_back({name, kBf16});
    if (!testing::HasBf16Activations(name)) paths.push_back({name, kF32});
  }
  return paths;
}

INSTANTIATE_TEST_SUITE_P(Paths, ForwardTest, ::testing::ValuesIn(Paths()),
                         [](const auto& instance) {
                           return instance.param.backend +
                                  (instance.param.weights == DType::kBf16 ? "_on_bf16" : "_on_f32");
                         });

}  // namespace
}  // namespace gram::model
