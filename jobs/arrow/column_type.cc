// Arrow's format strings as column types.
#include <array>
#include <charconv>
#include <set>

#include "engine/base/status.h"
#include "jobs/arrow/columns.h"

namespace gram::jobs {
namespace {

constexpr int kMostNested = 64;

struct NamedType {
  std::string_view format;
  ColumnKind kind;
  int width;
};

// Types whose format says all. Of those with parameters, what stands before the colon.
constexpr std::array<NamedType, 32> kTypes = {
    {{"n", ColumnKind::kNull, 0},       {"b", ColumnKind::kBool, 0},
     {"c", ColumnKind::kSigned, 1},     {"C", ColumnKind::kUnsigned, 1},
     {"s", ColumnKind::kSigned, 2},     {"S", ColumnKind::kUnsigned, 2},
     {"i", ColumnKind::kSigned, 4},     {"I", ColumnKind::kUnsigned, 4},
     {"l", ColumnKind::kSigned, 8},     {"L", ColumnKind::kUnsigned, 8},
     {"e", ColumnKind::kFloat, 2},      {"f", ColumnKind::kFloat, 4},
     {"g", ColumnKind::kFloat, 8},      {"u", ColumnKind::kText, 4},
     {"U", ColumnKind::kText, 8},       {"vu", ColumnKind::kTextView, 16},
     {"tdD", ColumnKind::kSigned, 4},   {"tdm", ColumnKind::kSigned, 8},
     {"tts", ColumnKind::kSigned, 4},   {"ttm", ColumnKind::kSigned, 4},
     {"ttu", ColumnKind::kSigned, 8},   {"ttn", ColumnKind::kSigned, 8},
     {"tDs", ColumnKind::kSigned, 8},   {"tDm", ColumnKind::kSigned, 8},
     {"tDu", ColumnKind::kSigned, 8},   {"tDn", ColumnKind::kSigned, 8},
     {"+l", ColumnKind::kList, 4},      {"+L", ColumnKind::kList, 8},
     {"+vl", ColumnKind::kListView, 4}, {"+vL", ColumnKind::kListView, 8},
     {"+s", ColumnKind::kStruct, 0},    {"+m", ColumnKind::kMap, 4}}};

std::string Called(const ColumnType& type) {
  return type.name.empty() ? "the rows" : "column \"" + type.name + "\"";
}

Status NoJson(const ColumnType& type, std::string_view what) {
  return Unsupported(Called(type) + " holds " + std::string(what) +
                     ", which no format of rows has; leave it out, or name it in ignore");
}

// What a type is called that has no counterpart in JSON.
std::string_view ForeignName(std::string_view format) {
  if (format == "z" || format == "Z" || format == "vz" || format.starts_with("w:")) {
    return "binary data";
  }
  if (format.starts_with("+u")) return "unions";
  if (format == "+r") return "run-end encoded values";
  if (format.starts_with("ti")) return "calendar intervals";
  return "values of a type that is not known";
}

bool ReadInt(std::string_view text, int64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

// "d:precision,scale[,bits]"
Status ReadDecimal(std::string_view parameters, ColumnType& type) {
  const size_t comma = parameters.find(',');
  if (comma == std::string_view::npos) return Corrupt(Called(type) + ": a decimal without scale");
  std::string_view scale = parameters.substr(comma + 1);
  const size_t bits = scale.find(',');
  if (bits != std::string_view::npos && scale.substr(bits + 1) != "128") {
    return NoJson(type, "decimals of " + std::string(scale.substr(bits + 1)) + " bits");
  }
  scale = scale.substr(0, bits);
  type.kind = ColumnKind::kDecimal;
  type.width = 16;
  const bool whole = ReadInt(scale, type.scale) && type.scale >= -38 && type.scale <= 38;
  return whole ? Status() : Corrupt(Called(type) + ": a decimal of scale " + std::string(scale));
}

Status ReadFormat(std::string_view format, ColumnType& type) {
  for (const NamedType& known : kTypes) {
    if (known.format != format) continue;
    type.kind = known.kind;
    type.width = known.width;
    return {};
  }
  if (format.starts_with("ts") && format.size() >= 4 && format[3] == ':') {
    type.kind = ColumnKind::kSigned;
    type.width = 8;
    return {};
  }
  if (format.starts_with("d:")) return ReadDecimal(format.substr(2), type);
  if (format.starts_with("+w:")) {
    type.kind = ColumnKind::kFixedList;
    const bool whole = ReadInt(format.substr(3), type.scale) && type.scale >= 0;
    return whole ? Status() : Corrupt(Called(type) + ": a list of no length");
  }
  return NoJson(type, ForeignName(format));
}

int64_t ChildrenOf(ColumnKind kind, int64_t given) {
  switch (kind) {
    case ColumnKind::kStruct:
      return given;
    case ColumnKind::kList:
    case ColumnKind::kListView:
    case ColumnKind::kFixedList:
    case ColumnKind::kMap:
      return 1;
    default:
      return 0;
  }
}

Status CheckMap(const ColumnType& type) {
  const ColumnType& entry = type.children[0];
  const bool paired = entry.kind == ColumnKind::kStruct && entry.children.size() == 2;
  if (!paired) return Corrupt(Called(type) + ": a map whose entries are no pairs");
  const ColumnKind key = entry.children[0].kind;
  const bool text = key == ColumnKind::kText || key == ColumnKind::kTextView;
  return text ? Status() : NoJson(type, "a map whose keys are no texts");
}

Result<ColumnType> ReadType(const ArrowSchema& schema, const NameSet& ignored, int depth);

// What is wrong inside of a column, with the column's name, which is the one that can be left out.
Status Within(const ColumnType& type, int depth, const Status& fault) {
  if (depth != 1) return fault;
  return {fault.code(), Called(type) + ": " + fault.message()};
}

Status ReadChildren(const ArrowSchema& schema, const NameSet& ignored, int depth,
                    ColumnType& type) {
  if (schema.n_children != ChildrenOf(type.kind, schema.n_children) || schema.n_children < 0) {
    return Corrupt(Called(type) + " has " + std::to_string(schema.n_children) + " parts");
  }
  if (schema.n_children > 0 && schema.children == nullptr) {
    return Corrupt(Called(type) + ": its parts are missing");
  }
  for (int64_t i = 0; i < schema.n_children; ++i) {
    if (schema.children[i] == nullptr) return Corrupt(Called(type) + ": a part is missing");
    Result<ColumnType> child = ReadType(*schema.children[i], ignored, depth + 1);
    if (!child.ok()) return Within(type, depth, child.status());
    type.children.push_back(std::move(child).value());
  }
  return type.kind == ColumnKind::kMap ? CheckMap(type) : Status();
}

Status ReadDictionary(const ArrowSchema& schema, int depth, ColumnType& type) {
  if (type.kind != ColumnKind::kSigned && type.kind != ColumnKind::kUnsigned) {
    return Corrupt(Called(type) + ": a dictionary that is not counted by integers");
  }
  type.is_signed = type.kind == ColumnKind::kSigned;
  type.kind = ColumnKind::kDictionary;
  GRAM_ASSIGN_OR_RETURN(ColumnType values, ReadType(*schema.dictionary, {}, depth + 1));
  type.children.push_back(std::move(values));
  return {};
}

// `ignored` counts at the top alone: `depth` 1.
Result<ColumnType> ReadType(const ArrowSchema& schema, const NameSet& ignored, int depth) {
  ColumnType type;
  if (schema.release == nullptr) return InvalidArgument("the schema was released");
  if (schema.name != nullptr) type.name = schema.name;
  if (depth > kMostNested) return Unsupported(Called(type) + " is nested too deep");
  if (schema.format == nullptr) return Corrupt(Called(type) + " has no type");
  type.left_out = depth == 1 && ignored.contains(type.name);
  if (type.left_out) return type;
  GRAM_RETURN_IF_ERROR(ReadFormat(schema.format, type));
  if (schema.dictionary != nullptr) {
    GRAM_RETURN_IF_ERROR(ReadDictionary(schema, depth, type));
  } else {
    GRAM_RETURN_IF_ERROR(ReadChildren(schema, ignored, depth, type));
  }
  return type;
}

}  // namespace

Result<ColumnType> ReadColumnType(const ArrowSchema& schema, const NameSet& ignored) {
  GRAM_ASSIGN_OR_RETURN(ColumnType rows, ReadType(schema, ignored, 0));
  rows.name.clear();
  if (rows.kind != ColumnKind::kStruct) {
    return InvalidArgument("rows come as a struct of columns, not as an array of format " +
                           std::string(schema.format));
  }
  std::set<std::string_view> names;
  for (const ColumnType& column : rows.children) {
    if (!names.insert(column.name).second) {
      return InvalidArgument("two columns are called \"" + column.name + "\"");
    }
  }
  return rows;
}

}  // namespace gram::jobs
