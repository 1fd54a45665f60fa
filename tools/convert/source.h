// The path that convert or inspect was given: what kind of file it is, judging by its first bytes,
// and what to do where they cannot read that kind.
#ifndef GRAM_TOOLS_CONVERT_SOURCE_H_
#define GRAM_TOOLS_CONVERT_SOURCE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/status.h"

namespace gram::convert {

/// What a file is, judging by its first bytes: for people who named another one than they meant.
enum class FileKind {
  kPacked,       ///< a packed model of gram-cpu
  kGguf,         ///< llama.cpp's
  kSafetensors,  ///< weights alone
  kTorch,        ///< what torch.save writes, in a zip or a pickle
  kArchive,      ///< zip, tar, or compressed
  kHdf5,         ///< Keras weights
  kOnnx,         ///< by its name, since the format has no mark
  kLfsPointer,   ///< three lines of Git LFS that stand for the file
  kWebPage,      ///< HTML, such as an error or login page saved under the file's name
  kJson,
  kEmpty,
  kOther,
};

/// The kind of the regular file `path`. kNotFound, kIo where it cannot be read.
Result<FileKind> KindOfFile(const std::string& path);

/// The same for its first bytes (512 suffice) and size.
FileKind KindOfBytes(std::string_view head, uint64_t file_bytes, std::string_view path);

/// kCorrupt, with what to do about it, where `path` holds a Git LFS pointer or a web page in place
/// of what its name says; otherwise, and where it cannot be read, no error.
Status CheckIsDownloaded(const std::string& path);

/// No error where `path` is a folder with a config.json and safetensors weights (which may still be
/// unsound). Otherwise one line: what it is, and how to get such a folder from it. Errors:
/// kNotFound, kUnsupported, kInvalidArgument, kIo; kCorrupt as CheckIsDownloaded.
Status CheckIsCheckpoint(const std::string& path);

/// No error where `path` is a packed model (which may still be unsound) or cannot be told from a
/// damaged one. Otherwise one line: what it is, and how to get a packed model from it. Errors: as
/// CheckIsCheckpoint.
Status CheckIsPackedModel(const std::string& path);

/// Whether there is anything at `path`.
bool Exists(const std::string& path);

}  // namespace gram::convert

#endif  // GRAM_TOOLS_CONVERT_SOURCE_H_
