#include "cli/input/row_mapper.h"

#include <utility>

#include "cli/input/aliases.h"
#include "cli/input/json_line.h"
#include "engine/base/status.h"

namespace gram::cli {

struct RowMapper::Impl {
  MapperOptions options;
  JsonLineParser parser;
};

RowMapper::RowMapper(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RowMapper::RowMapper(RowMapper&&) noexcept = default;
RowMapper::~RowMapper() = default;

Result<RowMapper> RowMapper::Make(const MapperOptions& options, RowSource&) {
  auto impl = std::make_unique<Impl>();
  impl->options = options;
  return RowMapper(std::move(impl));
}

InputRow RowMapper::Map(RawRow raw) {
  InputRow row;
  row.file = raw.file;
  row.number = raw.number;
  row.file_row = raw.file_row;
  row.format = FormatName(raw.file);
  row.id_json = std::to_string(raw.number);
  row.error = std::move(raw.error);
  if (row.error) return row;
  const JsonLine line = impl_->parser.Parse(raw.text);
  row.error = ReadId(line, row.id_json);
  if (line.error) row.error = line.error;
  PairFields fields;
  if (!row.error) row.error = FindPairFields(line, fields);
  if (!row.error) {
    for (const JsonField* field : {fields.question, fields.first, fields.second}) {
      if (!row.error && field->type != JsonType::kString) row.error = WrongType(*field, "a string");
    }
  }
  if (!row.error) {
    row.question = fields.question->text;
    row.responses = {fields.first->text, fields.second->text};
    row.names = {fields.first->name, fields.second->name};
    row.comparisons = {{0, 1, ReadLabel(line, fields.naming)}};
  }
  row.raw = std::move(raw.text);
  return row;
}

std::string_view RowMapper::FormatName(size_t) const { return "generic"; }

std::string RowMapper::Explain() { return ""; }

}  // namespace gram::cli
