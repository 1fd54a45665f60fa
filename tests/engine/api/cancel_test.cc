// Cancelling a Score call: what was finished is kept, nothing else is made up, and the engine goes
// on to give the same bits.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include "gram/judge.h"
#include "tests/testing/converted_model.h"
#include "tests/testing/emulated.h"
#include "tests/testing/random.h"

namespace gram {
namespace {

using testing::Random;
using testing::SameBits;
using Verdicts = std::vector<Result<Verdict>>;

static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may set it");

std::vector<Pair> Pairs(size_t count) {
  Random random(31);
  std::vector<Pair> pairs(count);
  for (Pair& pair : pairs) {
    pair.question = "Question " + std::to_string(random.Below(8));
    for (std::string* text : {&pair.response1, &pair.response2}) {
      for (size_t words = random.Below(40); words > 0; --words) {
        *text += " word" + std::to_string(random.Below(100));
      }
    }
  }
  return pairs;
}

size_t Finished(const Verdicts& verdicts, const Verdicts& expected) {
  size_t finished = 0;
  for (size_t i = 0; i < verdicts.size(); ++i) {
    if (verdicts[i].ok()) {
      EXPECT_TRUE(SameBits(*verdicts[i], *expected[i])) << i;
      ++finished;
    } else {
      EXPECT_EQ(verdicts[i].status().code(), StatusCode::kCancelled);
    }
  }
  return finished;
}

class CancelTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { model_ = std::make_unique<testing::ConvertedModel>(); }
  static void TearDownTestSuite() { model_.reset(); }

  static inline std::unique_ptr<testing::ConvertedModel> model_;
};

TEST_F(CancelTest, BeforeTheCallNothingIsScored) {
  const auto pairs = Pairs(3);
  Judge judge = model_->Open();
  const Verdicts expected = judge.Score(pairs, {});
  std::atomic<bool> cancel = true;
  const ScoreOptions options = {.cancel = &cancel};
  EXPECT_EQ(Finished(judge.Score(pairs, options), expected), 0U);
  EXPECT_TRUE(judge.Score({}, options).empty());
  cancel = false;
  EXPECT_EQ(Finished(judge.Score(pairs, options), expected), pairs.size());
  EXPECT_EQ(StatusCodeName(StatusCode::kCancelled), "cancelled");
}

// A fresh engine each round, so that the flag is raised while the instruction is being kept, too;
// and one that goes on, with another prompt in between so that it has to keep anew.
TEST_F(CancelTest, AtAnyMomentTheNextCallHasTheSameBits) {
  const auto pairs = Pairs(40);
  const JudgeOptions small_batches = {.threads = 2, .batch_tokens = 700};
  const Verdicts expected = model_->Open().Score(pairs, {});
  const auto start = std::chrono::steady_clock::now();
  ASSERT_EQ(Finished(model_->Open(small_batches).Score(pairs, {}), expected), pairs.size());
  const std::chrono::duration<double, std::micro> whole = std::chrono::steady_clock::now() - start;
  Judge lasting = model_->Open(small_batches);
  Random random(32);
  size_t partial = 0;
  for (int round = 0; round < (testing::kSlowBuild ? 8 : 24); ++round) {
    Judge fresh = model_->Open(small_batches);
    Judge& judge = round % 2 == 0 ? fresh : lasting;
    std::atomic<bool> cancel = false;
    const std::chrono::duration<double, std::micro> wait =
        whole * (static_cast<double>(random.Below(1000)) / 1000);
    std::thread other([&] {
      std::this_thread::sleep_for(wait);
      cancel = true;
    });
    const size_t finished = Finished(judge.Score(pairs, {.cancel = &cancel}), expected);
    other.join();
    partial += finished < pairs.size() ? 1 : 0;
    if (round % 4 == 1) {
      ASSERT_TRUE(judge.Score({pairs.data(), 1}, {.protocol = Protocol::kEval})[0].ok());
    }
    ASSERT_EQ(Finished(judge.Score({pairs.data(), 20}, {}), expected), 20U) << "round " << round;
  }
  EXPECT_GT(partial, 0U);
}

}  // namespace
}  // namespace gram
