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

constexpr int kEnd = -1;

std::string AtByte(const ByteSource& bytes) {
  return " at byte " + std::to_string(bytes.bytes_consumed() + 1);
}

// The next byte that is not white space, which stays; kEnd at the end of the input.
Result<int> SkipBlanks(ByteSource& bytes) {
  while (true) {
    GRAM_ASSIGN_OR_RETURN(const std::string_view text, bytes.Peek());
    if (text.empty()) return kEnd;
    const size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) {
      bytes.Consume(text.size());
      continue;
    }
    const auto next = static_cast<unsigned char>(text[first]);
    bytes.Consume(first);
    return int{next};
  }
}

}  // namespace

Status ArrayCutter::CutShort(const ByteSource& bytes) const {
  return Corrupt(bytes.name() + " is cut short: its JSON array does not end; element " +
                 std::to_string(elements_) + " is the last that does");
}

// How many bytes of `text` belong to the element; fewer than all where it ends in `text`.
size_t ArrayCutter::ElementBytes(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string_) {
      if (escaped_) {
        escaped_ = false;
      } else if (c == '\\') {
        escaped_ = true;
      } else if (c == '"') {
        in_string_ = false;
      }
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      ++depth_;
    } else if (depth_ == 0 && (c == ',' || c == ']' || c == '}')) {
      return i;
    } else if (c == '}' || c == ']') {
      --depth_;
    }
  }
  return text.size();
}

Status ArrayCutter::CutElement(ByteSource& bytes, size_t max_bytes, std::string& element,
                               bool& too_long) {
  depth_ = 0;
  in_string_ = false;
  escaped_ = false;
  while (true) {
    GRAM_ASSIGN_OR_RETURN(const std::string_view text, bytes.Peek());
    if (text.empty()) return CutShort(bytes);
    const size_t size = ElementBytes(text);
    const size_t taken = std::min(size, max_bytes - element.size());
    element.append(text.substr(0, taken));
    too_long = too_long || taken < size;
    const bool ended = size < text.size();
    bytes.Consume(size);
    if (ended) break;
  }
  element.resize(element.find_last_not_of(kBlanks) + 1);
  return {};
}

// Nothing but white space may follow the array.
Result<bool> ArrayCutter::End(ByteSource& bytes) {
  closed_ = true;
  GRAM_ASSIGN_OR_RETURN(const int next, SkipBlanks(bytes));
  if (next == kEnd) return false;
  return Corrupt(bytes.name() + " goes on behind the end of its JSON array" + AtByte(bytes));
}

Result<bool> ArrayCutter::Next(ByteSource& bytes, size_t max_bytes, std::string& element,
                               bool& too_long) {
  element.clear();
  too_long = false;
  if (closed_) return End(bytes);
  if (!opened_) bytes.Consume(1);
  GRAM_ASSIGN_OR_RETURN(int next, SkipBlanks(bytes));
  if (next == ']' && (elements_ > 0 || !opened_)) {
    bytes.Consume(1);
    return End(bytes);
  }
  if (opened_ && next == ',') {
    bytes.Consume(1);
    GRAM_ASSIGN_OR_RETURN(next, SkipBlanks(bytes));
  }
  opened_ = true;
  if (next == kEnd) return CutShort(bytes);
  if (next == ',' || next == ']' || next == '}') {
    return Corrupt(bytes.name() + " has a '" + static_cast<char>(next) +
                   "' where an element of its JSON array should be" + AtByte(bytes));
  }
  GRAM_RETURN_IF_ERROR(CutElement(bytes, max_bytes, element, too_long));
  ++elements_;
  return true;
}

Result<RowReader> RowReader::Open(const std::string& path) {
  GRAM_ASSIGN_OR_RETURN(RawFile file, RawFile::Open(path));
  return RowReader(ByteSource(std::move(file)));
}

// Finds the first byte that is not white space, which tells the layout; false where there is none.
Result<bool> RowReader::Start() {
  GRAM_RETURN_IF_ERROR(SkipByteOrderMark(bytes_));
  GRAM_ASSIGN_OR_RETURN(const int next, SkipBlanks(bytes_));
  if (next == kEnd) return false;
  layout_ = next == '[' ? Layout::kArray : Layout::kLines;
  return true;
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
