#include "engine/format/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <string>

#include "engine/format/checksum.h"
#include "engine/format/layout.h"
#include "tests/engine/format/reseal.h"
#include "tests/engine/format/sample_file.h"
#include "tests/testing/temp_dir.h"

namespace gram::format {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;

// Attacks on the sample file: changes to a copy, and what opening the copy says.
class ReaderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(WriteSample(dir_ / "good.gram").ok());
    good_ = gram::testing::ReadBytes(dir_ / "good.gram");
    std::memcpy(&header_, good_.data(), sizeof(header_));
  }

  Status OpenBytes(std::string_view bytes) {
    gram::testing::WriteBytes(dir_ / "bad.gram", bytes);
    return PackedFile::Open(dir_ / "bad.gram").status();
  }

  Status OpenWithHeader(const std::function<void(FileHeader&)>& change) {
    FileHeader header = header_;
    change(header);
    std::string bytes = good_;
    std::memcpy(bytes.data(), &header, sizeof(header));
    return OpenBytes(Resealed(bytes));
  }

  template <typename Record>
  Status OpenWithRecord(SectionKind kind, size_t index,
                        const std::function<void(Record&)>& change) {
    std::string bytes = good_;
    char* place = bytes.data() + header_.sections[static_cast<uint32_t>(kind) - 1].offset +
                  index * sizeof(Record);
    Record record;
    std::memcpy(&record, place, sizeof(record));
    change(record);
    std::memcpy(place, &record, sizeof(record));
    return OpenBytes(Resealed(bytes));
  }

  const gram::testing::TempDir dir_;
  std::string good_;
  FileHeader header_{};
};

TEST_F(ReaderTest, TheUntouchedFileOpens) {
  EXPECT_TRUE(OpenBytes(good_).ok());
  EXPECT_TRUE(OpenBytes(Resealed(good_)).ok());
}

TEST_F(ReaderTest, EveryTruncationIsATypedError) {
  const size_t metadata = MetadataEnd(header_);
  for (size_t size = 0; size < good_.size();
       size += size < metadata ? 1 : (good_.size() - metadata) / 200) {
    const Status status = OpenBytes(std::string_view(good_).substr(0, size));
    ASSERT_EQ(status.code(), size == 0 ? StatusCode::kIo : StatusCode::kCorrupt) << size;
    ASSERT_THAT(status.message(), HasSubstr("bad.gram")) << size;
    if (size >= 8) {
      ASSERT_THAT(status.message(), HasSubstr("truncated")) << size;
    }
  }
}

TEST_F(ReaderTest, EveryFlippedByteOfTheMetadataIsATypedError) {
  for (size_t i = 0; i < MetadataEnd(header_); ++i) {
    std::string bytes = good_;
    bytes[i] = static_cast<char>(bytes[i] ^ (1 << i % 8));
    const Status status = OpenBytes(bytes);
    ASSERT_THAT(status.code(), AnyOf(StatusCode::kCorrupt, StatusCode::kUnsupported)) << i;
    ASSERT_THAT(status.message(), HasSubstr("bad.gram")) << i;
  }
}

TEST_F(ReaderTest, EveryFlippedByteOfTheMetadataWithRightChecksumsIsSafe) {
  for (size_t i = sizeof(FileHeader::magic); i < MetadataEnd(header_); ++i) {
    std::string bytes = good_;
    bytes[i] = static_cast<char>(bytes[i] ^ 0xff);
    gram::testing::WriteBytes(dir_ / "bad.gram", Resealed(bytes));
    const auto file = PackedFile::Open(dir_ / "bad.gram");
    if (file.ok()) {  // a text or a harmless number changed
      EXPECT_EQ(file->tensors().size(), 13U);
    }
  }
}

TEST_F(ReaderTest, EveryFlippedByteOfTheTensorsFailsVerification) {
  for (size_t i = MetadataEnd(header_); i < good_.size(); i += 61) {
    std::string bytes = good_;
    bytes[i] = static_cast<char>(bytes[i] ^ 0x10);
    gram::testing::WriteBytes(dir_ / "bad.gram", bytes);
    const auto file = PackedFile::Open(dir_ / "bad.gram");
    ASSERT_TRUE(file.ok()) << i;
    const Status status = file->VerifyTensors();
    ASSERT_EQ(status.code(), StatusCode::kCorrupt) << i;
    ASSERT_THAT(status.message(), AllOf(HasSubstr("bad.gram"), HasSubstr("tensor "))) << i;
  }
}

