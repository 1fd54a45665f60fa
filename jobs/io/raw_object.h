// The JSON text of an object, edited so that no byte changes but those that are meant.
#ifndef GRAM_JOBS_IO_RAW_OBJECT_H_
#define GRAM_JOBS_IO_RAW_OBJECT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gram/status.h"

namespace gram::jobs {

/// Where the value of one member stands in an object's text: [begin, end).
struct RawMember {
  std::string name;  ///< unescaped
  size_t begin = 0;
  size_t end = 0;
};

/// The members of `object` in their order. Errors: kCorrupt where it is not a row as JsonLineParser
/// takes them.
Result<std::vector<RawMember>> RawMembers(std::string_view object);

/// The member of that name, or null.
const RawMember* FindMember(const std::vector<RawMember>& members, std::string_view name);

/// `object` with `value` (JSON text) in the place of the member's value.
std::string WithValue(std::string_view object, const RawMember& member, std::string_view value);

/// `object` with the values of two of its members exchanged.
std::string WithSwappedValues(std::string_view object, const RawMember& a, const RawMember& b);

/// `object` with `members` (JSON text, `"name":value` separated by commas) as its last members.
/// Nothing is added where `members` is empty.
std::string WithMembers(std::string_view object, std::string_view members);

/// `object` on one line: the line feeds and carriage returns between its tokens become spaces.
/// Inside strings JSON has none.
std::string OnOneLine(std::string_view object);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_IO_RAW_OBJECT_H_
