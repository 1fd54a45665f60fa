// Which files an input is made of: names and patterns to a checked list.
#ifndef GRAM_JOBS_IO_INPUT_FILES_H_
#define GRAM_JOBS_IO_INPUT_FILES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gram/status.h"

namespace gram::jobs {

/// One file, pipe or standard input.
struct InputFile {
  std::string path;              ///< "-" is standard input
  std::optional<int64_t> bytes;  ///< size of a regular file, compressed or not; else unknown

  /// Whether it can be opened again to be read from the start.
  bool regular() const { return bytes.has_value() && path != "-"; }
};

/// The inputs that `names` stand for, in their order. A name that is no file but holds *, ? or [ is
/// a pattern; its matches come in byte order. Errors: kNotFound (no such file, or no match);
/// kInvalidArgument (a folder, or one file twice, under whatever names); kIo.
Result<std::vector<InputFile>> FindInputs(const std::vector<std::string>& names);

/// kInvalidArgument where `output` is one of `files`, under whatever name.
Status CheckNotAnInput(const std::vector<InputFile>& files, const std::string& output);

/// What a regular file holds, compressed or not: the same for the same bytes.
struct FileIdentity {
  int64_t bytes = 0;
  uint64_t checksum = 0;  ///< xxh3-64

  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

/// Reads the whole file. Errors: kNotFound, kIo, kInvalidArgument (not a regular file).
Result<FileIdentity> IdentifyFile(const std::string& path);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_IO_INPUT_FILES_H_
