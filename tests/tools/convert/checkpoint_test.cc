#include "tools/convert/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/testing/temp_dir.h"
#include "tests/tools/convert/test_model.h"

namespace gram::convert {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kIndex[] = "model.safetensors.index.json";

TestModel Sample() {
  TestModel model;
  model.tensors = {
      {"a", {"BF16", {2}, "aaaa"}}, {"b", {"BF16", {2}, "bbbb"}}, {"c", {"BF16", {2}, "cccc"}}};
  return model;
}

class CheckpointTest : public ::testing::Test {
 protected:
  void ExpectRefused(const std::string& file, const std::string& says,
                     StatusCode code = StatusCode::kCorrupt) {
    const auto checkpoint = Checkpoint::Open(dir_.path());
    ASSERT_FALSE(checkpoint.ok()) << says;
    EXPECT_EQ(checkpoint.status().code(), code) << checkpoint.status().message();
    EXPECT_THAT(checkpoint.status().message(),
                AllOf(HasSubstr(file.empty() ? dir_.path() : dir_ / file), HasSubstr(says)));
  }

  const gram::testing::TempDir dir_;
};

TEST_F(CheckpointTest, ShardsAreOneCheckpoint) {
  Sample().SaveSharded(dir_.path(), 2);
  const auto checkpoint = Checkpoint::Open(dir_.path());
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status().message();
  EXPECT_EQ(checkpoint->tensors().size(), 3U);
  EXPECT_EQ(checkpoint->files().size(), 3U);
  EXPECT_EQ(checkpoint->Find("b")->Where(), dir_ / "part-1.safetensors: tensor b");
  const Status missing = checkpoint->Find("d").status();
  EXPECT_EQ(missing.code(), StatusCode::kNotFound);
  EXPECT_THAT(missing.message(), AllOf(HasSubstr(dir_ / kIndex), HasSubstr("tensor d")));
}

TEST_F(CheckpointTest, AFolderWithoutWeightsOrWithTwoSetsIsRefused) {
  ExpectRefused("", "neither", StatusCode::kNotFound);
  Sample().SaveSharded(dir_.path(), 2);
  Sample().Save(dir_.path());
  ExpectRefused("", "both", StatusCode::kInvalidArgument);
}

TEST_F(CheckpointTest, IndexAndShardsMustAgree) {
  const auto with = [this](const std::function<void(json&)>& edit) {
    Sample().SaveSharded(dir_.path(), 2, edit);
  };
  with([](json& i) { i["weight_map"]["ghost"] = "part-1.safetensors"; });
  ExpectRefused("part-1.safetensors", "tensor ghost is missing");
  with([](json& i) { i["weight_map"].erase("b"), i["weight_map"]["a"] = "part-1.safetensors"; });
  ExpectRefused("part-0.safetensors", "tensor a");
  with([](json& i) { i["weight_map"]["c"] = "part-1.safetensors"; });
  ExpectRefused("part-0.safetensors", "tensor c: the index");
  with([](json& i) { i["weight_map"]["c"] = "part-9.safetensors"; });
  ExpectRefused("part-0.safetensors", "tensor c: the index");
  with([](json& i) { i["weight_map"]["ghost"] = "part-9.safetensors"; });
  ExpectRefused("part-9.safetensors", "No such file", StatusCode::kNotFound);
}

TEST_F(CheckpointTest, ShardNamesCannotLeaveTheFolder) {
  for (const char* name :
       {"../part-0.safetensors", "/etc/passwd", "sub/x", "", ".", "..", "two\nlines"}) {
    Sample().SaveSharded(dir_.path(), 2, [=](json& i) { i["weight_map"]["a"] = name; });
    ExpectRefused(kIndex, "tensor a");
  }
}

TEST_F(CheckpointTest, IndexesThatAreNoneAreRefused) {
  for (const char* text : {"[]", "{", "{}", R"({"weight_map": 3})", R"({"weight_map": {}})",
                           R"({"weight_map": {"a": 3}})", R"({"weight_map":{"a":"x","a":"y"}})"}) {
    gram::testing::WriteBytes(dir_ / kIndex, text);
    ExpectRefused(kIndex, "");
  }
}

}  // namespace
}  // namespace gram::convert
