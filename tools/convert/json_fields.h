// Typed access to the fields of a JSON object, with errors that name the file and the field.
#ifndef GRAM_TOOLS_CONVERT_JSON_FIELDS_H_
#define GRAM_TOOLS_CONVERT_JSON_FIELDS_H_

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/status.h"

namespace gram::convert {

/// A view of one object; `where`, the file and the path in it, begins every message.
class Fields {
 public:
  Fields(simdjson::dom::object fields, std::string where);

  /// The field's value; nothing where it is absent or null.
  std::optional<simdjson::dom::element> Find(std::string_view name) const;
  /// Whether it is there, null included.
  bool Has(std::string_view name) const;

  /// A positive number below 2^32. kCorrupt where it is missing or something else.
  Status Integer(std::string_view name, uint32_t& out) const;
  Status Number(std::string_view name, double& out) const;
  /// The next three: `out` keeps its value where the field is absent or null.
  Status OptionalInteger(std::string_view name, uint32_t& out) const;
  Status OptionalNumber(std::string_view name, double& out) const;
  Status OptionalBool(std::string_view name, bool& out) const;

  /// kUnsupported unless the field is absent or the text `only`.
  Status OnlyText(std::string_view name, std::string_view only) const;
  /// kUnsupported unless the field is absent or false.
  Status OnlyFalse(std::string_view name) const;

  Status Missing(std::string_view name) const;
  Status Wrong(std::string_view name, const std::string& expected) const;
  Status NotSupported(std::string_view name, std::string_view found, std::string_view only) const;
  /// "WHERE: NAME"
  std::string Field(std::string_view name) const;
  simdjson::dom::object fields() const { return fields_; }

 private:
  simdjson::dom::object fields_;
  std::string where_;
};

}  // namespace gram::convert

#endif  // GRAM_TOOLS_CONVERT_JSON_FIELDS_H_
