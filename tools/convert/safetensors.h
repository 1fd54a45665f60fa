// One safetensors file: its header, fully checked, its tensors' bytes on request, and the way of
// their elements into the packed file's types.
//
// The file is a little-endian uint64 n, n bytes of JSON {name: {dtype, shape, data_offsets}}, and
// the data, which the tensors must fill without overlap or hole.
#ifndef GRAM_TOOLS_CONVERT_SAFETENSORS_H_
#define GRAM_TOOLS_CONVERT_SAFETENSORS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/packed_layout.h"
#include "engine/base/status.h"

namespace gram::convert {

struct SourceTensor {
  std::string name;
  DType dtype;
  std::vector<uint64_t> shape;
  uint64_t offset;  ///< bytes from the start of the file
  uint64_t bytes;   ///< product of the shape times the element's size

  /// Elements.
  uint64_t size() const { return bytes / ElementBytes(dtype); }
};

/// "BF16", "F32", "F16": what a safetensors header calls it.
std::string_view SafetensorsName(DType dtype);

/// "[4, 64]".
std::string ShapeText(const std::vector<uint64_t>& shape);

/// Move-only owner of the open file. Memory: the header's.
class SafetensorsFile {
 public:
  /// Reads and checks the header. Errors: kNotFound, kIo, kCorrupt (truncated, bad JSON, sizes that
  /// contradict each other, overlaps, holes, repeated names), kUnsupported (a dtype other than
  /// BF16, F16, F32), kOutOfMemory, each naming the file and the tensor.
  static Result<SafetensorsFile> Open(const std::string& path);

  SafetensorsFile(SafetensorsFile&& other) noexcept;
  SafetensorsFile& operator=(SafetensorsFile&& other) noexcept;
  SafetensorsFile(const SafetensorsFile&) = delete;
  SafetensorsFile& operator=(const SafetensorsFile&) = delete;
  ~SafetensorsFile();

  const std::string& path() const { return path_; }
  /// In the order of their bytes.
  const std::vector<SourceTensor>& tensors() const { return tensors_; }

  /// Fills `out` with the bytes from `begin` on of `tensor`, one of tensors(). kIo, kCorrupt (the
  /// file became shorter), kInternal (beyond the tensor's end).
  Status Read(const SourceTensor& tensor, uint64_t begin, std::span<std::byte> out) const;

  /// kCorrupt where the file's size or time of change is another than when it was opened. kIo.
  Status CheckUnchanged() const;

 private:
  SafetensorsFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  Status ReadAt(uint64_t offset, std::span<std::byte> out) const;
  Status ReadHeader();
  Status ParseHeader(std::string_view json, uint64_t data_start, uint64_t data_bytes);

  std::string path_;
  int fd_ = -1;
  uint64_t file_bytes_ = 0;
  int64_t modified_ns_ = 0;  // since the epoch
  std::vector<SourceTensor> tensors_;
};

/// IEEE binary16 to binary32: exact, subnormals included.
float HalfToFloat(uint16_t bits);

/// Converts source.size() / ElementBytes(from) elements into `stored`, which has room for as many
/// of `to`, which is kBf16 or kF32. To f32 every conversion is exact; to bf16 it rounds to nearest
/// even. Returns the index of the first element that is NaN or infinite, before or after; the
/// number of elements if none is.
size_t ConvertElements(DType from, std::span<const std::byte> source, DType to,
                       std::span<std::byte> stored);

}  // namespace gram::convert

#endif  // GRAM_TOOLS_CONVERT_SAFETENSORS_H_
