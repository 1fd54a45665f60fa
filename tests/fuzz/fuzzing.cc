#include "tests/fuzz/fuzzing.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "tests/testing/temp_dir.h"

namespace gram::fuzz {
namespace {

const testing::TempDir& Scratch() {
  static const testing::TempDir folder(std::getenv("TMPDIR") == nullptr
                                           ? testing::MemoryFolder()
                                           : std::filesystem::temp_directory_path());
  return folder;
}

bool IsOneLine(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  }
  return !text.empty();
}

// The end of the JSON string that begins at `begin`.
size_t StringEnd(std::string_view json, size_t begin) {
  size_t i = begin + 1;
  while (i < json.size() && json[i] != '"') i += json[i] == '\\' ? 2 : 1;
  return std::min(i + 1, json.size());
}

// JSON with NaN and infinities as 0, and with at most 15 digits in a row, two in an exponent:
// numbers that fit a double.
std::string WithSmallNumbers(std::string_view json) {
  std::string out;
  size_t digits = 0;
  for (size_t i = 0; i < json.size();) {
    const std::string_view rest = json.substr(i);
    if (rest[0] == '"') {
      const size_t end = StringEnd(json, i);
      out += json.substr(i, end - i);
      i = end;
    } else if (rest.starts_with("NaN") || rest.starts_with("Infinity")) {
      out += '0';
      i += rest[0] == 'N' ? 3 : 8;
    } else {
      const bool digit = rest[0] >= '0' && rest[0] <= '9';
      if (digit) ++digits;
      if (rest[0] == 'e' || rest[0] == 'E')
        digits = 13;
      else if (!digit && rest[0] != '+' && rest[0] != '-')
        digits = 0;
      if (!digit || digits <= 15) out += rest[0];
      ++i;
    }
  }
  return out;
}

[[noreturn]] void Fail(std::string_view property, std::string_view detail) {
  std::fprintf(stderr, "\nDOES NOT HOLD: %.*s%s%.*s\n", static_cast<int>(property.size()),
               property.data(), detail.empty() ? "" : ": ", static_cast<int>(detail.size()),
               detail.data());
  std::abort();
}

}  // namespace

void Check(bool holds, std::string_view property) {
  if (!holds) Fail(property, {});
}

void CheckOk(const Status& status, std::string_view property) {
  if (!status.ok()) Fail(property, status.message());
}

void CheckRefusal(const Status& status, std::string_view where) {
  if (status.code() == StatusCode::kOk || status.code() == StatusCode::kInternal) {
    Fail("a bad input is refused with a typed error", status.message());
  }
  if (!IsOneLine(status.message())) Fail("a message is one printable line", status.message());
  if (status.message().find(where) == std::string::npos) {
    Fail("a message names its file", status.message());
  }
}

uint8_t Input::Byte() {
  if (rest_.empty()) return 0;
  const auto byte = static_cast<uint8_t>(rest_.front());
  rest_.remove_prefix(1);
  return byte;
}

size_t Input::Below(size_t limit) {
  const size_t high = Byte();
  return (high << 8 | Byte()) % limit;
}

std::string_view Input::Part() {
  static constexpr std::string_view kBorder = "\n%%%%\n";
  const size_t end = rest_.find(kBorder);
  const std::string_view part = rest_.substr(0, end);
  rest_.remove_prefix(end == rest_.npos ? rest_.size() : end + kBorder.size());
  return part;
}

bool IsJson(std::string_view text) {
  // To that parser a NUL is the end; JSON has none.
  return text.find('\0') == text.npos && nlohmann::json::accept(WithSmallNumbers(text));
}

std::string ScratchPath(std::string_view name) { return Scratch() / name; }

std::string WriteScratch(std::string_view name, std::string_view bytes) {
  std::string path = ScratchPath(name);
  testing::WriteBytes(path, bytes);
  return path;
}

}  // namespace gram::fuzz
