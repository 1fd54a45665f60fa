// One line of JSON as its top-level fields: the only place of the CLI that reads JSON.
#ifndef GRAM_CLI_INPUT_JSON_LINE_H_
#define GRAM_CLI_INPUT_JSON_LINE_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gram::cli {

/// Why one row has no result: a stable code and a line for people.
struct RowError {
  std::string code;
  std::string message;
};

enum class JsonType { kString, kNumber, kBool, kNull, kArray, kObject };

/// "a string", "a number", ...
std::string_view JsonTypeName(JsonType type);

/// One top-level field. The views live until the parser's next Parse.
struct JsonField {
  std::string_view name;  ///< unescaped
  JsonType type = JsonType::kNull;
  std::string_view text;  ///< a string's characters, unescaped; may hold NUL
  std::string_view raw;   ///< a scalar's JSON text as it stands in the line; empty for containers
};

/// The fields of a line in their order. With an error, those before the fault: enough to tell whose
/// row it is.
struct JsonLine {
  std::vector<JsonField> fields;
  std::optional<RowError> error;

  /// The field of that name, or null.
  const JsonField* Find(std::string_view name) const;
};

/// The outcome of a line that LineReader had to cut.
JsonLine TooLongLine();

/// Reads lines one after the other, with buffers that are used again. Not thread-safe.
class JsonLineParser {
 public:
  JsonLineParser();
  ~JsonLineParser();

  /// Parses `line` (one JSON object; its capacity may grow) strictly: every value is checked, used
  /// or not. Error codes: invalid_utf8, invalid_json, wrong_type (not an object), duplicate_field
  /// (a name twice at the top level), too_deep (values nested more than 128 deep).
  JsonLine Parse(std::string& line);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gram::cli

#endif  // GRAM_CLI_INPUT_JSON_LINE_H_
