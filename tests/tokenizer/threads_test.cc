#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/tokenizer/testing.h"
#include "tokenizer/tokenizer.h"

namespace gram::tokenizer {
namespace {

using testing::Ids;
using testing::TinyTokenizer;

TEST(Tokenizer, ManyThreadsGetTheSameIds) {
  std::mt19937 random(4);
  std::vector<std::string> texts;
  std::vector<Ids> expected;
  for (int i = 0; i < 100; ++i) {
    texts.push_back(testing::RandomText(&random, 60));
    expected.push_back(*TinyTokenizer().Encode(texts.back()));
  }
  std::vector<int> wrong(4);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&, t] {
      for (size_t i = 0; i < texts.size(); ++i) {
        wrong[t] += *TinyTokenizer().Encode(texts[i]) == expected[i] ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(wrong, ::testing::Each(0));
}

}  // namespace
}  // namespace gram::tokenizer
