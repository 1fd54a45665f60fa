// What becomes of the fields of a row that nothing was made of: none that says something is lost in
// silence.
#ifndef GRAM_JOBS_FORMATS_UNUSED_FIELDS_H_
#define GRAM_JOBS_FORMATS_UNUSED_FIELDS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobs/formats/field_roles.h"
#include "jobs/formats/format.h"
#include "jobs/formats/input_row.h"
#include "jobs/formats/row_view.h"

namespace gram::jobs {

enum class FieldFate {
  kUsed,
  kSaysNothing,  ///< empty, or a number where a text would count
  kRepeated,     ///< its texts stand in fields that are used
  kMetadata,     ///< by its name
  kKnown,        ///< the format has it and does not need it
  kUnknown,      ///< no text of some length, by no name that says more
  kLabel,        ///< a label that is not understood, or not needed
  kLost          ///< a text that would be part of what is judged, or could be
};

struct FieldFinding {
  std::string name;  ///< a path where a format reads inside of a field
  FieldRole role;
  FieldFate fate;
};

/// The fate of every field of a row that was mapped by `format` to `row`.
std::vector<FieldFinding> FindFates(RowView& view, const Format& format, const InputRow& row);

/// The error of a row that has lost fields, naming them and what can be done. Error code:
/// unused_field.
std::optional<RowError> LostFields(RowView& view, const Format& format, const InputRow& row);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_UNUSED_FIELDS_H_
