#include "jobs/filter/lines_file.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "engine/base/status.h"
#include "jobs/io/files.h"
#include "jobs/run/output_paths.h"

namespace gram::jobs {
namespace {

constexpr size_t kPendingBytes = size_t{1} << 20;

// An empty file, such as mktemp makes, is free.
bool HoldsSomething(const std::string& path) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(path, error);
  return !error && bytes > 0;
}

}  // namespace

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
