#include "tools/convert/file_kind.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "engine/format/layout.h"

namespace gram::convert {
namespace {

constexpr size_t kHeadBytes = 512;
constexpr size_t kTarMark = 257;  // where a tar header says "ustar"

struct Mark {
  std::string_view bytes;
  FileKind kind;
};

constexpr Mark kMarks[] = {
    {"GGUF", FileKind::kGguf},
    {"version https://git-lfs", FileKind::kLfsPointer},
    {std::string_view("\x89HDF\r\n\x1a\n", 8), FileKind::kHdf5},
    {"\x1f\x8b", FileKind::kArchive},          // gzip
    {"\x28\xb5\x2f\xfd", FileKind::kArchive},  // zstd
    {"\xfd"
     "7zXZ",
     FileKind::kArchive},
    {"BZh", FileKind::kArchive},
    {"7z\xbc\xaf", FileKind::kArchive},
    {"\x80\x02", FileKind::kTorch},  // pickles of protocols 2 to 5
    {"\x80\x03", FileKind::kTorch},
    {"\x80\x04", FileKind::kTorch},
    {"\x80\x05", FileKind::kTorch},
};

bool IsPacked(std::string_view head) {
  return head.size() >= sizeof(format::kMagic) &&
         std::memcmp(head.data(), format::kMagic, sizeof(format::kMagic)) == 0;
}

bool IsSafetensors(std::string_view head, uint64_t file_bytes) {
  uint64_t json_bytes = 0;
  if (head.size() < sizeof(json_bytes) + 1) return false;
  std::memcpy(&json_bytes, head.data(), sizeof(json_bytes));
  return json_bytes > 0 && json_bytes < file_bytes && head[sizeof(json_bytes)] == '{';
}

FileKind KindOfText(std::string_view head) {
  head.remove_prefix(std::min(head.find_first_not_of(" \t\r\n"), head.size()));
  std::string begin(head.substr(0, 9));
  std::transform(begin.begin(), begin.end(), begin.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (begin == "<!doctype" || begin.starts_with("<html")) return FileKind::kWebPage;
  return begin.starts_with('{') ? FileKind::kJson : FileKind::kOther;
}

}  // namespace

FileKind KindOfBytes(std::string_view head, uint64_t file_bytes, std::string_view path) {
  if (head.empty()) return FileKind::kEmpty;
  if (IsPacked(head)) return FileKind::kPacked;
  if (head.starts_with("PK\x03\x04")) {  // torch.save's zip begins with its pickle
    return head.find("data.pkl") == head.npos ? FileKind::kArchive : FileKind::kTorch;
  }
  for (const Mark& mark : kMarks) {
    if (head.starts_with(mark.bytes)) return mark.kind;
  }
  if (head.size() > kTarMark && head.substr(kTarMark).starts_with("ustar")) {
    return FileKind::kArchive;
  }
  if (IsSafetensors(head, file_bytes)) return FileKind::kSafetensors;
  return path.ends_with(".onnx") ? FileKind::kOnnx : KindOfText(head);
}

Result<FileKind> KindOfFile(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) return NotFound(path + ": no such file");
  if (!std::filesystem::is_regular_file(status)) return IoError(path + ": not a regular file");
  std::ifstream file(path, std::ios::binary);
  if (!file) return IoError("cannot open " + path);
  std::string head(kHeadBytes, '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  const auto bytes = std::filesystem::file_size(path, error);
  return KindOfBytes(head, error ? head.size() : bytes, path);
}

Status CheckIsDownloaded(const std::string& path) {
  const Result<FileKind> kind = KindOfFile(path);
  if (kind.ok() && *kind == FileKind::kLfsPointer) {
    return Corrupt(path + ": a Git LFS pointer, not the file itself; run 'git lfs pull' in its " +
                   "folder, or download the checkpoint again");
  }
  if (kind.ok() && *kind == FileKind::kWebPage) {
    return Corrupt(path + ": a web page was saved under this name; download the file again");
  }
  return {};
}

}  // namespace gram::convert
