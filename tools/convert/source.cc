#include "tools/convert/source.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "engine/format/layout.h"

namespace gram::convert {
namespace {

namespace fs = std::filesystem;

constexpr size_t kHeadBytes = 512;
constexpr size_t kTarMark = 257;  // where a tar header says "ustar"

struct FileMark {
  std::string_view bytes;
  FileKind kind;
};

constexpr FileMark kMarks[] = {
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

constexpr char kSafetensorsOnly[] =
    "gram-cpu reads safetensors; with Python's transformers: python3 -c \"import transformers as "
    "t; "
    "m = t.AutoModelForCausalLM.from_pretrained('DIR', torch_dtype='auto'); "
    "m.save_pretrained('DIR-st', safe_serialization=True); "
    "t.AutoTokenizer.from_pretrained('DIR').save_pretrained('DIR-st')\", then convert DIR-st";
constexpr char kOriginal[] =
    "; take the original checkpoint, a folder with config.json and safetensors";

bool IsFolder(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

std::string FolderOf(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

std::string Replaced(std::string text, std::string_view what, const std::string& by) {
  for (size_t pos = text.find(what); pos != text.npos; pos = text.find(what, pos + by.size())) {
    text.replace(pos, what.size(), by);
  }
  return text;
}

std::string WithoutSlash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

bool HasWeights(const std::string& folder) {
  return Exists(folder + "/model.safetensors") || Exists(folder + "/model.safetensors.index.json");
}

bool IsCheckpoint(const std::string& folder) {
  return Exists(folder + "/config.json") && HasWeights(folder);
}

// Names in `folder`, sorted; none where it cannot be read.
std::vector<std::string> NamesIn(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    names.push_back(it->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

// The name on the hub that `path` may be: ORG/NAME, perhaps as a web address.
std::optional<std::string> HubName(std::string path) {
  for (const std::string_view site :
       {"https://huggingface.co/", "http://huggingface.co/", "hf://"}) {
    if (path.starts_with(site)) {
      path.erase(0, site.size());
      path = path.substr(0, path.find('/', path.find('/') + 1));
    }
  }
  const auto allowed = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.' ||
           c == '/';
  };
  const bool one_slash = std::count(path.begin(), path.end(), '/') == 1;
  if (!one_slash || path.front() == '/' || path.back() == '/' || path.front() == '.' ||
      !std::all_of(path.begin(), path.end(), allowed)) {
    return std::nullopt;
  }
  return path;
}

Status Missing(const std::string& path) {
  const auto hub = HubName(path);
  if (!hub || IsFolder(FolderOf(path))) return NotFound(path + ": no such file or folder");
  const std::string name = hub->substr(hub->find('/') + 1);
  return NotFound(
      path +
      ": no such folder here; if that is a model on the Hugging Face hub, download it first: " +
      "hf download " + *hub + " --local-dir " + name + ", then name the folder " + name);
}

std::string TorchAdvice(const std::string& folder) {
  return Replaced(kSafetensorsOnly, "DIR", WithoutSlash(folder));
}

// The one or two folders below `folder` that are checkpoints: snapshots of the hub's cache, or the
// steps of a training run.
std::vector<std::string> CheckpointsBelow(const std::string& folder) {
  std::vector<std::string> found;
  for (const std::string& name : NamesIn(folder)) {
    const std::string path = folder + "/" + name;
    if (name == "snapshots") {
      for (const std::string& below : CheckpointsBelow(path)) found.push_back(below);
    } else if (IsFolder(path) && IsCheckpoint(path)) {
      found.push_back(path);
    }
  }
  return found;
}

std::string FirstWith(const std::vector<std::string>& names,
                      std::initializer_list<std::string_view> endings) {
  for (const std::string& name : names) {
    for (const std::string_view ending : endings) {
      if (name.ends_with(ending)) return name;
    }
  }
  return {};
}

Status WithoutWeights(const std::string& folder, const std::vector<std::string>& names) {
  if (const auto name = FirstWith(names, {".bin", ".pth", ".pt"}); !name.empty()) {
    return Unsupported(folder + ": the weights are PyTorch files (" + name + "); " +
                       TorchAdvice(folder));
  }
  if (const auto name = FirstWith(names, {".safetensors"}); !name.empty()) {
    return NotFound(
        folder + ": " + name + " is there, but neither model.safetensors nor " +
        "model.safetensors.index.json, which lists the shards; download the missing file, " +
        "or name a single file model.safetensors");
  }
  if (const auto name = FirstWith(names, {".gguf", ".onnx", ".h5", ".msgpack"}); !name.empty()) {
    return Unsupported(folder + ": the weights are " + name + ", which gram-cpu does not read" +
                       kOriginal);
  }
  if (Exists(folder + "/config.json")) {
    return NotFound(folder +
                    ": config.json is there, but no weights: neither model.safetensors nor " +
                    "model.safetensors.index.json");
  }
  if (Exists(folder + "/tokenizer.json")) {
    return NotFound(folder + ": a tokenizer without a model: config.json and model.safetensors " +
                    "are missing");
  }
  return NotFound(folder + ": no checkpoint: config.json and model.safetensors are missing");
}

Status CheckFolder(const std::string& path) {
  const std::string folder = WithoutSlash(path);
  if (IsCheckpoint(folder)) return {};
  const std::vector<std::string> names = NamesIn(folder);
  if (names.empty()) return NotFound(folder + ": the folder is empty or cannot be read");
  if (Exists(folder + "/adapter_config.json")) {
    return Unsupported(
        folder + ": an adapter (LoRA) without the model that it changes; merge the two first: " +
        "peft's AutoPeftModelForCausalLM.from_pretrained(...).merge_and_unload(), then " +
        "save_pretrained(), and convert what that wrote");
  }
  if (const auto below = CheckpointsBelow(folder); !below.empty()) {
    return NotFound(
        folder + ": no checkpoint itself, but " +
        (below.size() == 1 ? "" : std::to_string(below.size()) + " folders in it are; ") +
        (below.size() == 1 ? below[0] + " is one; name that" : "name one, such as " + below[0]));
  }
  if (!HasWeights(folder)) return WithoutWeights(folder, names);
  return NotFound(folder + ": the weights are there, but config.json is missing; download it too");
}

// What `path`, a file of `kind`, is, and what to do with it.
Status NotThat(const std::string& path, FileKind kind) {
  switch (kind) {
    case FileKind::kGguf:
      return Unsupported(path + ": a GGUF file, which gram-cpu does not read" + kOriginal);
    case FileKind::kSafetensors:
      return InvalidArgument(
          path + ": weights alone; convert the folder that holds them together with " +
          "config.json and tokenizer.json: gram-cpu convert " + FolderOf(path) + " OUT.gram");
    case FileKind::kTorch:
      return Unsupported(path + ": a PyTorch file; " + TorchAdvice(FolderOf(path)));
    case FileKind::kArchive:
      return Unsupported(path +
                         ": an archive or compressed file; unpack it first and name the folder");
    case FileKind::kHdf5:
      return Unsupported(path + ": an HDF5 file (Keras weights), which gram-cpu does not read" +
                         kOriginal);
    case FileKind::kOnnx:
      return Unsupported(path + ": an ONNX file, which gram-cpu does not read" + kOriginal);
    case FileKind::kJson:
      return InvalidArgument(path + ": a JSON file; a checkpoint is the folder that holds it: " +
                             "gram-cpu convert " + FolderOf(path) + " OUT.gram");
    case FileKind::kEmpty:
      return IoError(path + ": the file is empty");
    case FileKind::kLfsPointer:
    case FileKind::kWebPage:
      return CheckIsDownloaded(path);
    case FileKind::kPacked:
    case FileKind::kOther:
      break;
  }
  return InvalidArgument(path + ": neither a checkpoint folder nor a file that gram-cpu knows");
}

}  // namespace

FileKind KindOfBytes(std::string_view head, uint64_t file_bytes, std::string_view path) {
  if (head.empty()) return FileKind::kEmpty;
  if (IsPacked(head)) return FileKind::kPacked;
  if (head.starts_with("PK\x03\x04")) {  // torch.save's zip begins with its pickle
    return head.find("data.pkl") == head.npos ? FileKind::kArchive : FileKind::kTorch;
  }
  for (const FileMark& mark : kMarks) {
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
  const auto status = fs::status(path, error);
  if (!fs::exists(status)) return NotFound(path + ": no such file");
  if (!fs::is_regular_file(status)) return IoError(path + ": not a regular file");
  std::ifstream file(path, std::ios::binary);
  if (!file) return IoError("cannot open " + path);
  std::string head(kHeadBytes, '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  const auto bytes = fs::file_size(path, error);
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

bool Exists(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

Status CheckIsCheckpoint(const std::string& path) {
  if (IsFolder(path)) return CheckFolder(path);
  if (!Exists(path)) return Missing(path);
  GRAM_ASSIGN_OR_RETURN(const FileKind kind, KindOfFile(path));
  if (kind == FileKind::kPacked) {
    return InvalidArgument(path + ": a packed model already; use it as it is, with --model " +
                           path);
  }
  return NotThat(path, kind);
}

Status CheckIsPackedModel(const std::string& path) {
  if (IsFolder(path)) {
    const std::string folder = WithoutSlash(path);
    GRAM_RETURN_IF_ERROR(CheckFolder(folder));
    return InvalidArgument(folder + ": a checkpoint folder; convert it first: gram-cpu convert " +
                           folder + " OUT.gram");
  }
  if (!Exists(path)) return Missing(path);
  GRAM_ASSIGN_OR_RETURN(const FileKind kind, KindOfFile(path));
  if (kind == FileKind::kPacked || kind == FileKind::kOther) return {};
  return NotThat(path, kind);
}

}  // namespace gram::convert
