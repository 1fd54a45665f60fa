// Columns that are filled a value at a time and handed over by the Arrow C data interface.
#ifndef GRAM_JOBS_ARROW_COLUMN_BUILDER_H_
#define GRAM_JOBS_ARROW_COLUMN_BUILDER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gram/c_api.h"
#include "gram/status.h"

namespace gram::jobs {

/// A column under construction, nullable: each row is one of the calls below. A list or struct is
/// filled through its children: of a struct, each of them once a row, null or not; of a list, as
/// often as it has values, before the row itself is ended.
class ColumnBuilder {
 public:
  enum class Type { kBool, kInt32, kInt64, kFloat32, kFloat64, kText, kList, kStruct };

  /// Of kList one child, of kStruct any number, else none.
  ColumnBuilder(std::string name, Type type, std::vector<ColumnBuilder> children = {});

  void AppendNull();  ///< of a struct, so are its children
  void AppendBool(bool value);
  void AppendInt(int64_t value);  ///< kInt32, kInt64
  void AppendFloat(float value);
  void AppendDouble(double value);
  void AppendText(std::string_view value);
  void EndList();    ///< the row's values are those that were added to the child
  void EndStruct();  ///< the children have the row

  const std::string& name() const { return name_; }
  Type type() const { return type_; }
  ColumnBuilder& child(size_t index) { return children_[index]; }
  std::vector<ColumnBuilder>& children() { return children_; }

  int64_t rows() const { return rows_; }

  /// kTooLong where texts or lists are too many for the format's 32-bit offsets.
  Status Check() const;

  /// What consumers know the column by. Throws std::bad_alloc, and `schema` is as it was.
  void ExportSchema(ArrowSchema* schema) const;

  /// Hands the rows over, and starts anew. Throws std::bad_alloc, and nothing has happened.
  void ExportArray(ArrowArray* array);

 private:
  struct Exported;

  void EndRow(bool valid);
  template <typename T>
  void AppendValue(T value);

  std::string name_;
  Type type_;
  std::vector<ColumnBuilder> children_;
  int64_t rows_ = 0;
  int64_t nulls_ = 0;
  std::vector<uint8_t> validity_;  // a bit a row
  std::vector<uint8_t> values_;    // numbers; of kBool a bit a row; of texts and lists, offsets
  std::vector<char> text_;
  int64_t size_ = 0;  // of texts, bytes; of lists, values
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_ARROW_COLUMN_BUILDER_H_
