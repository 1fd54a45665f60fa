#include "engine/format/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "engine/format/layout.h"
#include "engine/format/reader.h"
#include "tests/engine/format/sample_file.h"
#include "tests/testing/temp_dir.h"

namespace gram::format {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(WriterTest, WhatIsWrittenIsRead) {
  for (const DType dtype : {DType::kBf16, DType::kF32}) {
    const gram::testing::TempDir dir;
    const Metadata metadata = SampleMetadata(dtype);
    ASSERT_TRUE(WriteSample(dir / "m.gram", metadata).ok());
    EXPECT_THAT(dir.Names(), ElementsAre("m.gram"));

    const auto file = PackedFile::Open(dir / "m.gram");
    ASSERT_TRUE(file.ok()) << file.status().message();
    EXPECT_EQ(file->model(), metadata.model);
    EXPECT_EQ(file->weight_dtype(), dtype);
    EXPECT_EQ(file->chat(), metadata.chat);
    EXPECT_EQ(file->tokenizer_bytes(), metadata.tokenizer);
    EXPECT_EQ(file->provenance(), metadata.provenance);
    EXPECT_EQ(file->version(), kVersion);
    EXPECT_EQ(file->file_bytes(), std::filesystem::file_size(dir / "m.gram"));
    const std::vector<TensorSpec> table = TensorTable(metadata.model);
    ASSERT_EQ(file->tensors().size(), table.size());
    for (size_t i = 0; i < table.size(); ++i) {
      const TensorEntry& entry = **file->Tensor(table[i].name);
      EXPECT_EQ(entry.dtype, DTypeOf(table[i].role, dtype));
      EXPECT_EQ(entry.layout, LayoutOf(table[i].role));
      EXPECT_EQ(reinterpret_cast<uintptr_t>(entry.data.data()) % 64, 0U);
      EXPECT_THAT(std::vector(entry.data.begin(), entry.data.end()),
                  ::testing::ContainerEq(SampleTensor(i, entry.data.size())));
    }
    EXPECT_TRUE(file->VerifyTensors().ok());
  }
}

TEST(WriterTest, TheSameContentGivesTheSameBytesHoweverCut) {
  const gram::testing::TempDir dir;
  ASSERT_TRUE(WriteSample(dir / "a").ok());
  auto writer = PackedFileWriter::Create(dir / "b", SampleMetadata());
  ASSERT_TRUE(writer.ok() && AppendSample(*writer, 13).ok() && writer->Finish().ok());
  EXPECT_EQ(gram::testing::ReadBytes(dir / "a"), gram::testing::ReadBytes(dir / "b"));
}

TEST(WriterTest, LeavesNothingUnlessFinished) {
  const gram::testing::TempDir dir;
  {
    auto writer = PackedFileWriter::Create(dir / "m.gram", SampleMetadata());
    ASSERT_TRUE(writer.ok() && AppendSample(*writer).ok());
  }
  EXPECT_THAT(dir.Names(), IsEmpty());
}

TEST(WriterTest, InsistsOnOrderAndCompleteness) {
  const gram::testing::TempDir dir;
  auto writer = PackedFileWriter::Create(dir / "m.gram", SampleMetadata());
  ASSERT_TRUE(writer.ok());
  const std::vector<std::byte> byte(1);
  EXPECT_EQ(writer->Append(1, byte).code(), StatusCode::kInternal);
  const std::vector<std::byte> too_many(writer->records()[0].bytes + 1);
  EXPECT_EQ(writer->Append(0, too_many).code(), StatusCode::kInternal);
  EXPECT_TRUE(writer->Append(0, byte).ok());
  const Status status = writer->Finish();
  EXPECT_EQ(status.code(), StatusCode::kInternal);
  EXPECT_THAT(status.message(), HasSubstr("embed"));
  EXPECT_FALSE(std::filesystem::exists(dir / "m.gram"));
}

TEST(WriterTest, NothingComesAfterTheLastTensor) {
  const gram::testing::TempDir dir;
  auto writer = PackedFileWriter::Create(dir / "m.gram", SampleMetadata());
  ASSERT_TRUE(writer.ok() && AppendSample(*writer).ok());
  const std::vector<std::byte> byte(1);
  EXPECT_EQ(writer->Append(writer->table().size(), byte).code(), StatusCode::kInternal);
}

TEST(WriterTest, RefusesAConfigThatCannotBe) {
  const gram::testing::TempDir dir;
  Metadata metadata = SampleMetadata();
  metadata.model.config.vocab_size = 0;
  const auto writer = PackedFileWriter::Create(dir / "m.gram", metadata);
  EXPECT_THAT(writer.status().message(), HasSubstr("vocab"));
  EXPECT_THAT(dir.Names(), IsEmpty());
}

// A file size limit makes writes fail as a full disk does.
TEST(WriterTest, AFailedWriteIsAStatusAndLeavesNothing) {
  const gram::testing::TempDir dir;
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{4096, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const Status status = WriteSample(dir / "m.gram");
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(status.code(), StatusCode::kIo);
  EXPECT_THAT(status.message(), HasSubstr(dir / "m.gram"));
  EXPECT_THAT(dir.Names(), IsEmpty());
}

}  // namespace
}  // namespace gram::format
