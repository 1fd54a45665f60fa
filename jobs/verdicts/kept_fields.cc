#include "jobs/verdicts/kept_fields.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "engine/base/status.h"
#include "jobs/io/raw_object.h"
#include "jobs/verdicts/fields.h"
#include "jobs/verdicts/value_text.h"

namespace gram::jobs {
namespace {

constexpr std::string_view kAll = "all";

}  // namespace

Result<KeptFields> KeptFields::Parse(const std::vector<std::string>& lists) {
  KeptFields kept;
  for (const std::string& list : lists) {
    for (size_t begin = 0; begin <= list.size();) {
      const size_t end = std::min(list.find(',', begin), list.size());
      if (end == begin) return InvalidArgument("--keep has an empty field name: " + list);
      kept.names_.insert(list.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  if (kept.names_.erase(std::string(kAll)) == 0) return kept;
  if (!kept.names_.empty()) return InvalidArgument("--keep all keeps every field: name no others");
  kept.all_ = true;
  return kept;
}

std::string KeptFields::text() const {
  if (all_) return std::string(kAll);
  std::string text;
  for (const std::string& name : names_) text += (text.empty() ? "" : ",") + name;
  return text;
}

// Whether a line that repeats `member` is still one that a reader of rows takes.
std::optional<RowError> KeptFields::WhyNot(const std::string& member, const std::string& name) {
  std::string line = JsonMembers().Add(fields::kKept, "{" + member + "}").Object();
  const JsonLine parsed = parser_.Parse(line);
  const std::string field = "field " + JsonString(name) + " cannot be kept: ";
  if (parsed.error) return RowError{parsed.error->code, field + parsed.error->message};
  if (!parsed.not_finite) return std::nullopt;
  return RowError{"invalid_json", field + "it holds NaN or infinity, which JSON does not have"};
}

void KeptFields::Keep(InputRow& row) {
  if (none() || row.error) return;
  const auto members = RawMembers(row.raw);
  if (!members.ok()) return;  // such a row has its error
  ++rows_;
  std::string text;
  for (const RawMember& member : *members) {
    if (!Keeps(member.name)) continue;
    if (!all_) found_.insert(member.name);
    const std::string value = row.raw.substr(member.begin, member.end - member.begin);
    const std::string kept = JsonString(member.name) + ":" + OnOneLine(value);
    row.error = WhyNot(kept, member.name);
    if (none() || row.error) return;
    text.append(text.empty() ? "" : ",").append(kept);
  }
  row.kept = "," + JsonMembers().Add(fields::kKept, "{" + text + "}").text();
}

std::vector<std::string> KeptFields::Missing() const {
  std::vector<std::string> missing;
  std::set_difference(names_.begin(), names_.end(), found_.begin(), found_.end(),
                      std::back_inserter(missing));
  return missing;
}

}  // namespace gram::jobs
