// A model's file that is damaged, or changes while it is in use: no score comes from it unsaid.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "engine/api/model_guard.h"
#include "gram/judge.h"
#include "tests/testing/converted_model.h"

namespace gram {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// Writes into the file as it lies there; where `byte` is what it holds, only its time changes.
void Overwrite(const std::string& path, int64_t offset, char byte) {
  // So that a file system that keeps coarse times shows the write.
  const auto earlier = std::filesystem::last_write_time(path) - std::chrono::seconds(10);
  std::filesystem::last_write_time(path, earlier);
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(offset);
  file.put(byte);
  file.close();
  std::filesystem::last_write_time(path, earlier + std::chrono::seconds(5));
}

class ModelGuardTest : public ::testing::Test {
 protected:
  Judge Open(bool verify = true) { return model_.Open({.threads = 2, .verify = verify}); }

  static Result<Verdict> Score(Judge& judge) {
    const Pair pair = {"What is 2 + 2?", "4", "5"};
    return judge.Score({&pair, 1}, {}).front();
  }

  void Damage(const std::string& name) {
    const auto file = format::PackedFile::Open(model_.path());
    const format::TensorEntry& tensor = **file->Tensor(name);
    const auto last = static_cast<int64_t>(tensor.data.size()) - 1;
    Overwrite(model_.path(), static_cast<int64_t>(tensor.offset) + last,
              static_cast<char>(tensor.data.back() ^ std::byte{1}));
  }

  std::string bytes() const { return testing::ReadBytes(model_.path()); }

  testing::ConvertedModel model_;
};

TEST_F(ModelGuardTest, ADamagedCopyIsRefusedAndTheTensorNamed) {
  for (const char* name : {"embed", "layers.1.mlp.down", "final_norm"}) {
    const std::string good = bytes();
    Damage(name);
    Judge judge = Open();
    for (int i = 0; i < 2; ++i) {
      const Result<Verdict> verdict = Score(judge);
      ASSERT_EQ(verdict.status().code(), StatusCode::kCorrupt) << name;
      EXPECT_THAT(verdict.status().message(),
                  AllOf(HasSubstr(model_.path()), HasSubstr(std::string("tensor ") + name),
                        HasSubstr("wrong checksum")));
    }
    Judge careless = Open(/*verify=*/false);
    EXPECT_TRUE(Score(careless).ok());
    EXPECT_FALSE(careless.info().verified);
    testing::WriteBytes(model_.path(), good);
  }
}

TEST_F(ModelGuardTest, AModelThatIsOverwrittenInPlaceScoresNoMore) {
  Judge judge = Open();
  ASSERT_TRUE(Score(judge).ok());
  Damage("layers.0.attn.q");
  const Result<Verdict> verdict = Score(judge);
  ASSERT_EQ(verdict.status().code(), StatusCode::kCorrupt);
  EXPECT_THAT(verdict.status().message(),
              AllOf(HasSubstr("was changed while it was in use"), HasSubstr("layers.0.attn.q")));
}

TEST_F(ModelGuardTest, WhatIsWrittenWhileItComputesIsFoundAfterwards) {
  const auto file = format::PackedFile::Open(model_.path());
  api::ModelGuard guard(&*file, {2}, true);
  ASSERT_TRUE(guard.Check(nullptr).ok());
  EXPECT_TRUE(*guard.Untouched(nullptr));
  const std::string good = bytes();
  const auto offset = static_cast<int64_t>((*file->Tensor("embed"))->offset);
  Overwrite(model_.path(), offset, good[static_cast<size_t>(offset)]);
  const Result<bool> restored = guard.Untouched(nullptr);
  ASSERT_TRUE(restored.ok());
  EXPECT_FALSE(*restored) << "it holds what it held, and may not have for a while";
  EXPECT_TRUE(*guard.Untouched(nullptr));
  Damage("embed");
  EXPECT_EQ(guard.Untouched(nullptr).status().code(), StatusCode::kCorrupt);
  EXPECT_EQ(guard.Check(nullptr).code(), StatusCode::kCorrupt);
}

TEST_F(ModelGuardTest, AFileThatIsOnlyTouchedOrReplacedGoesOnWithTheSameBits) {
  Judge judge = Open();
  const Result<Verdict> before = Score(judge);
  std::filesystem::last_write_time(
      model_.path(), std::filesystem::file_time_type::clock::now() + std::chrono::seconds(100));
  const Result<Verdict> touched = Score(judge);
  ASSERT_TRUE(touched.ok()) << touched.status().message();
  EXPECT_TRUE(testing::SameBits(*before, *touched));
  testing::WriteBytes(model_.path() + ".new", "another file");
  std::filesystem::rename(model_.path() + ".new", model_.path());
  const Result<Verdict> replaced = Score(judge);
  ASSERT_TRUE(replaced.ok()) << replaced.status().message();
  EXPECT_TRUE(testing::SameBits(*before, *replaced));
}

TEST_F(ModelGuardTest, AFileThatWasCutIsRefusedBeforeItIsRead) {
  Judge judge = Open();
  ASSERT_TRUE(Score(judge).ok());
  std::filesystem::resize_file(model_.path(), 10000);
  const Result<Verdict> verdict = Score(judge);
  ASSERT_EQ(verdict.status().code(), StatusCode::kCorrupt);
  EXPECT_THAT(verdict.status().message(), HasSubstr("has 10000 bytes, but had"));
}

TEST_F(ModelGuardTest, CheckingCanBeCancelled) {
  Judge judge = Open();
  const std::atomic<bool> stop = true;
  const Pair pair = {"q", "a", "b"};
  EXPECT_EQ(judge.Score({&pair, 1}, {.cancel = &stop})[0].status().code(), StatusCode::kCancelled);
  EXPECT_TRUE(Score(judge).ok());
}

}  // namespace
}  // namespace gram
