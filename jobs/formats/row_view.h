// The fields of one row while it is taken apart.
#ifndef GRAM_JOBS_FORMATS_ROW_VIEW_H_
#define GRAM_JOBS_FORMATS_ROW_VIEW_H_

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobs/formats/conversation.h"
#include "jobs/formats/field_roles.h"
#include "jobs/io/json_line.h"

namespace gram::jobs {

/// Finds fields by name or path and remembers which were used for what. Lives no longer than the
/// line and the parser.
class RowView {
 public:
  /// What a field was used for: "question", "response1", "label", ...
  struct Use {
    std::string part;
    std::string field;
  };

  /// `ignored`: fields that the user leaves out. Those of the line itself are no longer in it.
  RowView(JsonLineParser& parser, const JsonLine& line, const NameSet& ignored)
      : parser_(parser), line_(line), ignored_(ignored) {}

  /// The field, or null where it is absent or null. A name that is no field is a path if it has
  /// dots: "conversation_a.0.content".
  const JsonField* Find(std::string_view name);

  /// Finds the one field of "a|b|c" that is there, for `part`. Error codes: missing_field,
  /// ambiguous_fields.
  std::optional<RowError> FindOne(std::string_view names, std::string_view part,
                                  const JsonField*& field);

  /// A question as turns: a string is one user turn, or a transcript where `transcript` allows it.
  std::optional<RowError> ReadDialogue(const JsonField& field, bool transcript,
                                       Conversation& conversation);

  void NoteUse(std::string_view part, std::string_view field);
  const std::vector<Use>& uses() const { return uses_; }

  JsonLineParser& parser() { return parser_; }
  const JsonLine& line() const { return line_; }
  const NameSet& ignored() const { return ignored_; }

 private:
  JsonLineParser& parser_;
  const JsonLine& line_;
  const NameSet& ignored_;
  std::deque<JsonField> found_;  // at the ends of paths
  std::vector<Use> uses_;
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_ROW_VIEW_H_
