#include "jobs/formats/row_mapper.h"

#include <optional>
#include <utility>
#include <vector>

#include "engine/base/status.h"
#include "jobs/formats/aliases.h"
#include "jobs/formats/explain.h"
#include "jobs/formats/map_list.h"
#include "jobs/formats/map_pair.h"
#include "jobs/formats/recognise.h"

namespace gram::jobs {
namespace {

constexpr const char* kWhatToDo =
    "; say which is which with --map question=FIELD,response1=FIELD,response2=FIELD, or name the "
    "format with --format";

// One file of the input and how its rows are read.
struct MappedFile {
  std::string path;
  Format format;
  bool recognised = false;  // by its rows, so that each has to fit
  Layout layout = Layout::kEmpty;
  std::optional<RawRow> head;  // the first row that is a JSON object
};

bool IsList(const Format& format) {
  return format.shape == Shape::kBetterAndWorse || format.shape == Shape::kNumbered ||
         format.shape == Shape::kList;
}

std::string PlaceOf(const MappedFile& file) {
  const std::string name = file.path == "-" ? "standard input" : file.path;
  return file.head ? name + ", row " + std::to_string(file.head->file_row) : name;
}

// Takes back what was read of a row that turned out bad.
void KeepErrorOnly(InputRow& row) {
  row.question.clear();
  row.responses.clear();
  row.names.clear();
  row.quality.clear();
  row.comparisons.clear();
}

}  // namespace

struct RowMapper::Impl {
  MapperOptions options;
  JsonLineParser parser;
  std::vector<MappedFile> files;

  Status AddFile(RowSource& source, size_t index);
  Status ChooseFormat(MappedFile& file, const JsonLine& line);
  Status TryHead(const MappedFile& file, const JsonLine& line);
  std::optional<RowError> FitError(const JsonLine& line, const MappedFile& file);
  std::optional<RowError> ReadId(RowView& view, std::string& id_json);
  std::optional<RowError> MapFields(RowView& view, const Format& format, InputRow& row);
};

Status RowMapper::Impl::AddFile(RowSource& source, size_t index) {
  std::string first_error;
  const auto is_object = [&](const RawRow& row) {
    RawRow copy = row;
    const auto error = row.error ? row.error : parser.Parse(copy.text).error;
    if (error && first_error.empty()) first_error = error->message;
    return !error;
  };
  GRAM_ASSIGN_OR_RETURN(RowSource::Head head, source.Find(index, is_object));
  MappedFile file;
  file.path = source.files()[index].path;
  file.format = WithFields(GenericFormat(), options.fields);
  file.layout = head.layout;
  file.head = std::move(head.row);
  if (!file.head && !head.ended) {
    return InvalidArgument(PlaceOf(file) +
                           " has no JSON object in its first rows; the first: " + first_error);
  }
  if (file.head) {
    const JsonLine line = parser.Parse(file.head->text);
    GRAM_RETURN_IF_ERROR(ChooseFormat(file, line));
  }
  files.push_back(std::move(file));
  return {};
}

Status RowMapper::Impl::ChooseFormat(MappedFile& file, const JsonLine& line) {
  if (!options.format.empty()) {
    file.format = WithFields(*FindFormat(options.format), options.fields);
  } else if (!options.fields.NamesTexts()) {
    std::optional<RowError> unknown;
    const Format* format = Recognise(parser, line, file.layout, unknown);
    if (format == nullptr) {
      return InvalidArgument(PlaceOf(file) + " is in no known format: " + unknown->message + "; " +
                             DescribeFields(line) + kWhatToDo);
    }
    file.recognised = true;
    file.format = WithFields(*format, options.fields);
  }
  if (file.format.shape == Shape::kUseless) {
    return InvalidArgument(PlaceOf(file) + " is in the format " + std::string(file.format.title) +
                           ": " + std::string(file.format.note));
  }
  return options.format.empty() ? TryHead(file, line) : Status();
}

// A field that the first row lacks, or has twice, is a matter of the format and not of the row.
Status RowMapper::Impl::TryHead(const MappedFile& file, const JsonLine& line) {
  RowView view(parser, line);
  InputRow row;
  const std::optional<RowError> error = MapFields(view, file.format, row);
  if (!error || (error->code != "missing_field" && error->code != "ambiguous_fields")) return {};
  return InvalidArgument(PlaceOf(file) + ": " + error->message + "; " + DescribeFields(line) +
                         kWhatToDo);
}

std::optional<RowError> RowMapper::Impl::FitError(const JsonLine& line, const MappedFile& file) {
  if (!file.recognised) return std::nullopt;
  if (file.format.name != GenericFormat().name) return Misfit(parser, line, file.format);
  std::optional<RowError> unknown;
  const Format* own = Recognise(parser, line, file.layout, unknown);
  const bool read_alike = own == nullptr || (own->shape == Shape::kPair && own->addition.empty() &&
                                             !own->transcript_question && !own->transcript_answers);
  if (read_alike) return std::nullopt;
  return RowError{"other_format",
                  "the row is " + std::string(own->name) + ", but the file's first row is not"};
}

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
  if (field->type == JsonType::kArray || field->type == JsonType::kObject) {
    return WrongType(*field, "a string or a number");
  }
  id_json = field->raw;
  return std::nullopt;
}

std::optional<RowError> RowMapper::Impl::MapFields(RowView& view, const Format& format,
                                                   InputRow& row) {
  return IsList(format) ? MapList(view, format, options.turns, options.comparisons, row)
                        : MapPair(view, format, options.turns, row);
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
  for (size_t i = 0; i < source.files().size(); ++i) {
    GRAM_RETURN_IF_ERROR(impl->AddFile(source, i));
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
    const JsonLine line = impl_->parser.Parse(raw.text);
    RowView view(impl_->parser, line);
    row.error = impl_->ReadId(view, row.id_json);
    if (line.error) row.error = line.error;
    if (!row.error) row.error = impl_->FitError(line, file);
    if (!row.error) row.error = impl_->MapFields(view, file.format, row);
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
    FileExplanation explanation{file.path, file.layout, nullptr, impl_->options, {}, {}, {}};
    if (file.head) {
      RawRow head = *file.head;
      head.number = head.file_row;
      explanation.format = &file.format;
      explanation.line = impl_->parser.Parse(head.text);
      RowView view(impl_->parser, explanation.line);
      InputRow ignored;
      (void)impl_->ReadId(view, ignored.id_json);
      (void)impl_->MapFields(view, file.format, ignored);
      explanation.uses = view.uses();
      explanation.row = Map(head);
    }
    text += ExplainFile(explanation);
  }
  return text;
}

}  // namespace gram::jobs
