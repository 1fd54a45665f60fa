#include "jobs/io/line_file.h"

#include <string_view>
#include <utility>

#include "engine/base/status.h"

namespace gram::jobs {

Result<LineFile> LineFile::Open(const std::string& path) {
  GRAM_ASSIGN_OR_RETURN(RawFile file, RawFile::Open(path));
  return LineFile(ByteSource(std::move(file)));
}

Result<LineFile> LineFile::OpenPlain(const std::string& path) {
  GRAM_ASSIGN_OR_RETURN(RawFile file, RawFile::Open(path));
  return LineFile(ByteSource::Plain(std::move(file)));
}

Result<bool> LineFile::Next(std::string& line) {
  line.clear();
  while (true) {
    GRAM_ASSIGN_OR_RETURN(const std::string_view bytes, source_.Peek());
    torn_ = bytes.empty() && !line.empty();
    if (bytes.empty()) return false;
    const size_t end = bytes.find('\n');
    line.append(bytes.substr(0, end));
    if (end != std::string_view::npos) {
      source_.Consume(end + 1);
      bytes_ += static_cast<int64_t>(line.size()) + 1;
      return true;
    }
    source_.Consume(bytes.size());
  }
}

}  // namespace gram::jobs
