// The packed model file's bytes: constants, on-disk records, where each tensor lies, and the checks
// of header and metadata. docs/format.md describes the same in prose. The writer follows it, and
// the reader refuses anything else.
#ifndef GRAM_ENGINE_FORMAT_LAYOUT_H_
#define GRAM_ENGINE_FORMAT_LAYOUT_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "engine/base/packed_layout.h"
#include "engine/base/status.h"
#include "engine/format/model_config.h"

namespace gram::format {

// Records are copied to and from the file as they lie in memory.
static_assert(std::endian::native == std::endian::little, "the packed file is little-endian");

/// The first eight bytes. As in PNG: a byte above 127 and both line endings, so that a transfer
/// that mangles text is noticed at once.
inline constexpr unsigned char kMagic[8] = {0x89, 'G', 'R', 'A', 'M', '\r', '\n', 0x1a};
inline constexpr uint32_t kVersion = 2;
inline constexpr uint64_t kAlignment = kTensorAlignment;  ///< of every section and tensor

/// How a tensor's elements lie in its bytes.
enum class LayoutTag : uint32_t {
  kRowMajor = 1,  ///< [rows][cols], rows back to back
  kPacked64 = 2,  ///< column blocks of 64: PackedLayout
};

/// The sections, in file order; a section's number is its place in FileHeader::sections plus one.
enum class SectionKind : uint32_t {
  kConfig = 1,      ///< one ConfigRecord
  kTensors = 2,     ///< one TensorRecord per tensor
  kChat = 3,        ///< chat_pieces.h
  kProvenance = 4,  ///< JSON text
  kTokenizer = 5,   ///< the tokenizer's own serialization
};
inline constexpr uint32_t kSectionCount = 5;

struct SectionRecord {
  uint32_t kind;
  uint32_t reserved;  ///< zero
  uint64_t offset;    ///< bytes from the start of the file
  uint64_t bytes;
  uint64_t checksum;  ///< xxh3-64 of the section's bytes
};
static_assert(sizeof(SectionRecord) == 32);

struct FileHeader {
  unsigned char magic[8];
  uint32_t version;
  uint32_t header_bytes;  ///< sizeof(FileHeader)
  uint64_t file_bytes;
  uint32_t section_count;
  uint32_t reserved0;  ///< zero
  SectionRecord sections[kSectionCount];
  unsigned char reserved1[56];  ///< zero
  uint64_t checksum;            ///< xxh3-64 of the bytes before it
};
static_assert(sizeof(FileHeader) == 256);
static_assert(offsetof(FileHeader, sections) == 32 && offsetof(FileHeader, checksum) == 248);

/// ModelConfig and Readout; fields as there, flags 0 or 1.
struct ConfigRecord {
  char architecture[64];  ///< zero-terminated, the rest zero
  uint32_t hidden_size;
  uint32_t intermediate_size;
  uint32_t num_hidden_layers;
  uint32_t num_attention_heads;
  uint32_t num_key_value_heads;
  uint32_t head_dim;
  uint32_t vocab_size;
  uint32_t max_position_embeddings;
  float rms_norm_eps;
  uint32_t hidden_act;
  uint32_t tie_word_embeddings;
  uint32_t qk_norm;
  uint32_t qkv_bias;
  uint32_t norm_plus_one;
  uint32_t branch_norms;
  uint32_t scale_embeddings;
  double query_pre_attn_scalar;
  double attn_logit_softcapping;
  uint32_t sliding_window;
  uint32_t rope_type;
  double rope_theta;
  double rope_factor;
  double low_freq_factor;
  double high_freq_factor;
  uint32_t original_max_position_embeddings;
  uint32_t head;
  uint32_t head_rows;
  int32_t pad_token_id;
  int32_t reward_token_id;
  uint32_t reserved;                       ///< zero
  uint8_t sliding_layers[kMaxLayers / 8];  ///< bit i % 8 of byte i / 8: layer i
};
static_assert(sizeof(ConfigRecord) == 336 && offsetof(ConfigRecord, sliding_layers) == 208);

struct TensorRecord {
  char name[64];  ///< zero-terminated, the rest zero
  uint32_t role;
  uint32_t dtype;
  uint32_t layout;
  uint32_t reserved0;  ///< zero
  uint64_t rows;
  uint64_t cols;
  uint64_t offset;     ///< bytes from the start of the file
  uint64_t bytes;      ///< as stored, layout padding included
  uint64_t checksum;   ///< xxh3-64 of the stored bytes
  uint64_t reserved1;  ///< zero
};
static_assert(sizeof(TensorRecord) == 128 && offsetof(TensorRecord, rows) == 80);

static_assert(std::is_trivially_copyable_v<FileHeader> &&
              std::is_trivially_copyable_v<ConfigRecord> &&
              std::is_trivially_copyable_v<TensorRecord>);

constexpr uint64_t AlignUp(uint64_t offset) {
  return (offset + kAlignment - 1) / kAlignment * kAlignment;
}

std::string_view LayoutName(LayoutTag layout);  ///< "row-major", "packed64"
std::string_view RoleName(TensorRole role);     ///< "matrix", "rows", "vector"

/// Matrices are packed, everything else is row-major.
LayoutTag LayoutOf(TensorRole role);

/// Matrices and rows have the file's one weight dtype; vectors are always f32.
DType DTypeOf(TensorRole role, DType weight_dtype);

/// Bytes that a [rows, cols] tensor takes, the padding of its layout included. The sizes are those
/// of a config that passed Validate(), so nothing overflows.
uint64_t StoredBytes(LayoutTag layout, DType dtype, uint64_t rows, uint64_t cols);

/// The tensor section for `table`: tensors back to back from `start` on, each at the next 64-byte
/// boundary. Checksums are zero.
std::vector<TensorRecord> PlaceTensors(const std::vector<TensorSpec>& table, DType weight_dtype,
                                       uint64_t start);

/// The header of `file` (a whole file's bytes), if it is a complete packed file of this version
/// whose sections lie where they must and match their checksums. Touches header and sections only.
/// kCorrupt or kUnsupported, naming `path` and the field.
Result<FileHeader> ReadHeader(std::span<const std::byte> file, const std::string& path);

/// A section's bytes; `header` is ReadHeader's.
std::span<const std::byte> SectionBytes(std::span<const std::byte> file, const FileHeader& header,
                                        SectionKind kind);

/// "config", "tensor table" and the like.
const char* SectionName(SectionKind kind);

/// The first byte after the sections, padding included: where tensors begin.
uint64_t MetadataEnd(const FileHeader& header);

/// kCorrupt unless `bytes` at `offset`, found in the file's record of `what`, lie at `expected` and
/// within `file_bytes`; the message says whether it is misaligned, overlaps, leaves a gap or ends
/// outside.
Status CheckPlace(const std::string& what, uint64_t offset, uint64_t bytes, uint64_t expected,
                  uint64_t file_bytes);

bool AllZero(std::span<const std::byte> bytes);

/// kCorrupt unless all of file[begin, end) is zero.
Status CheckZero(std::span<const std::byte> file, uint64_t begin, uint64_t end,
                 const std::string& what);

std::string EncodeConfig(const ModelDescription& model);

/// Validates too. kCorrupt or kUnsupported, naming `where` and the field.
Result<ModelDescription> DecodeConfig(std::span<const std::byte> bytes, const std::string& where);

}  // namespace gram::format

#endif  // GRAM_ENGINE_FORMAT_LAYOUT_H_
