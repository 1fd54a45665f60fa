// JSON values checked to their ends, strictly: what simdjson's On-Demand interface leaves unchecked
// where a value is skipped.
#ifndef GRAM_JOBS_IO_JSON_VALUE_H_
#define GRAM_JOBS_IO_JSON_VALUE_H_

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

#include "jobs/io/json_line.h"
#include "jobs/io/row_error.h"

namespace gram::jobs {

/// What is kept of a value.
struct CheckedValue {
  JsonType type = JsonType::kNull;
  std::string_view text;    ///< of a string, unescaped; lives in the parser
  bool not_finite = false;  ///< it is, or holds, NaN or an infinity
};

/// Reads `value` and everything in it. Error codes: invalid_json, invalid_utf8, too_deep.
std::optional<RowError> CheckValue(simdjson::ondemand::value value, CheckedValue& checked);

/// The type of a literal or number, or nothing where `raw` is neither.
std::optional<JsonType> LiteralType(std::string_view raw);

/// `text` without white space at its end.
std::string_view TrimRight(std::string_view text);

RowError InvalidJson(std::string message);
RowError FromSimdjson(simdjson::error_code error);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_IO_JSON_VALUE_H_
