#include "jobs/run/output_files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "engine/base/files.h"
#include "engine/base/status.h"
#include "jobs/io/files.h"

namespace gram::jobs {
namespace {

constexpr size_t kPendingBytes = size_t{1} << 20;

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

bool MeansNoLocksHere(int error) {
  return error == ENOSYS || error == ENOLCK || error == EOPNOTSUPP || error == EINVAL;
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

bool HoldsSomething(const std::string& path) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(path, error);
  return !error && bytes > 0;
}

Status CheckFree(const OutputPaths& paths, const std::string& choices) {
  for (const std::string& path : {paths.output, paths.journal, paths.manifest}) {
    if (HoldsSomething(path)) return InvalidArgument(path + " exists; " + choices);
  }
  return {};
}

Status ClearRun(const OutputPaths& paths) {
  // The manifest first: without one, nothing that is left counts.
  for (const std::string& path :
       {paths.manifest, paths.journal, paths.retry, paths.packed, paths.output}) {
    GRAM_RETURN_IF_ERROR(RemoveFile(path));
  }
  return {};
}

Result<OutputLock> OutputLock::Acquire(const std::string& path, const std::string& output) {
  while (true) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor < 0) return ErrnoError("cannot open " + path, errno);
    OutputLock lock(descriptor, path);
    const bool locked = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0;
    if (!locked && errno == EINTR) continue;
    if (!locked && !MeansNoLocksHere(errno)) {
      const Status refusal = lock.Refusal(output);
      lock.path_.clear();  // the holder's, who removes it
      return refusal;
    }
    // The file may have been removed between open and flock, by the process that held it before.
    if (lock.IsAt(path)) {
      lock.WriteHolder();
      return lock;
    }
    lock.path_.clear();
  }
}

Status OutputLock::Refusal(const std::string& output) const {
  std::array<char, 256> holder{};
  const ssize_t count = ::pread(descriptor_, holder.data(), holder.size(), 0);
  const std::string who =
      count > 0 ? " (" + std::string(holder.data(), static_cast<size_t>(count)) + ")" : "";
  return InvalidArgument("another process" + who + " is writing " + output +
                         "; wait for it, or choose another --output");
}

bool OutputLock::IsAt(const std::string& path) const {
  struct stat mine {};
  struct stat there {};
  return ::fstat(descriptor_, &mine) == 0 && ::stat(path.c_str(), &there) == 0 &&
         mine.st_dev == there.st_dev && mine.st_ino == there.st_ino;
}

// Tells whoever finds the lock who holds it. Not being able to is no fault.
void OutputLock::WriteHolder() {
  std::array<char, 128> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  const std::string holder =
      "process " + std::to_string(::getpid()) + " on " + std::string(host.data());
  if (::ftruncate(descriptor_, 0) != 0) return;
  [[maybe_unused]] const ssize_t ignored = ::pwrite(descriptor_, holder.data(), holder.size(), 0);
}

OutputLock::OutputLock(OutputLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

OutputLock::~OutputLock() {
  if (descriptor_ < 0) return;
  if (!path_.empty()) ::unlink(path_.c_str());  // before the lock ends, so that it is still ours
  ::close(descriptor_);
}

Result<LinesFile> LinesFile::Create(const std::string& path, bool force) {
  GRAM_ASSIGN_OR_RETURN(const bool direct, IsDirectOutput(path));
  LinesFile lines(OutputPaths(path).output);
  if (direct) {
    GRAM_ASSIGN_OR_RETURN(OutputFile output, OutputFile::Open(path, force, -1));
    lines.direct_.emplace(std::move(output));
    return lines;
  }
  if (!force && HoldsSomething(lines.path_)) {
    return InvalidArgument("output " + path + " exists; choose another name or add --force");
  }
  if (const Packing packing = PackingOf(path); packing != Packing::kNone) {
    GRAM_ASSIGN_OR_RETURN(lines.encoder_, MakeEncoder(packing));
  }
  const std::string temporary = lines.path_ + ".filtering";
  GRAM_ASSIGN_OR_RETURN(AppendFile file, AppendFile::Open(temporary));
  lines.temporary_ = temporary;
  lines.file_.emplace(std::move(file));
  GRAM_RETURN_IF_ERROR(lines.file_->Truncate(0));  // what a killed run left
  return lines;
}

LinesFile::~LinesFile() {
  if (!temporary_.empty()) (void)RemoveFile(temporary_);  // nobody is left to tell
}

Status LinesFile::Flush(bool last) {
  const std::string text = std::exchange(pending_, {});
  if (direct_) return direct_->Write(text);
  if (encoder_) return encoder_->Encode(text, last, *file_);
  return file_->Append(text);
}

Status LinesFile::Write(std::string_view line) {
  pending_ += line;
  return pending_.size() < kPendingBytes ? Status() : Flush(false);
}

Status LinesFile::Commit() {
  GRAM_RETURN_IF_ERROR(Flush(true));
  if (direct_) return direct_->Close();
  GRAM_RETURN_IF_ERROR(file_->Sync());
  GRAM_RETURN_IF_ERROR(RenameFile(temporary_, path_));
  temporary_.clear();
  return {};
}

}  // namespace gram::jobs
