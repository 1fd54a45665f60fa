#include "jobs/run/output_paths.h"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "engine/base/status.h"

namespace gram::jobs {
namespace {

// Names of what is open already, which may be a regular file that is not ours to replace.
bool IsDescriptor(const std::string& name) {
  return name == "-" || name == "/dev/stdout" || name == "/dev/stderr" ||
         name.starts_with("/dev/fd/") || name.starts_with("/proc/");
}

std::string Resolved(const std::string& name) {
  std::error_code error;
  if (!std::filesystem::is_symlink(name, error)) return name;
  const std::filesystem::path target = std::filesystem::canonical(name, error);
  return error ? name : target.string();
}

}  // namespace

Result<bool> IsDirectOutput(const std::string& output) {
  if (IsDescriptor(output)) return true;
  struct stat info {};
  if (::stat(output.c_str(), &info) != 0) {
    if (errno == ENOENT) return false;
    return ErrnoError("cannot look at output " + output, errno);
  }
  if (S_ISDIR(info.st_mode)) {
    return InvalidArgument("output " + output + " is a folder; name a file in it");
  }
  return !S_ISREG(info.st_mode);
}

OutputPaths::OutputPaths(const std::string& name)
    : output(Resolved(name)),
      journal(output + ".partial"),
      retry(output + ".retry"),
      packed(output + ".packing"),
      manifest(output + ".run.json"),
      lock(output + ".lock") {}

}  // namespace gram::jobs
