// What the user says of how rows are read: --map, --format, --ignore, --turns.
#ifndef GRAM_JOBS_FORMATS_MAPPER_OPTIONS_H_
#define GRAM_JOBS_FORMATS_MAPPER_OPTIONS_H_

#include <string>
#include <string_view>

#include "gram/named.h"
#include "gram/status.h"
#include "jobs/formats/conversation.h"
#include "jobs/formats/format.h"
#include "jobs/formats/row_view.h"

namespace gram::jobs {

/// Which fields hold what, by --map: names, empty where the user has not named one. A name with
/// dots that is no field itself is a path: "conversation_a.0.content". The question may be several
/// fields, "context+question".
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

inline constexpr Named<Turns> kTurnsNames[] = {{"join", Turns::kJoin}, {"last", Turns::kLast}};

struct MapperOptions {
  FieldMap fields;          ///< what the user says goes before what is recognised
  std::string format = {};  ///< of all files; empty: each file's is recognised
  NameSet ignored = {};     ///< fields that count as absent; of a message's, too
  Turns turns = Turns::kJoin;
  bool comparisons = true;  ///< false: leave them out, for a ranking of lists of any length

  /// Whether a row's id is what its field `name` says, where it has one.
  bool IdsAreOf(std::string_view name) const {
    return (fields.id.empty() ? "id" : fields.id) == name && !ignored.contains(name);
  }
};

/// `base` with what the user says of the label, or, where the user names the question or the
/// answers, a format of its own. It refers to the names in `fields`.
Format WithFields(const Format& base, const FieldMap& fields);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_MAPPER_OPTIONS_H_
