#include "jobs/arrow/columns.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "jobs/arrow/values.h"

namespace gram::jobs {
namespace {

int64_t OffsetAt(const ColumnType& type, const ArrowArray& array, int64_t index, int buffer = 1) {
  return IntegerAt(array.buffers[buffer], index, type.width, true);
}

float HalfAt(const void* buffer, int64_t index) {
  const auto half = ValueAt<uint16_t>(buffer, index);
  const int exponent = (half >> 10) & 31;
  const int fraction = half & 1023;
  float size = 0;
  if (exponent == 31) {
    size = fraction == 0 ? std::numeric_limits<float>::infinity()
                         : std::numeric_limits<float>::quiet_NaN();
  } else {
    size = exponent == 0 ? std::ldexp(static_cast<float>(fraction), -24)
                         : std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
  }
  return (half & 0x8000) == 0 ? size : -size;
}

// A text of 12 bytes or less stands in its view; of a longer one, the view says where it is.
std::string_view ViewAt(const ArrowArray& array, int64_t index) {
  const char* const view = static_cast<const char*>(array.buffers[1]) + index * 16;
  const auto size = ValueAt<int32_t>(view, 0);
  if (size <= 12) return {view + 4, static_cast<size_t>(size)};
  const auto* const data = static_cast<const char*>(array.buffers[2 + ValueAt<int32_t>(view, 2)]);
  return {data + ValueAt<int32_t>(view, 3), static_cast<size_t>(size)};
}

std::string_view TextOf(const ColumnType& type, const ArrowArray& array, int64_t index) {
  if (type.kind == ColumnKind::kTextView) return ViewAt(array, index);
  const int64_t begin = OffsetAt(type, array, index);
  const int64_t end = OffsetAt(type, array, index + 1);
  if (begin == end) return {"", 0};
  return {static_cast<const char*>(array.buffers[2]) + begin, static_cast<size_t>(end - begin)};
}

template <typename T>
void AppendNumber(T value, std::string& json) {
  std::array<char, 64> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
  json.append(text.data(), end);
}

// As Python writes them, which the reader of JSON rows knows.
template <typename T>
void AppendFloat(T value, std::string& json) {
  if (std::isnan(value)) {
    json += "NaN";
  } else if (std::isinf(value)) {
    json += value > 0 ? "Infinity" : "-Infinity";
  } else {
    AppendNumber(value, json);
  }
}

void AppendFloatOf(const ColumnType& type, const void* buffer, int64_t index, std::string& json) {
  if (type.width == 2) return AppendFloat(HalfAt(buffer, index), json);
  if (type.width == 4) return AppendFloat(ValueAt<float>(buffer, index), json);
  AppendFloat(ValueAt<double>(buffer, index), json);
}

__extension__ using Int128 = __int128;

void AppendDecimal(const ColumnType& type, const void* buffer, int64_t index, std::string& json) {
  const auto value = ValueAt<Int128>(buffer, index);
  const bool negative = value < 0;
  std::string digits;  // last first
  for (Int128 rest = value; rest != 0; rest /= 10) {
    const int digit = static_cast<int>(rest % 10);
    digits += static_cast<char>('0' + (digit < 0 ? -digit : digit));
  }
  if (type.scale < 0) digits.insert(0, value == 0 ? 0 : static_cast<size_t>(-type.scale), '0');
  const auto behind = static_cast<size_t>(std::max<int64_t>(type.scale, 0));
  while (digits.size() <= behind) digits += '0';
  if (negative) json += '-';
  for (size_t i = digits.size(); i-- > 0;) {
    json += digits[i];
    if (i == behind && i > 0) json += '.';
  }
}

// The values of a list: of `child`, from `begin` up to `end`.
void AppendList(const ColumnType& child, const ArrowArray& values, int64_t begin, int64_t end,
                std::string& json) {
  json += '[';
  for (int64_t i = begin; i < end; ++i) {
    if (i > begin) json += ',';
    AppendJson(child, values, i, json);
  }
  json += ']';
}

void AppendStruct(const ColumnType& type, const ArrowArray& array, int64_t index,
                  std::string& json) {
  json += '{';
  bool first = true;
  for (size_t i = 0; i < type.children.size(); ++i) {
    if (type.children[i].left_out) continue;
    if (!first) json += ',';
    first = false;
    AppendJsonString(type.children[i].name, json);
    json += ':';
    AppendJson(type.children[i], *array.children[i], index, json);
  }
  json += '}';
}

// A map's entries lie in a list of pairs.
void AppendMap(const ColumnType& type, const ArrowArray& array, int64_t index, std::string& json) {
  const ColumnType& entry = type.children[0];
  const ArrowArray& entries = *array.children[0];
  const int64_t begin = OffsetAt(type, array, index);
  json += '{';
  for (int64_t i = begin; i < OffsetAt(type, array, index + 1); ++i) {
    if (i > begin) json += ',';
    const int64_t at = entries.offset + i;
    AppendJsonString(TextAt(entry.children[0], *entries.children[0], at).value_or(""), json);
    json += ':';
    AppendJson(entry.children[1], *entries.children[1], at, json);
  }
  json += '}';
}

void AppendListOf(const ColumnType& type, const ArrowArray& array, int64_t index,
                  std::string& json) {
  int64_t begin = index * type.scale;
  int64_t size = type.scale;
  if (type.kind != ColumnKind::kFixedList) {
    begin = OffsetAt(type, array, index);
    size = type.kind == ColumnKind::kList ? OffsetAt(type, array, index + 1) - begin
                                          : OffsetAt(type, array, index, 2);
  }
  AppendList(type.children[0], *array.children[0], begin, begin + size, json);
}

}  // namespace

bool IsNull(const ColumnType& type, const ArrowArray& array, int64_t row) {
  if (type.kind == ColumnKind::kNull) return true;
  const void* const validity = array.buffers[0];
  if (validity != nullptr && !BitAt(validity, array.offset + row)) return true;
  if (type.kind != ColumnKind::kDictionary) return false;
  const int64_t value = IntegerAt(array.buffers[1], array.offset + row, type.width, type.is_signed);
  return IsNull(type.children[0], *array.dictionary, value);
}

std::optional<std::string_view> TextAt(const ColumnType& type, const ArrowArray& array,
                                       int64_t row) {
  if (IsNull(type, array, row)) return std::nullopt;
  const int64_t index = array.offset + row;
  if (type.kind == ColumnKind::kDictionary) {
    return TextAt(type.children[0], *array.dictionary,
                  IntegerAt(array.buffers[1], index, type.width, type.is_signed));
  }
  if (type.kind != ColumnKind::kText && type.kind != ColumnKind::kTextView) return std::nullopt;
  return TextOf(type, array, index);
}

void AppendJsonString(std::string_view text, std::string& json) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  json += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (byte < 0x20) {
      json += "\\u00";
      json += kHex[byte >> 4];
      json += kHex[byte & 15];
    } else {
      json += c;
    }
  }
  json += '"';
}

