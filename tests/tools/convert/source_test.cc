// What a path is that is not what the verb reads, and the way out that the one line gives.
#include "tools/convert/source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/testing/paths.h"
#include "tests/testing/temp_dir.h"

namespace gram::convert {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kPointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\n";

class SourceTest : public ::testing::Test {
 protected:
  std::string File(const std::string& name, std::string_view bytes) {
    std::filesystem::create_directories(std::filesystem::path(dir_ / name).parent_path());
    gram::testing::WriteBytes(dir_ / name, bytes);
    return dir_ / name;
  }
  std::string Why(const std::string& path) {
    const Status status = CheckIsCheckpoint(path);
    EXPECT_FALSE(status.ok());
    EXPECT_THAT(status.message(), AllOf(HasSubstr(path), Not(HasSubstr("\n"))));
    return status.message();
  }
  const gram::testing::TempDir dir_;
};

TEST_F(SourceTest, KindsOfFiles) {
  const std::string tar = std::string(257, 'x') + "ustar";
  const std::pair<std::string, FileKind> heads[] = {
      {std::string("\x89GRAM\r\n\x1a", 8), FileKind::kPacked},
      {"GGUF", FileKind::kGguf},
      {std::string("\x09\0\0\0\0\0\0\0{", 9), FileKind::kSafetensors},
      {std::string("PK\x03\x04....archive/data.pkl"), FileKind::kTorch},
      {std::string("PK\x03\x04....notes.txt"), FileKind::kArchive},
      {std::string("\x80\x02\x8a\n"), FileKind::kTorch},
      {std::string("\x1f\x8b"), FileKind::kArchive},
      {tar, FileKind::kArchive},
      {std::string("\x89HDF\r\n\x1a\n"), FileKind::kHdf5},
      {std::string(kPointer), FileKind::kLfsPointer},
      {"\n<!DOCTYPE html>", FileKind::kWebPage},
      {" {\"a\": 1}", FileKind::kJson},
      {"", FileKind::kEmpty},
      {"something", FileKind::kOther}};
  for (const auto& [head, kind] : heads) EXPECT_EQ(KindOfBytes(head, 1000, "F"), kind) << head;
  EXPECT_EQ(KindOfBytes("\x08\x07", 1000, "m.onnx"), FileKind::kOnnx);
}

TEST_F(SourceTest, ACheckpointIsOne) {
  EXPECT_TRUE(CheckIsCheckpoint(gram::testing::GoldenPath("tiny-tied")).ok());
  EXPECT_TRUE(CheckIsCheckpoint(gram::testing::GoldenPath("tiny-tied") + "/").ok());
}

TEST_F(SourceTest, FilesInPlaceOfAFolder) {
  EXPECT_THAT(Why(File("m.gguf", "GGUF...")), HasSubstr("a GGUF file"));
  EXPECT_THAT(Why(File("m.gram", std::string_view("\x89GRAM\r\n\x1a", 8))),
              HasSubstr("a packed model already; use it as it is, with --model"));
  EXPECT_THAT(
      Why(File("ck/model.safetensors", std::string_view("\x09\0\0\0\0\0\0\0{........", 17))),
      HasSubstr("gram-cpu convert " + (dir_ / "ck") + " OUT.gram"));
  EXPECT_THAT(Why(File("w.safetensors", kPointer)), HasSubstr("git lfs pull"));
  EXPECT_THAT(Why(File("p.bin", "PK\x03\x04....archive/data.pkl")),
              AllOf(HasSubstr("a PyTorch file"), HasSubstr("save_pretrained")));
  EXPECT_THAT(Why(File("empty", "")), HasSubstr("the file is empty"));
  EXPECT_THAT(Why(File("m.zip", "PK\x03\x04zzz")), HasSubstr("unpack it first"));
}

TEST_F(SourceTest, FoldersThatAreNoCheckpoint) {
  std::filesystem::create_directory(dir_ / "empty");
  EXPECT_THAT(Why(dir_ / "empty"), HasSubstr("empty"));
  File("shards/config.json", "{}");
  File("shards/pytorch_model-00001-of-00002.bin", "PK");
  EXPECT_THAT(Why(dir_ / "shards"),
              AllOf(HasSubstr("PyTorch files (pytorch_model-00001-of-00002.bin)"),
                    HasSubstr("from_pretrained('" + (dir_ / "shards") + "'")));
  File("tok/tokenizer.json", "{}");
  EXPECT_THAT(Why(dir_ / "tok"), HasSubstr("a tokenizer without a model"));
  File("noindex/config.json", "{}");
  File("noindex/model-00001-of-00002.safetensors", "x");
  EXPECT_THAT(Why(dir_ / "noindex"), HasSubstr("which lists the shards"));
  File("lora/adapter_config.json", "{}");
  File("lora/adapter_model.safetensors", "x");
  EXPECT_THAT(Why(dir_ / "lora"), HasSubstr("merge"));
  File("noconfig/model.safetensors", "x");
  EXPECT_THAT(Why(dir_ / "noconfig"), HasSubstr("config.json is missing"));
}

TEST_F(SourceTest, TheHubsCachePointsToItsSnapshot) {
  const std::string snapshot = "models--A--B/snapshots/0123abcd";
  File(snapshot + "/config.json", "{}");
  File(snapshot + "/model.safetensors", "x");
  EXPECT_THAT(Why(dir_ / "models--A--B"), HasSubstr((dir_ / snapshot) + " is one; name that"));
  EXPECT_THAT(Why(dir_ / "models--A--B/snapshots"), HasSubstr(snapshot));
}

TEST_F(SourceTest, AHubNameSaysHowToDownload) {
  EXPECT_THAT(Why("NiuTrans/GRAM-Qwen3-1.7B-RewardModel"),
              HasSubstr("hf download NiuTrans/GRAM-Qwen3-1.7B-RewardModel --local-dir "));
  EXPECT_THAT(CheckIsCheckpoint("https://huggingface.co/A/B/tree/main").message(),
              HasSubstr("hf download A/B --local-dir B"));
  EXPECT_THAT(Why(dir_ / "nothing"), HasSubstr("no such file or folder"));
}

TEST_F(SourceTest, InspectKnowsTheSame) {
  EXPECT_THAT(CheckIsPackedModel(File("m.gguf", "GGUF...")).message(), HasSubstr("a GGUF file"));
  const std::string checkpoint = gram::testing::GoldenPath("tiny-tied");
  EXPECT_THAT(CheckIsPackedModel(checkpoint).message(),
              HasSubstr("convert it first: gram-cpu convert " + checkpoint));
  EXPECT_TRUE(CheckIsPackedModel(File("damaged", "something")).ok()) << "for the reader to judge";
}

}  // namespace
}  // namespace gram::convert
