// Rows of JSON as a stream of Arrow batches, for tests.
#ifndef GRAM_TESTS_C_API_TABLE_STREAM_H_
#define GRAM_TESTS_C_API_TABLE_STREAM_H_

#include <cerrno>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "gram/c_api.h"
#include "jobs/arrow/column_builder.h"

namespace gram::testing {

using jobs::ColumnBuilder;
using nlohmann::json;
using Type = ColumnBuilder::Type;

// What tells a column's type: those that follow from a row's JSON.
struct Shape {
  Type type = Type::kText;
  std::vector<std::pair<std::string, Shape>> members = {};
};

inline Shape ShapeOf(const json& value) {
  if (value.is_boolean()) return {Type::kBool};
  if (value.is_number_integer()) return {Type::kInt64};
  if (value.is_number()) return {Type::kFloat64};
  if (value.is_array()) return {Type::kList, {{"item", ShapeOf(value.at(0))}}};
  if (!value.is_object()) return {Type::kText};
  Shape shape = {Type::kStruct};
  for (const auto& [name, member] : value.items())
    shape.members.emplace_back(name, ShapeOf(member));
  return shape;
}

inline ColumnBuilder BuilderOf(const std::string& name, const Shape& shape) {
  std::vector<ColumnBuilder> children;
  for (const auto& [member, inside] : shape.members) children.push_back(BuilderOf(member, inside));
  return {name, shape.type, std::move(children)};
}

// Fills `column` with a JSON value.
inline void Append(const json& value, const Shape& shape, ColumnBuilder& column) {
  if (value.is_null()) return column.AppendNull();
  switch (shape.type) {
    case Type::kBool:
      return column.AppendBool(value.get<bool>());
    case Type::kInt64:
      return column.AppendInt(value.get<int64_t>());
    case Type::kFloat64:
      return column.AppendDouble(value.get<double>());
    case Type::kList:
      for (const json& item : value) Append(item, shape.members[0].second, column.child(0));
      return column.EndList();
    case Type::kStruct:
      for (size_t i = 0; i < shape.members.size(); ++i) {
        const auto& [name, inside] = shape.members[i];
        Append(value.contains(name) ? value[name] : json(), inside, column.child(i));
      }
      return column.EndStruct();
    default:
      return column.AppendText(value.get<std::string>());
  }
}

// A table as a stream of batches. Counts what was not released.
class TableStream {
 public:
  // The columns are those of the first row.
  TableStream(const std::vector<json>& rows, size_t batch_rows) : shape_(ShapeOf(rows.at(0))) {
    ColumnBuilder table = BuilderOf("", shape_);
    for (size_t i = 0; i < rows.size(); ++i) {
      Append(rows[i], shape_, table);
      if ((i + 1) % batch_rows == 0 || i + 1 == rows.size()) {
        batches_.emplace_back();
        table.ExportArray(&batches_.back());
      }
    }
  }

  ArrowArrayStream Open(const std::function<void(ArrowArray&)>& change = {}) {
    if (change) change(batches_.front());
    return {GetSchema, GetNext, LastError, Release, this};
  }

  std::vector<ArrowArray>& batches() { return batches_; }
  int released() const { return released_; }
  void FailAt(size_t batch) { fail_at_ = batch; }

 private:
  static TableStream& Self(ArrowArrayStream* stream) {
    return *static_cast<TableStream*>(stream->private_data);
  }
  static int GetSchema(ArrowArrayStream* stream, ArrowSchema* out) {
    BuilderOf("", Self(stream).shape_).ExportSchema(out);
    return 0;
  }
  static int GetNext(ArrowArrayStream* stream, ArrowArray* out) {
    TableStream& self = Self(stream);
    if (self.next_ == self.fail_at_) return EIO;
    *out = {};
    if (self.next_ < self.batches_.size()) *out = std::exchange(self.batches_[self.next_++], {});
    return 0;
  }
  static const char* LastError(ArrowArrayStream*) { return "the disk is gone"; }
  static void Release(ArrowArrayStream* stream) {
    TableStream& self = Self(stream);
    for (ArrowArray& batch : self.batches_) {
      if (batch.release != nullptr) batch.release(&batch);
    }
    ++self.released_;
    stream->release = nullptr;
  }

  Shape shape_;
  std::vector<ArrowArray> batches_;
  size_t next_ = 0;
  size_t fail_at_ = SIZE_MAX;
  int released_ = 0;
};

}  // namespace gram::testing

#endif  // GRAM_TESTS_C_API_TABLE_STREAM_H_