void AppendJson(const ColumnType& type, const ArrowArray& array, int64_t row, std::string& json) {
  if (IsNull(type, array, row)) {
    json += "null";
    return;
  }
  const int64_t index = array.offset + row;
  const void* const values = array.n_buffers > 1 ? array.buffers[1] : nullptr;
  switch (type.kind) {
    case ColumnKind::kNull:
      return;  // seen above
    case ColumnKind::kBool:
      json += BitAt(values, index) ? "true" : "false";
      return;
    case ColumnKind::kSigned:
      return AppendNumber(IntegerAt(values, index, type.width, true), json);
    case ColumnKind::kUnsigned:
      if (type.width == 8) return AppendNumber(ValueAt<uint64_t>(values, index), json);
      return AppendNumber(IntegerAt(values, index, type.width, false), json);
    case ColumnKind::kFloat:
      return AppendFloatOf(type, values, index, json);
    case ColumnKind::kDecimal:
      return AppendDecimal(type, values, index, json);
    case ColumnKind::kText:
    case ColumnKind::kTextView:
      return AppendJsonString(TextOf(type, array, index), json);
    case ColumnKind::kList:
    case ColumnKind::kListView:
    case ColumnKind::kFixedList:
      return AppendListOf(type, array, index, json);
    case ColumnKind::kStruct:
      return AppendStruct(type, array, index, json);
    case ColumnKind::kMap:
      return AppendMap(type, array, index, json);
    case ColumnKind::kDictionary:
      return AppendJson(type.children[0], *array.dictionary,
                        IntegerAt(values, index, type.width, type.is_signed), json);
  }
}

}  // namespace gram::jobs
