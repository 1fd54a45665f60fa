#include "jobs/io/row_reader.h"

#include <algorithm>
#include <utility>

#include "engine/base/status.h"

namespace gram::jobs {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t\r\n";

void Trim(std::string& text) {
  text.resize(text.find_last_not_of(kBlanks) + 1);
  text.erase(0, std::min(text.find_first_not_of(kBlanks), text.size()));
}

// Drops the mark from the start of `bytes`. A pipe may give it in pieces.
Status SkipByteOrderMark(ByteSource& bytes) {
  for (const char expected : kByteOrderMark) {
    GRAM_ASSIGN_OR_RETURN(const std::string_view next, bytes.Peek());
    if (next.empty() || next[0] != expected) return {};
    bytes.Consume(1);
  }
  return {};
}

}  // namespace

Result<RowReader> RowReader::Open(const std::string& path) {
  GRAM_ASSIGN_OR_RETURN(RawFile file, RawFile::Open(path));
  return RowReader(ByteSource(std::move(file)));
}

// Finds the first byte that is not white space, which tells the layout; false where there is none.
Result<bool> RowReader::Start() {
  GRAM_RETURN_IF_ERROR(SkipByteOrderMark(bytes_));
  while (true) {
    GRAM_ASSIGN_OR_RETURN(const std::string_view next, bytes_.Peek());
    if (next.empty()) return false;
    const size_t first = std::min(next.find_first_not_of(kBlanks), next.size());
    const bool found = first < next.size();
    if (found) layout_ = next[first] == '[' ? Layout::kArray : Layout::kLines;
    bytes_.Consume(first);
    if (found) return true;
  }
}

Result<bool> RowReader::CutLine(std::string& line, bool& too_long) {
  line.clear();
  too_long = false;
  bool any = false;
  while (true) {
    GRAM_ASSIGN_OR_RETURN(const std::string_view next, bytes_.Peek());
    if (next.empty()) return any;
    any = true;
    const size_t end = next.find('\n');
    const std::string_view piece = next.substr(0, end);
    const size_t taken = std::min(piece.size(), max_row_bytes_ - line.size());
    line.append(piece.substr(0, taken));
    too_long = too_long || taken < piece.size();
    const bool ended = end != std::string_view::npos;
    bytes_.Consume(piece.size() + (ended ? 1 : 0));
    if (ended) return true;
  }
}

Result<bool> RowReader::NextLine(std::string& line, bool& too_long) {
  do {
    GRAM_ASSIGN_OR_RETURN(const bool more, CutLine(line, too_long));
    if (!more) return false;
    Trim(line);
  } while (line.empty() && !too_long);
  if (first_line_ && line == "{") {
    return InvalidArgument(bytes_.name() +
                           " spreads an object over several lines; expected an object a line or an "
                           "array (jq -c . makes lines)");
  }
  first_line_ = false;
  return true;
}

Result<bool> RowReader::Next(std::string& row, bool& too_long) {
  if (layout_ == Layout::kEmpty) {
    GRAM_ASSIGN_OR_RETURN(const bool any, Start());
    if (!any) return false;
  }
  return layout_ == Layout::kArray ? array_.Next(bytes_, max_row_bytes_, row, too_long)
                                   : NextLine(row, too_long);
}

bool RowReader::Ready(int wait_ms) const {
  const std::string_view buffered = bytes_.buffered();
  // A row is sure to be there where its end is, or, in an array, likely to.
  const char end = layout_ == Layout::kArray ? '}' : '\n';
  return buffered.find(end) != std::string_view::npos || bytes_.ReadyToFill(wait_ms);
}

}  // namespace gram::jobs
