#include "tools/convert/safetensors.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "engine/base/bf16.h"
#include "engine/base/status.h"
#include "tools/convert/json.h"
#include "tools/convert/source.h"

namespace gram::convert {
namespace {

constexpr uint64_t kLargestHeader = 100'000'000;  // bytes; the format's own limit

constexpr std::pair<std::string_view, DType> kDTypes[] = {
    {"BF16", DType::kBf16}, {"F16", DType::kF16}, {"F32", DType::kF32}};

std::optional<DType> ParseDType(std::string_view name) {
  for (const auto& [known, dtype] : kDTypes) {
    if (known == name) return dtype;
  }
  return std::nullopt;
}

// Bytes of a tensor, or nothing where the product overflows.
std::optional<uint64_t> BytesOf(const std::vector<uint64_t>& shape, DType dtype) {
  // A product that overflowed could equal the size that the file declares.
  uint64_t bytes = ElementBytes(dtype);
  for (const uint64_t extent : shape) {
    if (__builtin_mul_overflow(bytes, extent, &bytes)) return std::nullopt;
  }
  return bytes;
}

Status ReadIntegers(simdjson::dom::object fields, const char* field, const std::string& where,
                    std::vector<uint64_t>& values) {
  simdjson::dom::array array;
  if (fields[field].get(array) != simdjson::SUCCESS) {
    return Corrupt(where + ": " + field + " is missing or not a list");
  }
  for (const simdjson::dom::element element : array) {
    uint64_t value = 0;
    if (element.get(value) != simdjson::SUCCESS) {
      return Corrupt(where + ": " + field +
                     " holds something other than non-negative whole numbers");
    }
    values.push_back(value);
  }
  return {};
}

Result<SourceTensor> ParseTensor(std::string_view name, simdjson::dom::element value,
                                 uint64_t data_start, uint64_t data_bytes,
                                 const std::string& where) {
  simdjson::dom::object fields;
  if (value.get(fields) != simdjson::SUCCESS)
    return Corrupt(where + ": not described by an object");
  GRAM_RETURN_IF_ERROR(CheckKeysAreUnique(fields, where));
  std::string_view dtype_name;
  if (fields["dtype"].get(dtype_name) != simdjson::SUCCESS) {
    return Corrupt(where + ": dtype is missing or not a string");
  }
  const std::optional<DType> dtype = ParseDType(dtype_name);
  if (!dtype) {
    return Unsupported(where + ": dtype " + Printable(dtype_name) +
                       " is not supported; only BF16, F16 and F32 are");
  }
  SourceTensor tensor{std::string(name), *dtype, {}, 0, 0};
  GRAM_RETURN_IF_ERROR(ReadIntegers(fields, "shape", where, tensor.shape));
  std::vector<uint64_t> extent;
  GRAM_RETURN_IF_ERROR(ReadIntegers(fields, "data_offsets", where, extent));
  if (extent.size() != 2 || extent[0] > extent[1]) {
    return Corrupt(where + ": data_offsets is not a pair [begin, end]");
  }
  tensor.bytes = extent[1] - extent[0];
  if (BytesOf(tensor.shape, *dtype) != tensor.bytes) {
    return Corrupt(where + ": shape " + ShapeText(tensor.shape) + " of " + std::string(dtype_name) +
                   " does not take the " + std::to_string(tensor.bytes) +
                   " bytes of its data_offsets");
  }
  if (extent[1] > data_bytes) {
    return Corrupt(where + ": its data ends at byte " + std::to_string(extent[1]) +
                   ", but the file has only " + std::to_string(data_bytes) +
                   " bytes of data; it is truncated, download it again");
  }
  tensor.offset = data_start + extent[0];
  return tensor;
}

int64_t ModifiedNs(const struct stat& info) {
  return int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec;
}

template <typename T>
T Load(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

// Finite exactly if the exponent bits are not all ones.
bool IsFinite(float x) { return (std::bit_cast<uint32_t>(x) & 0x7f800000U) != 0x7f800000U; }
bool IsFinite(Bf16 x) { return (x.bits & 0x7f80U) != 0x7f80U; }

// The whole run is converted before anything is searched, so that the hot loop has no exit and
// vectorizes. A source that is not finite stays so in either stored type.
template <typename Source, typename Stored, typename Convert>
size_t ConvertRun(std::span<const std::byte> source, std::byte* stored, const Convert& convert) {
  const size_t count = source.size() / sizeof(Source);
  bool finite = true;
  for (size_t i = 0; i < count; ++i) {
    const Stored value = convert(Load<Source>(source.data() + i * sizeof(Source)));
    std::memcpy(stored + i * sizeof(Stored), &value, sizeof(value));
    finite &= IsFinite(value);
  }
  if (finite) return count;
  size_t first = 0;
  while (IsFinite(Load<Stored>(stored + first * sizeof(Stored)))) ++first;
  return first;
}

}  // namespace

std::string_view SafetensorsName(DType dtype) {
  for (const auto& [name, known] : kDTypes) {
    if (known == dtype) return name;
  }
  return "unknown";
}

std::string ShapeText(const std::vector<uint64_t>& shape) {
  std::string text = "[";
  for (const uint64_t extent : shape) {
    text += (text.size() > 1 ? ", " : "") + std::to_string(extent);
  }
  return text + "]";
}

Result<SafetensorsFile> SafetensorsFile::Open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return ErrnoError("cannot open " + path, errno);
  SafetensorsFile file(path, fd);
  GRAM_RETURN_IF_ERROR(file.ReadHeader());
  return file;
}

SafetensorsFile::SafetensorsFile(SafetensorsFile&& other) noexcept
    : path_(std::move(other.path_)),
      fd_(std::exchange(other.fd_, -1)),
      file_bytes_(other.file_bytes_),
      modified_ns_(other.modified_ns_),
      tensors_(std::move(other.tensors_)) {}

SafetensorsFile& SafetensorsFile::operator=(SafetensorsFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(fd_, other.fd_);
  std::swap(file_bytes_, other.file_bytes_);
  std::swap(modified_ns_, other.modified_ns_);
  std::swap(tensors_, other.tensors_);
  return *this;
}

SafetensorsFile::~SafetensorsFile() {
  if (fd_ >= 0) ::close(fd_);
}

Status SafetensorsFile::ReadHeader() {
  struct stat info {};
  if (::fstat(fd_, &info) != 0) return ErrnoError("cannot stat " + path_, errno);
  if (!S_ISREG(info.st_mode)) return IoError(path_ + ": not a regular file");
  const auto file_bytes = static_cast<uint64_t>(info.st_size);
  file_bytes_ = file_bytes;
  modified_ns_ = ModifiedNs(info);
  GRAM_RETURN_IF_ERROR(CheckIsDownloaded(path_));
  uint64_t json_bytes = 0;
  if (file_bytes < sizeof(json_bytes)) {
    return Corrupt(path_ + ": " + std::to_string(file_bytes) +
                   " bytes are too few for a safetensors file; download it again");
  }
  GRAM_RETURN_IF_ERROR(ReadAt(0, std::as_writable_bytes(std::span(&json_bytes, 1))));
  const uint64_t rest = file_bytes - sizeof(json_bytes);
  if (json_bytes > kLargestHeader || json_bytes > rest) {
    return Corrupt(path_ + ": header of " + std::to_string(json_bytes) + " bytes in a file of " +
                   std::to_string(file_bytes) + "; not a safetensors file, or truncated");
  }
  std::string json(json_bytes, '\0');
  GRAM_RETURN_IF_ERROR(ReadAt(sizeof(json_bytes), std::as_writable_bytes(std::span(json))));
  return ParseHeader(json, sizeof(json_bytes) + json_bytes, rest - json_bytes);
}

Status SafetensorsFile::ParseHeader(std::string_view json, uint64_t data_start,
                                    uint64_t data_bytes) {
  GRAM_ASSIGN_OR_RETURN(const JsonObject header, ParseJsonObject(json, path_ + ": header"));
  for (const auto& [name, value] : header.root) {
    if (name == "__metadata__") continue;  // free text about the file, no tensor
    if (Printable(name) != name) {
      return Corrupt(path_ + ": header: tensor name '" + Printable(name) +
                     "' is too long or holds control characters");
    }
    GRAM_ASSIGN_OR_RETURN(SourceTensor tensor, ParseTensor(name, value, data_start, data_bytes,
                                                           path_ + ": tensor " + Printable(name)));
    tensors_.push_back(std::move(tensor));
  }
  // In the order of their bytes, overlaps and holes show between neighbours. Empty tensors come
  // first among those that begin at one place.
  std::sort(tensors_.begin(), tensors_.end(), [](const SourceTensor& a, const SourceTensor& b) {
    return std::pair(a.offset, a.bytes) < std::pair(b.offset, b.bytes);
  });
  uint64_t end = data_start;
  for (const SourceTensor& tensor : tensors_) {
    if (tensor.offset != end) {
      return Corrupt(path_ + ": tensor " + tensor.name +
                     (tensor.offset < end ? ": its data overlaps the tensor before it"
                                          : ": there is a hole in the data before it"));
    }
    end += tensor.bytes;
  }
  if (end != data_start + data_bytes) {
    return Corrupt(path_ + ": " + std::to_string(data_start + data_bytes - end) +
                   " bytes after the last tensor belong to none");
  }
  return {};
}

Status SafetensorsFile::Read(const SourceTensor& tensor, uint64_t begin,
                             std::span<std::byte> out) const {
  if (begin > tensor.bytes || out.size() > tensor.bytes - begin) {
    return Internal(path_ + ": tensor " + tensor.name + ": read beyond its end");
  }
  const Status status = ReadAt(tensor.offset + begin, out);
  return status.ok() ? status : Annotate(status, "tensor " + tensor.name);
}

Status SafetensorsFile::CheckUnchanged() const {
  struct stat info {};
  if (::fstat(fd_, &info) != 0) return ErrnoError("cannot stat " + path_, errno);
  if (static_cast<uint64_t>(info.st_size) == file_bytes_ && ModifiedNs(info) == modified_ns_) {
    return {};
  }
  return Corrupt(path_ + ": the file was changed while it was converted; convert it again");
}

Status SafetensorsFile::ReadAt(uint64_t offset, std::span<std::byte> out) const {
  while (!out.empty()) {
    const ssize_t got = ::pread(fd_, out.data(), out.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return ErrnoError("cannot read " + path_, errno);
    if (got == 0) return Corrupt(path_ + ": the file became shorter while it was read");
    out = out.subspan(static_cast<size_t>(got));
    offset += static_cast<uint64_t>(got);
  }
  return {};
}

float HalfToFloat(uint16_t bits) {
  const uint32_t sign = (bits & 0x8000U) << 16;
  const uint32_t exponent = (bits >> 10) & 0x1fU;
  const uint32_t fraction = bits & 0x3ffU;
  if (exponent == 0x1f) return std::bit_cast<float>(sign | 0x7f800000U | fraction << 13);
  if (exponent != 0) return std::bit_cast<float>(sign | (exponent + 112) << 23 | fraction << 13);
  const float magnitude = static_cast<float>(fraction) * 0x1p-24F;  // zero or subnormal: exact
  return std::bit_cast<float>(sign | std::bit_cast<uint32_t>(magnitude));
}

size_t ConvertElements(DType from, std::span<const std::byte> source, DType to,
                       std::span<std::byte> stored) {
  GRAM_DCHECK(stored.size() / ElementBytes(to) >= source.size() / ElementBytes(from));
  std::byte* const out = stored.data();
  if (to == DType::kBf16) {
    switch (from) {
      case DType::kBf16:
        return ConvertRun<Bf16, Bf16>(source, out, [](Bf16 x) { return x; });
      case DType::kF16:
        return ConvertRun<uint16_t, Bf16>(source, out,
                                          [](uint16_t x) { return ToBf16(HalfToFloat(x)); });
      case DType::kF32:
        return ConvertRun<float, Bf16>(source, out, [](float x) { return ToBf16(x); });
    }
  }
  switch (from) {
    case DType::kBf16:
      return ConvertRun<Bf16, float>(source, out, [](Bf16 x) { return ToFloat(x); });
    case DType::kF16:
      return ConvertRun<uint16_t, float>(source, out, [](uint16_t x) { return HalfToFloat(x); });
    case DType::kF32:
      return ConvertRun<float, float>(source, out, [](float x) { return x; });
  }
  return 0;
}

}  // namespace gram::convert
