#include "jobs/formats/row_mapper.h"

#include <memory>

#include "engine/base/status.h"
#include "jobs/formats/map_row.h"

namespace gram::jobs {
namespace {

// Takes back what was read of a row that turned out bad.
void KeepErrorOnly(InputRow& row) {
  row.question.clear();
  row.responses.clear();
  row.names.clear();
  row.quality.clear();
  row.unread_labels.clear();
  row.comparisons.clear();
}

}  // namespace

Result<RowMapper> RowMapper::Make(const MapperOptions& options, RowSource& source) {
  const auto shared = std::make_shared<const MapperOptions>(options);
  std::vector<FileFormat> files;
  for (size_t i = 0; i < source.files().size(); ++i) {
    GRAM_ASSIGN_OR_RETURN(FileFormat file, RecogniseFile(source, i, shared));
    files.push_back(std::move(file));
  }
  return RowMapper(std::move(files));
}

// The row's id, from the field `name` or, where that is empty, one of the usual names, as its JSON
// text into `id_json`, which else stays.
std::optional<RowError> RowMapper::ReadId(RowView& view, const std::string& name,
                                          std::string& id_json) {
  const JsonField* field = nullptr;
  if (name.empty()) {
    field = FindId(view.line());
    if (field == nullptr) return std::nullopt;
    view.NoteUse("id", field->name);
  } else if (auto error = view.FindOne(name, "id", field)) {
    return error;
  }
  const bool literal = field->type == JsonType::kString || field->type == JsonType::kNumber ||
                       field->type == JsonType::kBool;
  if (!literal) return WrongType(*field, "a string or a number");
  id_json = field->raw;
  return std::nullopt;
}

InputRow RowMapper::Map(RawRow raw) {
  const FileFormat& file = files_[raw.file];
  const MapperOptions& options = *file.options;
  InputRow row;
  row.file = raw.file;
  row.number = raw.number;
  row.file_row = raw.file_row;
  row.format = file.name;
  row.id_json = std::to_string(raw.number);
  row.error = std::move(raw.error);
  if (!row.error) {
    JsonLine line = parser_.Parse(raw.text);
    row.not_finite = line.not_finite;
    DropIgnored(options.ignored, line);
    RowView view(parser_, line, options.ignored);
    std::string own_id;
    row.error = ReadId(view, options.fields.id, own_id);
    row.has_id = !own_id.empty();
    if (row.has_id) row.id_json = std::move(own_id);
    if (line.error) row.error = line.error;
    if (!row.error) row.error = FitError(parser_, line, file);
    if (!row.error) row.error = MapRow(view, file.format, options, row);
  }
  if (row.error) KeepErrorOnly(row);
  row.raw = std::move(raw.text);
  return row;
}

InputRow RowMapper::MapText(std::string json) {
  return Map({0, 1, 1, std::move(json), std::nullopt});
}

}  // namespace gram::jobs
