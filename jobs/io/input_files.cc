#include "jobs/io/input_files.h"

#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <span>
#include <utility>

#include "engine/base/status.h"
#include "engine/format/checksum.h"
#include "jobs/io/raw_file.h"

namespace gram::jobs {
namespace {

constexpr size_t kReadBytes = size_t{1} << 20;

// The paths that match, in byte order: a locale's order would differ between machines.
Result<std::vector<std::string>> ExpandPattern(const std::string& pattern) {
  glob_t found{};
  const int result = ::glob(pattern.c_str(), GLOB_ERR | GLOB_NOSORT, nullptr, &found);
  std::vector<std::string> paths;
  if (result == 0) paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  if (result == GLOB_NOMATCH) return NotFound("no file matches --input '" + pattern + "'");
  if (result != 0) return IoError("cannot list the files that match '" + pattern + "'");
  std::sort(paths.begin(), paths.end());
  return paths;
}

bool StatInput(const std::string& path, struct stat& info) {
  return (path == "-" ? ::fstat(STDIN_FILENO, &info) : ::stat(path.c_str(), &info)) == 0;
}

// Adds the inputs of one name to `paths`.
Status AddInputs(const std::string& name, std::vector<std::string>& paths) {
  struct stat info {};
  if (!StatInput(name, info) && name.find_first_of("*?[") != std::string::npos) {
    GRAM_ASSIGN_OR_RETURN(const std::vector<std::string> matches, ExpandPattern(name));
    paths.insert(paths.end(), matches.begin(), matches.end());
  } else {
    paths.push_back(name);
  }
  return {};
}

}  // namespace

Result<std::vector<InputFile>> FindInputs(const std::vector<std::string>& names) {
  std::vector<std::string> paths;
  for (const std::string& name : names) GRAM_RETURN_IF_ERROR(AddInputs(name, paths));
  std::vector<InputFile> files;
  std::map<std::pair<dev_t, ino_t>, std::string> seen;
  for (const std::string& path : paths) {
    struct stat info {};
    if (!StatInput(path, info)) return ErrnoError("cannot open input " + path, errno);
    if (S_ISDIR(info.st_mode)) {
      return InvalidArgument("input " + path +
                             " is a folder; name its files, or give a pattern: '" + path +
                             "/*.jsonl'");
    }
    const auto [earlier, added] = seen.emplace(std::pair(info.st_dev, info.st_ino), path);
    if (!added) {
      return InvalidArgument("input " + path + " is given twice (as " + earlier->second + ")");
    }
    InputFile file{path, std::nullopt};
    if (S_ISREG(info.st_mode)) file.bytes = info.st_size;
    files.push_back(std::move(file));
  }
  return files;
}

Status CheckNotAnInput(const std::vector<InputFile>& files, const std::string& output) {
  struct stat written {};
  if (output == "-" || ::stat(output.c_str(), &written) != 0 || !S_ISREG(written.st_mode))
    return {};
  for (const InputFile& file : files) {
    struct stat read {};
    if (StatInput(file.path, read) && read.st_dev == written.st_dev &&
        read.st_ino == written.st_ino) {
      return InvalidArgument("output " + output + " is the input itself");
    }
  }
  return {};
}

Result<FileIdentity> IdentifyFile(const std::string& path) {
  GRAM_ASSIGN_OR_RETURN(RawFile file, RawFile::Open(path));
  if (!file.regular()) return InvalidArgument("input " + path + " is not a regular file");
  FileIdentity identity;
  format::RunningChecksum checksum;
  std::vector<char> buffer(kReadBytes);
  while (true) {
    GRAM_ASSIGN_OR_RETURN(const size_t count, file.Read(buffer));
    if (count == 0) break;
    identity.bytes += static_cast<int64_t>(count);
    checksum.Update(std::as_bytes(std::span(buffer.data(), count)));
  }
  identity.checksum = checksum.Take();
  return identity;
}

}  // namespace gram::jobs
