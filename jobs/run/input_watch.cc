#include "jobs/run/input_watch.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "engine/base/status.h"

namespace gram::jobs {
namespace {

std::filesystem::file_time_type WriteTime(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::last_write_time(path, ignored);
}

}  // namespace

Result<InputWatch> InputWatch::Open(std::span<const InputFile> files) {
  InputWatch watch;
  for (const InputFile& file : files) {
    InputRecord record = {file.path, std::nullopt};
    watch.written_.push_back(WriteTime(file.path));
    if (file.regular()) {
      GRAM_ASSIGN_OR_RETURN(record.content, IdentifyFile(file.path));
    }
    watch.records_.push_back(std::move(record));
  }
  return watch;
}

bool InputWatch::repeatable() const {
  return std::all_of(records_.begin(), records_.end(),
                     [](const InputRecord& record) { return record.content.has_value(); });
}

Status InputWatch::CheckUnchanged() const {
  for (size_t i = 0; i < records_.size(); ++i) {
    const InputRecord& record = records_[i];
    if (!record.content || WriteTime(record.path) == written_[i]) continue;
    GRAM_ASSIGN_OR_RETURN(const FileIdentity now, IdentifyFile(record.path));
    if (now == *record.content) continue;
    return Corrupt("input " + record.path +
                   " was changed while it was read: the rows may be of either version; start anew "
                   "with --force");
  }
  return {};
}

}  // namespace gram::jobs
