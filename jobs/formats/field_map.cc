#include "jobs/formats/field_map.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/status.h"

namespace gram::jobs {
namespace {

struct Part {
  std::string_view name;
  std::string FieldMap::*field;
};

constexpr std::array<Part, 10> kParts = {{{"question", &FieldMap::question},
                                          {"response1", &FieldMap::response1},
                                          {"response2", &FieldMap::response2},
                                          {"chosen", &FieldMap::chosen},
                                          {"rejected", &FieldMap::rejected},
                                          {"responses", &FieldMap::responses},
                                          {"system", &FieldMap::system},
                                          {"prefix", &FieldMap::prefix},
                                          {"label", &FieldMap::label},
                                          {"id", &FieldMap::id}}};

Status Bad(std::string_view item, const std::string& why) {
  return InvalidArgument("--map: '" + std::string(item) + "' " + why);
}

Status ParseItem(std::string_view item, FieldMap& map) {
  const size_t equals = item.find('=');
  if (equals == std::string_view::npos || equals + 1 == item.size()) {
    return Bad(item, "is not NAME=FIELD");
  }
  for (const Part& part : kParts) {
    if (part.name != item.substr(0, equals)) continue;
    if (!(map.*part.field).empty()) return Bad(item, "names a part for the second time");
    map.*part.field = item.substr(equals + 1);
    return {};
  }
  return Bad(item,
             "is not one of question, response1, response2, chosen, rejected, responses, system, "
             "prefix, label, id");
}

}  // namespace

Result<FieldMap> ParseFieldMap(std::string_view text) {
  FieldMap map;
  for (size_t begin = 0; !text.empty() && begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    GRAM_RETURN_IF_ERROR(ParseItem(text.substr(begin, end - begin), map));
    begin = end + 1;
  }
  if (map.response1.empty() != map.response2.empty()) {
    return InvalidArgument("--map: response1 and response2 go together");
  }
  if (map.chosen.empty() != map.rejected.empty()) {
    return InvalidArgument("--map: chosen and rejected go together");
  }
  const int ways = (map.response1.empty() ? 0 : 1) + (map.chosen.empty() ? 0 : 1) +
                   (map.responses.empty() ? 0 : 1);
  if (ways > 1) {
    return InvalidArgument(
        "--map: give response1 and response2, or chosen and rejected, or responses");
  }
  if (!map.chosen.empty() && !map.label.empty()) {
    return InvalidArgument("--map: chosen and rejected are the label; leave label out");
  }
  return map;
}

}  // namespace gram::jobs
