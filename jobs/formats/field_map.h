// Which fields of a row hold what, as the user says it: --map.
#ifndef GRAM_JOBS_FORMATS_FIELD_MAP_H_
#define GRAM_JOBS_FORMATS_FIELD_MAP_H_

#include <optional>
#include <string>
#include <string_view>

#include "gram/status.h"

namespace gram::jobs {

/// Names of fields; empty where the user has not named one. A name with dots that is no field
/// itself is a path: "conversation_a.0.content". The question may be several fields,
/// "context+question".
struct FieldMap {
  std::string question;
  std::string response1;
  std::string response2;
  std::string chosen;    ///< the better of two answers
  std::string rejected;  ///< the other
  std::string responses;
  std::string system;  ///< a system prompt
  std::string prefix;  ///< how both answers begin
  std::string label;
  std::string id;

  /// Whether it says where the question or the answers are.
  bool NamesTexts() const { return !question.empty() || NamesAnswers(); }

  /// Whether it says where the answers are.
  bool NamesAnswers() const { return !response1.empty() || !chosen.empty() || !responses.empty(); }
};

/// Reads "question=FIELD,response1=FIELD,..."; nothing is an empty map. Errors: kInvalidArgument
/// (an unknown or repeated name; response1 without response2, chosen without rejected; answers
/// named in more than one of these ways).
Result<FieldMap> ParseFieldMap(std::string_view text);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_FIELD_MAP_H_
