#include "jobs/arrow/column_builder.h"

#include <cstring>
#include <limits>
#include <memory>
#include <utility>

#include "engine/base/status.h"

namespace gram::jobs {
namespace {

const char* FormatOf(ColumnBuilder::Type type) {
  switch (type) {
    case ColumnBuilder::Type::kBool:
      return "b";
    case ColumnBuilder::Type::kInt32:
      return "i";
    case ColumnBuilder::Type::kInt64:
      return "l";
    case ColumnBuilder::Type::kFloat32:
      return "f";
    case ColumnBuilder::Type::kFloat64:
      return "g";
    case ColumnBuilder::Type::kText:
      return "u";
    case ColumnBuilder::Type::kList:
      return "+l";
    case ColumnBuilder::Type::kStruct:
      return "+s";
  }
  return "n";
}

bool HasOffsets(ColumnBuilder::Type type) {
  return type == ColumnBuilder::Type::kText || type == ColumnBuilder::Type::kList;
}

void PushBit(std::vector<uint8_t>& bits, int64_t index, bool value) {
  if (index % 8 == 0) bits.push_back(0);
  if (value) bits.back() = static_cast<uint8_t>(bits.back() | (1 << (index % 8)));
}

// A consumer may move a child out; it says so by setting the child's release to null.
template <typename T>
void ReleaseAll(std::vector<T>& parts) {
  for (T& part : parts) {
    if (part.release != nullptr) part.release(&part);
  }
}

// What an exported schema points to.
struct SchemaParts {
  std::string name;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> pointers;
  ~SchemaParts() { ReleaseAll(children); }
};

void ReleaseSchema(ArrowSchema* schema) {
  delete static_cast<SchemaParts*>(schema->private_data);
  schema->release = nullptr;
}

template <typename T>
std::vector<T*> PointersTo(std::vector<T>& parts) {
  std::vector<T*> pointers;
  for (T& part : parts) pointers.push_back(&part);
  return pointers;
}

}  // namespace

// What an exported array points to.
struct ColumnBuilder::Exported {
  std::vector<uint8_t> validity;
  std::vector<uint8_t> values;
  std::vector<char> text;
  std::vector<const void*> buffers;
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> pointers;
  ~Exported() { ReleaseAll(children); }

  static void Release(ArrowArray* array) {
    delete static_cast<Exported*>(array->private_data);
    array->release = nullptr;
  }
};

ColumnBuilder::ColumnBuilder(std::string name, Type type, std::vector<ColumnBuilder> children)
    : name_(std::move(name)), type_(type), children_(std::move(children)) {
  if (HasOffsets(type_)) AppendValue<int32_t>(0);
}

template <typename T>
void ColumnBuilder::AppendValue(T value) {
  const size_t end = values_.size();
  values_.resize(end + sizeof(T));
  std::memcpy(values_.data() + end, &value, sizeof(T));
}

void ColumnBuilder::EndRow(bool valid) {
  PushBit(validity_, rows_, valid);
  ++rows_;
  nulls_ += valid ? 0 : 1;
}

void ColumnBuilder::AppendNull() {
  switch (type_) {
    case Type::kBool:
      PushBit(values_, rows_, false);
      break;
    case Type::kInt32:
    case Type::kFloat32:
      AppendValue<int32_t>(0);
      break;
    case Type::kInt64:
    case Type::kFloat64:
      AppendValue<int64_t>(0);
      break;
    case Type::kText:
    case Type::kList:
      AppendValue(static_cast<int32_t>(size_));
      break;
    case Type::kStruct:
      for (ColumnBuilder& child : children_) child.AppendNull();
      break;
  }
  EndRow(false);
}

void ColumnBuilder::AppendBool(bool value) {
  PushBit(values_, rows_, value);
  EndRow(true);
}

void ColumnBuilder::AppendInt(int64_t value) {
  if (type_ == Type::kInt32) {
    AppendValue(static_cast<int32_t>(value));
  } else {
    AppendValue(value);
  }
  EndRow(true);
}

void ColumnBuilder::AppendFloat(float value) {
  AppendValue(value);
  EndRow(true);
}

void ColumnBuilder::AppendDouble(double value) {
  AppendValue(value);
  EndRow(true);
}

void ColumnBuilder::AppendText(std::string_view value) {
  text_.insert(text_.end(), value.begin(), value.end());
  size_ = static_cast<int64_t>(text_.size());
  AppendValue(static_cast<int32_t>(size_));
  EndRow(true);
}

void ColumnBuilder::EndList() {
  size_ = children_[0].rows_;
  AppendValue(static_cast<int32_t>(size_));
  EndRow(true);
}

void ColumnBuilder::EndStruct() { EndRow(true); }

Status ColumnBuilder::Check() const {
  if (HasOffsets(type_) && size_ > std::numeric_limits<int32_t>::max()) {
    return TooLong("column " + name_ + " of one batch is larger than 2 GiB; use smaller batches");
  }
  for (const ColumnBuilder& child : children_) GRAM_RETURN_IF_ERROR(child.Check());
  return {};
}

void ColumnBuilder::ExportSchema(ArrowSchema* schema) const {
  auto parts = std::make_unique<SchemaParts>();
  parts->name = name_;
  parts->children.resize(children_.size());  // released, as far as they are not exported
  for (size_t i = 0; i < children_.size(); ++i) children_[i].ExportSchema(&parts->children[i]);
  parts->pointers = PointersTo(parts->children);
  *schema = {};
  schema->format = FormatOf(type_);
  schema->name = parts->name.c_str();
  schema->flags = ARROW_FLAG_NULLABLE;
  schema->n_children = static_cast<int64_t>(children_.size());
  schema->children = parts->pointers.data();
  schema->release = ReleaseSchema;
  schema->private_data = parts.release();
}

void ColumnBuilder::ExportArray(ArrowArray* array) {
  auto parts = std::make_unique<Exported>();
  parts->children.resize(children_.size());
  for (size_t i = 0; i < children_.size(); ++i) children_[i].ExportArray(&parts->children[i]);
  parts->pointers = PointersTo(parts->children);
  parts->buffers.reserve(3);
  ColumnBuilder next(name_, type_);
  parts->validity.swap(validity_);
  parts->values.swap(values_);
  parts->text.swap(text_);
  parts->buffers.push_back(nulls_ == 0 ? nullptr : parts->validity.data());
  if (type_ != Type::kStruct) parts->buffers.push_back(parts->values.data());
  if (type_ == Type::kText) {
    parts->buffers.push_back(parts->text.empty() ? "" : parts->text.data());
  }
  *array = {};
  array->length = rows_;
  array->null_count = nulls_;
  array->n_buffers = static_cast<int64_t>(parts->buffers.size());
  array->buffers = parts->buffers.data();
  array->n_children = static_cast<int64_t>(children_.size());
  array->children = parts->pointers.data();
  array->release = Exported::Release;
  array->private_data = parts.release();
  values_.swap(next.values_);
  rows_ = nulls_ = size_ = 0;
}

}  // namespace gram::jobs