TEST_F(ReaderTest, FilesOfOtherKindsAreNamed) {
  EXPECT_THAT(OpenBytes("GGUF\x03 and more, some twenty bytes").message(), HasSubstr("GGUF"));
  std::string safetensors("\x02\0\0\0\0\0\0\0{}", 10);
  EXPECT_THAT(OpenBytes(safetensors + std::string(20, ' ')).message(), HasSubstr("safetensors"));
  EXPECT_THAT(OpenBytes("PK\x03\x04 and so on").message(), HasSubstr("PyTorch"));
  EXPECT_THAT(OpenBytes("hello").message(), HasSubstr("not a packed model file"));
  EXPECT_EQ(PackedFile::Open(dir_ / "absent").status().code(), StatusCode::kNotFound);
  EXPECT_EQ(PackedFile::Open(dir_.path()).status().code(), StatusCode::kIo);
}

TEST_F(ReaderTest, ANewerVersionIsUnsupportedAndSaysWhatIsRead) {
  const Status status = OpenWithHeader([](FileHeader& h) { h.version = 7; });
  EXPECT_EQ(status.code(), StatusCode::kUnsupported);
  EXPECT_THAT(status.message(), AllOf(HasSubstr("version 7"), HasSubstr("reads version 2")));
  EXPECT_EQ(OpenWithHeader([](FileHeader& h) { h.version = 0; }).code(), StatusCode::kCorrupt);
}

TEST_F(ReaderTest, DamageToTheHeaderIsToldFromTruncation) {
  std::string bytes = good_;
  bytes[40] = static_cast<char>(bytes[40] ^ 1);
  EXPECT_THAT(OpenBytes(bytes).message(), HasSubstr("header: wrong checksum"));
  EXPECT_THAT(OpenBytes(good_ + "x").message(), HasSubstr("too long"));
  bytes = good_;
  const SectionRecord& tokenizer = header_.sections[4];
  bytes[tokenizer.offset] = static_cast<char>(bytes[tokenizer.offset] ^ 1);
  EXPECT_THAT(OpenBytes(bytes).message(), HasSubstr("tokenizer: wrong checksum"));
}

TEST_F(ReaderTest, AbsurdSectionsAreRefused) {
  for (uint32_t i = 0; i < kSectionCount; ++i) {
    for (const uint64_t value : {uint64_t{0}, uint64_t{63}, uint64_t{1} << 40, UINT64_MAX,
                                 UINT64_MAX - 63, good_.size(), good_.size() - 1}) {
      Status status = OpenWithHeader([=](FileHeader& h) { h.sections[i].offset = value; });
      EXPECT_EQ(status.code(), StatusCode::kCorrupt) << i << " offset " << value;
      if (value == 63) continue;  // within a text's own padding: a longer text, no damage
      status = OpenWithHeader([=](FileHeader& h) { h.sections[i].bytes = value; });
      EXPECT_EQ(status.code(), StatusCode::kCorrupt) << i << " bytes " << value;
    }
  }
  EXPECT_EQ(OpenWithHeader([](FileHeader& h) { h.section_count = 0xffffffff; }).code(),
            StatusCode::kCorrupt);
}

TEST_F(ReaderTest, AbsurdConfigsAreRefused) {
  const auto open = [this](const std::function<void(ConfigRecord&)>& change) {
    return OpenWithRecord<ConfigRecord>(SectionKind::kConfig, 0, change);
  };
  EXPECT_THAT(open([](ConfigRecord& c) { c.hidden_size = 0xffffffff; }).message(),
              AllOf(HasSubstr("config: hidden"), HasSubstr("bad.gram")));
  EXPECT_THAT(open([](ConfigRecord& c) { c.num_hidden_layers = 2; }).message(),
              HasSubstr("tensor table"));
  EXPECT_THAT(open([](ConfigRecord& c) { c.num_hidden_layers = 1024; }).message(),
              HasSubstr("tensor table"));
  EXPECT_THAT(open([](ConfigRecord& c) { c.vocab_size = 1U << 24; }).message(),
              HasSubstr("embed: rows"));
  EXPECT_THAT(open([](ConfigRecord& c) { c.tie_word_embeddings = 1; }).message(),
              HasSubstr("tensor table"));
  EXPECT_THAT(open([](ConfigRecord& c) { c.tie_word_embeddings = 2; }).message(),
              HasSubstr("tie_word_embeddings"));
  EXPECT_THAT(open([](ConfigRecord& c) { c.architecture[63] = 'x'; }).message(),
              HasSubstr("architecture"));
}

