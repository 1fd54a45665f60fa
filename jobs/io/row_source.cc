#include "jobs/io/row_source.h"

#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <utility>

#include "engine/base/status.h"

namespace gram::jobs {
namespace {

constexpr int kMostRowsLookedAt = 1000;
constexpr size_t kMostBytesLookedAt = size_t{64} << 20;

RowError TooLongRow() {
  return {"too_long",
          "the row is longer than " + std::to_string(RowReader::kMaxRowBytes >> 20) + " MiB"};
}

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

Result<RowSource> RowSource::Open(const std::vector<std::string>& names, RowFileOpener opener) {
  RowSource source;
  source.opener_ = std::move(opener);
  GRAM_ASSIGN_OR_RETURN(source.files_, FindInputs(names));
  source.open_.resize(source.files_.size());
  for (size_t i = 0; i < source.files_.size(); ++i) {
    if (source.files_[i].regular()) continue;
    GRAM_ASSIGN_OR_RETURN(source.open_[i], source.OpenAt(source.files_[i]));
  }
  return source;
}

RowSource RowSource::OfText(std::string text, std::string name) {
  RowSource source;
  const auto bytes = static_cast<int64_t>(text.size());
  source.files_.push_back({std::move(name), bytes, std::make_shared<std::string>(std::move(text))});
  source.open_.resize(1);
  return source;
}

Result<std::unique_ptr<RowSource::OpenInput>> RowSource::OpenAt(const InputFile& file) const {
  if (file.text != nullptr) {
    GRAM_ASSIGN_OR_RETURN(RawFile opened, RawFile::InMemory(*file.text, file.path));
    return std::make_unique<OpenInput>(std::make_unique<RowReader>(ByteSource(std::move(opened))));
  }
  if (opener_ && file.regular()) {
    GRAM_ASSIGN_OR_RETURN(std::unique_ptr<RowFile> opened, opener_(file.path));
    if (opened != nullptr) return std::make_unique<OpenInput>(std::move(opened));
  }
  GRAM_ASSIGN_OR_RETURN(RowReader reader, RowReader::Open(file.path));
  return std::make_unique<OpenInput>(std::make_unique<RowReader>(std::move(reader)));
}

// The next row of one input, whatever was read ahead.
Result<bool> RowSource::ReadRow(OpenInput& input, RawRow& row) {
  bool too_long = false;
  row.error.reset();
  GRAM_ASSIGN_OR_RETURN(const bool more, input.reader->Next(row.text, too_long));
  if (!more) return false;
  row.file_row = ++input.rows;
  if (too_long) {
    row.text = std::string();
    row.error = TooLongRow();
  }
  return true;
}

Result<bool> RowSource::Next(RawRow& row) {
  while (current_ < files_.size()) {
    std::unique_ptr<OpenInput>& input = open_[current_];
    if (input == nullptr) {
      GRAM_ASSIGN_OR_RETURN(input, OpenAt(files_[current_]));
    }
    bool more = !input->ahead.empty();
    if (more) {
      row = std::move(input->ahead.front());
      input->ahead.pop_front();
    } else {
      GRAM_ASSIGN_OR_RETURN(more, ReadRow(*input, row));
    }
    if (more) {
      row.file = current_;
      row.number = ++rows_;
      return true;
    }
    CloseCurrent();
  }
  return false;
}

Result<int64_t> RowSource::Pass(int64_t most) {
  int64_t passed = 0;
  while (current_ < files_.size()) {
    std::unique_ptr<OpenInput>& input = open_[current_];
    if (input == nullptr) {
      GRAM_ASSIGN_OR_RETURN(input, OpenAt(files_[current_]));
    }
    if (!input->ahead.empty()) break;
    const int64_t rows = input->reader->Pass(most - passed);
    input->rows += rows;
    rows_ += rows;
    passed += rows;
    if (!input->reader->Ended()) break;
    CloseCurrent();
  }
  return passed;
}

// Behind the last row of the current file.
void RowSource::CloseCurrent() {
  bytes_done_ += open_[current_]->reader->position();
  open_[current_++].reset();
}

bool RowSource::Ready(int wait_ms) const {
  if (current_ == files_.size()) return true;
  const std::unique_ptr<OpenInput>& input = open_[current_];
  return input == nullptr || !input->ahead.empty() || input->reader->Ready(wait_ms);
}

Result<RowSource::Head> RowSource::Find(size_t file,
                                        const std::function<bool(const RawRow&, Layout)>& wanted) {
  std::unique_ptr<OpenInput> again;  // a regular file is read twice rather than ahead
  if (files_[file].regular()) {
    GRAM_ASSIGN_OR_RETURN(again, OpenAt(files_[file]));
  }
  OpenInput& input = again != nullptr ? *again : *open_[file];
  Head head;
  RawRow row;
  size_t bytes = 0;
  for (int i = 0; i < kMostRowsLookedAt && bytes < kMostBytesLookedAt && !head.row; ++i) {
    GRAM_ASSIGN_OR_RETURN(const bool more, ReadRow(input, row));
    head.ended = !more;
    if (!more) break;
    row.file = file;
    bytes += row.text.size();
    if (wanted(row, input.reader->layout())) head.row = row;
    if (again == nullptr) input.ahead.push_back(std::move(row));
  }
  head.layout = input.reader->layout();
  return head;
}

int64_t RowSource::bytes_read() const {
  const bool open = current_ < files_.size() && open_[current_] != nullptr;
  return bytes_done_ + (open ? open_[current_]->reader->position() : 0);
}

std::optional<int64_t> RowSource::bytes_total() const {
  int64_t total = 0;
  for (const InputFile& file : files_) {
    if (!file.bytes) return std::nullopt;
    total += *file.bytes;
  }
  return total;
}

}  // namespace gram::jobs
