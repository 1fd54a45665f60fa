// Which fields of a row hold what, as the user says it: --map.
#ifndef GRAM_JOBS_FORMATS_FIELD_MAP_H_
#define GRAM_JOBS_FORMATS_FIELD_MAP_H_

#include <optional>
#include <string>
#include <string_view>

#include "gram/status.h"

namespace gram::jobs {

/// Names of fields; empty where the user has not named one. A name with dots that is no field
/// itself is a path: "conversation_a.0.content".
struct FieldMap {
  std::string question;
  std::string response1;
  std::string response2;
  std::string responses;
  std::string label;
  std::string id;

  /// Whether it says where the question or the answers are.
  bool NamesTexts() const { return !question.empty() || !response1.empty() || !responses.empty(); }
};

/// Reads "question=FIELD,response1=FIELD,..."; nothing is an empty map. Errors: kInvalidArgument
/// (an unknown or repeated name; response1 without response2; both these and responses).
Result<FieldMap> ParseFieldMap(std::string_view text);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_FIELD_MAP_H_
