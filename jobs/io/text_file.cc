#include "jobs/io/text_file.h"

#include "engine/base/mapped_file.h"
#include "engine/base/status.h"

namespace gram::jobs {
namespace {

constexpr size_t kMaxBytes = size_t{1} << 20;

}  // namespace

Result<std::string> ReadTextFile(const std::string& path) {
  GRAM_ASSIGN_OR_RETURN(const MappedFile file, MappedFile::Open(path));
  const auto bytes = file.bytes();
  if (bytes.size() > kMaxBytes) return InvalidArgument(path + " is larger than 1 MiB");
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

}  // namespace gram::jobs
