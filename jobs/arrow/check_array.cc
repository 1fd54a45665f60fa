// Whether an array is what its schema says: what can be told of memory that somebody else owns.
#include <algorithm>
#include <cstring>
#include <string>

#include "engine/base/status.h"
#include "jobs/arrow/columns.h"
#include "jobs/arrow/values.h"

namespace gram::jobs {
namespace {

constexpr int64_t kMostRows = int64_t{1} << 48;
constexpr int64_t kMostBuffers = int64_t{1} << 20;

Status Bad(const ColumnType& type, const std::string& what) {
  return Corrupt((type.name.empty() ? "the rows" : "column \"" + type.name + "\"") +
                 (": the Arrow array " + what));
}

int64_t ReadOffset(const void* buffer, int64_t index, int width) {
  return IntegerAt(buffer, index, width, true);
}

int64_t BuffersOf(const ColumnType& type, int64_t given) {
  switch (type.kind) {
    case ColumnKind::kNull:
      return 0;
    case ColumnKind::kStruct:
    case ColumnKind::kFixedList:
      return 1;
    case ColumnKind::kText:
    case ColumnKind::kListView:
      return 3;
    case ColumnKind::kTextView:
      return std::clamp<int64_t>(given, 3, kMostBuffers);  // as many as texts lie in
    default:
      return 2;
  }
}

// Offsets that run forward, from 0 or later. What the last one is must fit into what it counts.
Result<int64_t> CheckOffsets(const ColumnType& type, const ArrowArray& array) {
  const void* const offsets = array.buffers[1];
  int64_t last = ReadOffset(offsets, array.offset, type.width);
  if (last < 0) return Bad(type, "has an offset below 0");
  for (int64_t i = 1; i <= array.length; ++i) {
    const int64_t next = ReadOffset(offsets, array.offset + i, type.width);
    if (next < last) return Bad(type, "has offsets that run backwards");
    last = next;
  }
  return last;
}

Status CheckListViews(const ColumnType& type, const ArrowArray& array) {
  const int64_t most = array.children[0]->length;
  for (int64_t i = array.offset; i < array.offset + array.length; ++i) {
    const int64_t begin = ReadOffset(array.buffers[1], i, type.width);
    const int64_t size = ReadOffset(array.buffers[2], i, type.width);
    if (begin < 0 || size < 0 || size > most || begin > most - size) {
      return Bad(type, "has a list beyond its values");
    }
  }
  return {};
}

// Views are checked against the sizes of the buffers, which come last.
Status CheckTextViews(const ColumnType& type, const ArrowArray& array) {
  const int64_t count = array.n_buffers - 3;
  const void* const sizes = array.buffers[array.n_buffers - 1];
  for (int64_t i = array.offset; i < array.offset + array.length; ++i) {
    if (IsNull(type, array, i - array.offset)) continue;
    int32_t view[4];
    std::memcpy(view, static_cast<const char*>(array.buffers[1]) + i * 16, sizeof(view));
    const int64_t size = view[0];
    if (size < 0) return Bad(type, "has a text of negative length");
    if (size <= 12) continue;
    const bool there = view[2] >= 0 && view[2] < count && sizes != nullptr && view[3] >= 0 &&
                       array.buffers[2 + view[2]] != nullptr &&
                       view[3] <= ReadOffset(sizes, view[2], 8) - size;
    if (!there) return Bad(type, "has a text beyond its buffers");
  }
  return {};
}

Status CheckIndices(const ColumnType& type, const ArrowArray& array) {
  if (array.dictionary == nullptr) return Bad(type, "lacks its dictionary");
  GRAM_RETURN_IF_ERROR(CheckArray(type.children[0], *array.dictionary));
  for (int64_t i = array.offset; i < array.offset + array.length; ++i) {
    if (array.buffers[0] != nullptr && !BitAt(array.buffers[0], i)) continue;
    const int64_t value = IntegerAt(array.buffers[1], i, type.width, type.is_signed);
    if (value < 0 || value >= array.dictionary->length) {
      return Bad(type, "counts beyond its dictionary");
    }
  }
  return {};
}

// How many values the first child must have, at its offset and behind.
Result<int64_t> ChildRows(const ColumnType& type, const ArrowArray& array) {
  const int64_t rows = array.offset + array.length;
  if (type.kind == ColumnKind::kStruct) return rows;
  if (type.kind == ColumnKind::kFixedList) {
    if (type.scale > 0 && rows > kMostRows / type.scale) return Bad(type, "is too long");
    return rows * type.scale;
  }
  const bool counted = type.kind == ColumnKind::kList || type.kind == ColumnKind::kMap;
  if (!counted || array.length == 0) return 0;
  return CheckOffsets(type, array);
}

Status CheckChildren(const ColumnType& type, const ArrowArray& array) {
  const bool fits = array.n_children == static_cast<int64_t>(type.children.size()) &&
                    (array.n_children == 0 || array.children != nullptr);
  if (!fits) return Bad(type, "has another number of parts than its schema");
  GRAM_ASSIGN_OR_RETURN(const int64_t rows, ChildRows(type, array));
  for (size_t i = 0; i < type.children.size(); ++i) {
    if (array.children[i] == nullptr) return Bad(type, "lacks a part");
    if (type.children[i].left_out) continue;
    GRAM_RETURN_IF_ERROR(CheckArray(type.children[i], *array.children[i]));
    if (array.children[i]->length < rows) return Bad(type, "has parts that are too short");
  }
  return type.kind == ColumnKind::kListView ? CheckListViews(type, array) : Status();
}

// The buffers that hold values or offsets; those of texts may be missing where all are empty.
Status CheckBuffers(const ColumnType& type, const ArrowArray& array) {
  if (array.n_buffers != BuffersOf(type, array.n_buffers)) {
    return Bad(type, "has " + std::to_string(array.n_buffers) + " buffers");
  }
  if (array.n_buffers > 0 && array.buffers == nullptr) return Bad(type, "lacks its buffers");
  if (array.length == 0) return {};
  const bool nulls = array.n_buffers == 0 || array.buffers[0] != nullptr || array.null_count <= 0;
  if (!nulls) return Bad(type, "has nulls and does not say which");
  const bool values = array.n_buffers < 2 || array.buffers[1] != nullptr;
  const bool sizes = type.kind != ColumnKind::kListView || array.buffers[2] != nullptr;
  return values && sizes ? Status() : Bad(type, "lacks a buffer");
}

}  // namespace

Status CheckArray(const ColumnType& type, const ArrowArray& array) {
  if (array.release == nullptr) return InvalidArgument("the Arrow array was released");
  const bool sane = array.length >= 0 && array.offset >= 0 && array.length < kMostRows &&
                    array.offset < kMostRows;
  if (!sane) return Bad(type, "has a length or an offset that makes no sense");
  GRAM_RETURN_IF_ERROR(CheckBuffers(type, array));
  if (type.kind == ColumnKind::kDictionary) return CheckIndices(type, array);
  if (type.kind == ColumnKind::kTextView) return CheckTextViews(type, array);
  if (type.kind == ColumnKind::kText && array.length > 0) {
    GRAM_ASSIGN_OR_RETURN(const int64_t bytes, CheckOffsets(type, array));
    if (bytes > 0 && array.buffers[2] == nullptr) return Bad(type, "lacks its texts");
  }
  return CheckChildren(type, array);
}

}  // namespace gram::jobs
