// Which format the rows of a file are in.
#ifndef GRAM_JOBS_FORMATS_RECOGNISE_H_
#define GRAM_JOBS_FORMATS_RECOGNISE_H_

#include <optional>
#include <string>

#include "jobs/formats/field_map.h"
#include "jobs/formats/format.h"

namespace gram::jobs {

/// The format of a row, by itself. Where question, response1 and response2 are all there it is the
/// generic one; else the first that fits. Null, with the reason in `error`, where it is unknown or
/// ambiguous.
const Format* Recognise(JsonLineParser& parser, const JsonLine& line, Layout layout,
                        std::optional<RowError>& error);

/// `base` with what the user says of the label, or, where the user names the question or the
/// answers, a format of its own.
Format WithFields(const Format& base, const FieldMap& fields);

/// "its fields are id (a number), ...": for messages. The first thirty.
std::string DescribeFields(const JsonLine& line);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_RECOGNISE_H_
