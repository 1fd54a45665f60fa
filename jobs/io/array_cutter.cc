#include "jobs/io/array_cutter.h"

#include <algorithm>

#include "engine/base/status.h"

namespace gram::jobs {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
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

}  // namespace gram::jobs
