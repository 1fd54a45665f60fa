#include "jobs/run/output_paths.h"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "engine/base/files.h"
#include "engine/base/status.h"

namespace gram::jobs {
namespace {

// Names of what is open already, which may be a regular file that is not ours to replace.
bool IsDescriptor(const std::string& name) {
  return name == "-" || name == "/dev/stdout" || name == "/dev/stderr" ||
         name.starts_with("/dev/fd/") || name.starts_with("/proc/");
}

// Nothing is at `output` yet: whether there could be.
Status CheckFolder(const std::string& output) {
  const std::string target = LinkTarget(output);
  const std::filesystem::path folder = std::filesystem::path(target).parent_path();
  std::error_code error;
  if (folder.empty() || std::filesystem::is_directory(folder, error)) return {};
  const std::string link = target == output ? "" : " is a link to " + target;
  return NotFound("output " + output + link + ": there is no folder " + folder.string());
}

}  // namespace

Result<bool> IsDirectOutput(const std::string& output) {
  if (IsDescriptor(output)) return true;
  struct stat info {};
  if (::stat(output.c_str(), &info) != 0) {
    if (errno == ENOENT) {
      GRAM_RETURN_IF_ERROR(CheckFolder(output));
      return false;
    }
    return ErrnoError("cannot look at output " + output, errno);
  }
  if (S_ISDIR(info.st_mode)) {
    return InvalidArgument("output " + output + " is a folder; name a file in it");
  }
  return !S_ISREG(info.st_mode);
}

OutputPaths::OutputPaths(const std::string& name)
    : output(LinkTarget(name)),
      journal(output + ".partial"),
      retry(output + ".retry"),
      packed(output + ".packing"),
      manifest(output + ".run.json"),
      lock(output + ".lock") {}

}  // namespace gram::jobs
