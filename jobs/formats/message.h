// One message of a conversation: its role, and its content and tool calls as one text.
#ifndef GRAM_JOBS_FORMATS_MESSAGE_H_
#define GRAM_JOBS_FORMATS_MESSAGE_H_

#include <optional>
#include <string>

#include "jobs/formats/field_roles.h"
#include "jobs/io/json_line.h"
#include "jobs/io/row_error.h"

namespace gram::jobs {

struct Message {
  std::string role_key;  ///< "role" or "from"
  std::string role;
  std::string text;
};

/// Whether an object with these fields is a message.
bool IsMessage(const JsonLine& object);

/// Reads a message; `field` is the row's field that holds it. Error codes: wrong_type,
/// unused_field.
std::optional<RowError> ReadMessage(JsonLineParser& parser, const JsonField& message,
                                    const std::string& field, const NameSet& ignored,
                                    Message& read);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_MESSAGE_H_