TEST_F(ReaderTest, ATensorTableThatDiffersFromTheConfigIsRefused) {
  const auto open = [this](const std::function<void(TensorRecord&)>& change) {
    return OpenWithRecord<TensorRecord>(SectionKind::kTensors, 2, change);
  };
  const auto names_tensor = AllOf(HasSubstr("bad.gram"), HasSubstr("layers.0.attn.q"));
  struct Case {
    const char* says;
    StatusCode code;
    std::function<void(TensorRecord&)> change;
  };
  const Case cases[] = {
      {"'Xayers.0.attn.q'", StatusCode::kCorrupt, [](TensorRecord& t) { t.name[0] = 'X'; }},
      {"role is 3", StatusCode::kCorrupt, [](TensorRecord& t) { t.role = 3; }},
      {"role is 9", StatusCode::kCorrupt, [](TensorRecord& t) { t.role = 9; }},
      {"dtype 9 is unknown", StatusCode::kUnsupported, [](TensorRecord& t) { t.dtype = 9; }},
      {"dtype is 2", StatusCode::kCorrupt, [](TensorRecord& t) { t.dtype = 2; }},
      {"layout tag 77 is unknown", StatusCode::kUnsupported,
       [](TensorRecord& t) { t.layout = 77; }},
      {"layout is 1", StatusCode::kCorrupt, [](TensorRecord& t) { t.layout = 1; }},
      {"rows is", StatusCode::kCorrupt, [](TensorRecord& t) { t.rows = UINT64_MAX; }},
      {"cols is", StatusCode::kCorrupt, [](TensorRecord& t) { t.cols = 0; }},
      {"bytes is", StatusCode::kCorrupt, [](TensorRecord& t) { t.bytes = UINT64_MAX; }},
      {"not 64-byte aligned", StatusCode::kCorrupt, [](TensorRecord& t) { t.offset += 4; }},
      {"overlaps", StatusCode::kCorrupt, [](TensorRecord& t) { t.offset -= 64; }},
      {"gap", StatusCode::kCorrupt, [](TensorRecord& t) { t.offset += 64; }},
      {"outside the file", StatusCode::kCorrupt,
       [](TensorRecord& t) { t.offset = UINT64_MAX - 63; }},
      {"reserved", StatusCode::kCorrupt, [](TensorRecord& t) { t.reserved1 = 1; }},
  };
  for (const Case& c : cases) {
    const Status status = open(c.change);
    EXPECT_EQ(status.code(), c.code) << c.says;
    EXPECT_THAT(status.message(), names_tensor);
    EXPECT_THAT(status.message(), HasSubstr(c.says));
  }
}

TEST_F(ReaderTest, ChatLengthsMustFillTheirSection) {
  const Status status = OpenWithRecord<uint32_t>(SectionKind::kChat, 1,
                                                 [](uint32_t& length) { length = 0xffffffff; });
  EXPECT_THAT(status.message(), AllOf(HasSubstr("bad.gram"), HasSubstr("chat pieces")));
}

TEST_F(ReaderTest, ATensorThatIsNotThereIsAnError) {
  const auto file = PackedFile::Open(dir_ / "good.gram");
  ASSERT_TRUE(file.ok());
  EXPECT_EQ((*file->Tensor("final_norm"))->cols, SampleConfig().hidden_size);
  const Status by_name = file->Tensor("attn.q").status();
  EXPECT_EQ(by_name.code(), StatusCode::kNotFound);
  EXPECT_THAT(by_name.message(), AllOf(HasSubstr("good.gram"), HasSubstr("no tensor 'attn.q'")));
  EXPECT_EQ(file->VerifyTensor(file->tensors().size()).code(), StatusCode::kInvalidArgument);
}

TEST_F(ReaderTest, TheModelChecksumSeesEveryByte) {
  const auto checksum = [this](const Metadata& metadata) {
    EXPECT_TRUE(WriteSample(dir_ / "other.gram", metadata).ok());
    return PackedFile::Open(dir_ / "other.gram")->model_checksum();
  };
  Metadata metadata = SampleMetadata();
  const uint64_t before = checksum(metadata);
  EXPECT_EQ(checksum(metadata), before);
  metadata.chat.suffix += " ";
  EXPECT_NE(checksum(metadata), before);
}

}  // namespace
}  // namespace gram::format
