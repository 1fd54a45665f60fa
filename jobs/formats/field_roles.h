// What the name of a field says of its part in a row, where no format gives it one.
#ifndef GRAM_JOBS_FORMATS_FIELD_ROLES_H_
#define GRAM_JOBS_FORMATS_FIELD_ROLES_H_

#include <string_view>

namespace gram::jobs {

enum class FieldRole {
  kUnknown,
  kMetadata,    ///< where the row comes from, what it was measured to be, what was said of it
  kQuestion,    ///< what was asked, or some of it
  kSystem,      ///< a system prompt
  kContext,     ///< what belongs to the question or to how it is to be answered
  kPrefix,      ///< how both answers begin
  kTools,       ///< what the answers could call
  kAnswer,      ///< another answer
  kPreference,  ///< a pair of names that is a label: chosen, rejected
  kLabel        ///< which answer is better
};

/// By the words of the name, whatever their case and whether "_", "-" or a capital parts them.
FieldRole RoleOf(std::string_view name);

bool IsLabelName(std::string_view name);

/// What people call the role: "a question", "a system prompt", ...
std::string_view RoleName(FieldRole role);

/// The part of --map that takes a field of this role; empty where there is none.
std::string_view MapPartOf(FieldRole role);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_FIELD_ROLES_H_
