// Columns as the Arrow C data interface hands them over
// (https://arrow.apache.org/docs/format/CDataInterface.html), read one value at a time.
#ifndef GRAM_JOBS_ARROW_COLUMNS_H_
#define GRAM_JOBS_ARROW_COLUMNS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gram/c_api.h"
#include "gram/status.h"
#include "jobs/formats/row_view.h"

namespace gram::jobs {

/// What a column holds, as far as JSON can say it.
enum class ColumnKind {
  kNull,
  kBool,
  kSigned,  ///< integers; dates, times and durations, too, which are told in their units
  kUnsigned,
  kFloat,
  kDecimal,
  kText,
  kTextView,  ///< texts that are short, or lie in one of several buffers
  kList,
  kListView,
  kFixedList,
  kStruct,
  kMap,        ///< with texts for keys: an object
  kDictionary  ///< integers that count the values of a dictionary
};

/// A column, or what lies inside one.
struct ColumnType {
  std::string name;
  ColumnKind kind = ColumnKind::kNull;
  int width = 0;           ///< bytes of a value; of texts and lists, of an offset
  bool is_signed = false;  ///< of a dictionary's integers
  int64_t scale = 0;       ///< of decimals: digits behind the point; of kFixedList: its length
  bool left_out = false;   ///< by the user, so whatever it holds is not read
  std::vector<ColumnType> children = {};  ///< of a dictionary, the type of its values
};

/// The columns of rows: `schema` is a struct's. Those that `ignored` names are left out. Errors,
/// which name the column: kInvalidArgument (no struct, malformed, two columns of one name),
/// kUnsupported (a type that JSON has nothing for, such as binary).
Result<ColumnType> ReadColumnType(const ArrowSchema& schema, const NameSet& ignored);

/// Whether `array` is one of that type, as far as can be told: kCorrupt names the column. To be
/// asked before the next two.
Status CheckArray(const ColumnType& type, const ArrowArray& array);

/// The text of row `row`, where the column holds texts and that row is not null. It lies in the
/// array.
std::optional<std::string_view> TextAt(const ColumnType& type, const ArrowArray& array,
                                       int64_t row);

/// Adds the value in row `row` to `json`; a text's bytes as they are, UTF-8 or not.
void AppendJson(const ColumnType& type, const ArrowArray& array, int64_t row, std::string& json);

/// Adds `text` as a JSON string, its bytes as they are.
void AppendJsonString(std::string_view text, std::string& json);

/// Whether the value is null.
bool IsNull(const ColumnType& type, const ArrowArray& array, int64_t row);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_ARROW_COLUMNS_H_
