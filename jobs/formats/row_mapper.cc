#include "jobs/formats/row_mapper.h"

#include <optional>
#include <utility>
#include <vector>

#include "engine/base/status.h"
#include "jobs/formats/aliases.h"
#include "jobs/formats/explain.h"
#include "jobs/formats/file_format.h"
#include "jobs/formats/map_row.h"
#include "jobs/formats/recognise.h"

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

struct RowMapper::Impl {
  MapperOptions options;
  JsonLineParser parser;
  std::vector<MappedFile> files;

  MapRules rules() const { return {options.turns, options.comparisons}; }
  std::optional<RowError> ReadId(RowView& view, std::string& id_json);
};

// The row's id as its JSON text into `id_json`, which else stays.
std::optional<RowError> RowMapper::Impl::ReadId(RowView& view, std::string& id_json) {
  const JsonField* field = nullptr;
  if (options.fields.id.empty()) {
    field = FindId(view.line());
    if (field == nullptr) return std::nullopt;
    view.NoteUse("id", field->name);
  } else if (auto error = view.FindOne(options.fields.id, "id", field)) {
    return error;
  }
  const bool literal = field->type == JsonType::kString || field->type == JsonType::kNumber ||
                       field->type == JsonType::kBool;
  if (!literal) {
    return WrongType(*field, "a string or a number");
  }
  id_json = field->raw;
  return std::nullopt;
}

RowMapper::RowMapper(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RowMapper::RowMapper(RowMapper&&) noexcept = default;
RowMapper::~RowMapper() = default;

Result<RowMapper> RowMapper::Make(const MapperOptions& options, RowSource& source) {
  auto impl = std::make_unique<Impl>();
  impl->options = options;
  if (!options.format.empty() && FindFormat(options.format) == nullptr) {
    return InvalidArgument("no format is named " + options.format);
  }
  const FileRules rules{impl->options.fields, impl->options.format, impl->options.ignored,
                        impl->rules()};
  for (size_t i = 0; i < source.files().size(); ++i) {
    GRAM_ASSIGN_OR_RETURN(MappedFile file, ReadFileFormat(source, i, rules, impl->parser));
    impl->files.push_back(std::move(file));
  }
  return RowMapper(std::move(impl));
}

InputRow RowMapper::Map(RawRow raw) {
  const MappedFile& file = impl_->files[raw.file];
  InputRow row;
  row.file = raw.file;
  row.number = raw.number;
  row.file_row = raw.file_row;
  row.format = FormatName(raw.file);
  row.id_json = std::to_string(raw.number);
  row.error = std::move(raw.error);
  if (!row.error) {
    JsonLine line = impl_->parser.Parse(raw.text);
    row.not_finite = line.not_finite;
    DropIgnored(impl_->options.ignored, line);
    RowView view(impl_->parser, line, impl_->options.ignored);
    std::string own_id;
    row.error = impl_->ReadId(view, own_id);
    row.has_id = !own_id.empty();
    if (row.has_id) row.id_json = std::move(own_id);
    if (line.error) row.error = line.error;
    if (!row.error) row.error = FitError(impl_->parser, line, file);
    if (!row.error) row.error = MapRow(view, file.format, impl_->rules(), row);
  }
  if (row.error) KeepErrorOnly(row);
  row.raw = std::move(raw.text);
  return row;
}

std::string_view RowMapper::FormatName(size_t file) const {
  const MappedFile& mapped = impl_->files[file];
  return mapped.head ? mapped.format.name : std::string_view();
}

std::string RowMapper::Explain() {
  std::string text;
  for (MappedFile& file : impl_->files) {
    FileExplanation explanation{file, impl_->options, {}, {}};
    if (file.head) {
      RawRow head = *file.head;
      head.number = head.file_row;
      JsonLine line = impl_->parser.Parse(head.text);
      RowView view(impl_->parser, line, impl_->options.ignored);
      std::string id;
      if (!impl_->ReadId(view, id)) explanation.id = view.uses();
      explanation.row = Map(head);
    }
    text += ExplainFile(explanation);
  }
  return text;
}

}  // namespace gram::jobs
