#include "jobs/formats/map_row.h"

#include "jobs/formats/map_list.h"
#include "jobs/formats/map_pair.h"
#include "jobs/formats/unused_fields.h"

namespace gram::jobs {
namespace {

bool IsList(const Format& format) {
  return format.shape == Shape::kBetterAndWorse || format.shape == Shape::kNumbered ||
         format.shape == Shape::kList;
}

}  // namespace

std::optional<RowError> MapRow(RowView& view, const Format& format, const MapRules& rules,
                               InputRow& row) {
  const auto error = IsList(format) ? MapList(view, format, rules.turns, rules.comparisons, row)
                                    : MapPair(view, format, rules.turns, row);
  // Where the answers' beginning cannot be the question, a field that may be it is worth more.
  if (error && format.shape != Shape::kSharedBeginning) return error;
  if (auto lost = LostFields(view, format, row)) return lost;
  return error;
}

void DropIgnored(const NameSet& ignored, JsonLine& line) {
  if (ignored.empty()) return;
  std::erase_if(line.fields, [&](const JsonField& field) { return ignored.contains(field.name); });
}

}  // namespace gram::jobs
