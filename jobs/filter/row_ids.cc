#include "jobs/filter/row_ids.h"

#include <functional>

namespace gram::jobs {

std::string_view RowIds::WhyNot(const InputRow& row) {
  if (row.error) return {};
  if (!row.has_id) return "no id of its own";
  const size_t id = std::hash<std::string_view>()(row.id_json);
  return seen_.insert(id).second ? std::string_view() : "the id of a row before it";
}

}  // namespace gram::jobs
