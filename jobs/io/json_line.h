// One row of JSON as its fields, and what lies inside them: the only place that reads rows of JSON.
#ifndef GRAM_JOBS_IO_JSON_LINE_H_
#define GRAM_JOBS_IO_JSON_LINE_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gram::jobs {

/// Why one row has no result: a stable code (docs/cli.md lists them) and a line for people.
struct RowError {
  std::string code;
  std::string message;
};

enum class JsonType {
  kString,
  kNumber,
  kBool,
  kNull,
  kArray,
  kObject,
  kNotFinite  ///< NaN, Infinity or -Infinity: no JSON, but what Python writes
};

/// "a string", "a number", ...
std::string_view JsonTypeName(JsonType type);

/// One field of an object, or one element of an array.
struct JsonField {
  std::string name;  ///< unescaped; of an element: its index
  JsonType type = JsonType::kNull;
  std::string text;      ///< a string's characters, unescaped; may hold NUL
  std::string_view raw;  ///< the value's JSON text as it stands in the row, which it points into
};

/// The fields of a row in their order. With an error, those before the fault: enough to tell whose
/// row it is.
struct JsonLine {
  std::vector<JsonField> fields;
  std::optional<RowError> error;
  bool not_finite = false;  ///< there is a NaN or an infinity somewhere

  /// The field of that name, or null.
  const JsonField* Find(std::string_view name) const;
};

/// Reads rows one after the other, with buffers that are used again. Not thread-safe.
class JsonLineParser {
 public:
  JsonLineParser();
  JsonLineParser(JsonLineParser&&) noexcept;
  ~JsonLineParser();

  /// Parses `line` (one JSON object; its capacity may grow) strictly: every value is checked, used
  /// or not. Only NaN, Infinity and -Infinity pass, as values of a type that nobody reads. Error
  /// codes: invalid_utf8, invalid_json, wrong_type (not an object), duplicate_field (a name twice
  /// at the top level), too_deep (values nested more than 128 deep), too_many (more than 65536
  /// fields).
  JsonLine Parse(std::string& line);

  /// What an array or object of a parsed line holds, in order; nothing for other values. The line
  /// must still be there. Error codes: too_many (more than 65536), duplicate_field.
  JsonLine Open(const JsonField& container);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_IO_JSON_LINE_H_
