#include "tools/convert/json_fields.h"

#include <utility>

#include "tools/convert/json.h"

namespace gram::convert {

using simdjson::SUCCESS;
using simdjson::dom::element;

Fields::Fields(simdjson::dom::object fields, std::string where)
    : fields_(fields), where_(std::move(where)) {}

std::optional<element> Fields::Find(std::string_view name) const {
  element value;
  if (fields_[name].get(value) != SUCCESS || value.is_null()) return std::nullopt;
  return value;
}

bool Fields::Has(std::string_view name) const { return fields_[name].error() == SUCCESS; }

Status Fields::Integer(std::string_view name, uint32_t& out) const {
  return Find(name) ? OptionalInteger(name, out) : Missing(name);
}

Status Fields::OptionalInteger(std::string_view name, uint32_t& out) const {
  uint64_t value = 0;
  const auto found = Find(name);
  if (!found) return {};
  if (found->get(value) != SUCCESS || value < 1 || value > UINT32_MAX) {
    return Wrong(name, "a positive whole number");
  }
  out = static_cast<uint32_t>(value);
  return {};
}

Status Fields::Number(std::string_view name, double& out) const {
  return Find(name) ? OptionalNumber(name, out) : Missing(name);
}

Status Fields::OptionalNumber(std::string_view name, double& out) const {
  const auto found = Find(name);
  if (found && found->get(out) != SUCCESS) return Wrong(name, "a number");
  return {};
}

Status Fields::OptionalBool(std::string_view name, bool& out) const {
  const auto found = Find(name);
  if (found && found->get(out) != SUCCESS) return Wrong(name, "true or false");
  return {};
}

Status Fields::OnlyText(std::string_view name, std::string_view only) const {
  const auto found = Find(name);
  std::string_view value;
  if (!found) return {};
  if (found->get(value) != SUCCESS) return Wrong(name, "a string");
  if (value != only) return NotSupported(name, value, only);
  return {};
}

Status Fields::OnlyFalse(std::string_view name) const {
  bool value = false;
  GRAM_RETURN_IF_ERROR(OptionalBool(name, value));
  return value ? NotSupported(name, "true", "false") : Status();
}

Status Fields::Missing(std::string_view name) const { return Corrupt(Field(name) + " is missing"); }

Status Fields::Wrong(std::string_view name, const std::string& expected) const {
  return Corrupt(Field(name) + " is not " + expected);
}

Status Fields::NotSupported(std::string_view name, std::string_view found,
                            std::string_view only) const {
  return Unsupported(Field(name) + " is " + Printable(found) + "; only " + std::string(only) +
                     " is supported");
}

std::string Fields::Field(std::string_view name) const { return where_ + ": " + Printable(name); }

}  // namespace gram::convert
