#include "jobs/arrow/column_rows.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "engine/base/status.h"

namespace gram::jobs {
namespace {

constexpr size_t kSampleBytes = size_t{8} << 20;

constexpr std::array<std::string_view, 3> kTextNames = {"question", "response1", "response2"};

// In the JSON of a row whose texts stay in place: characters that no text holds (Unicode's
// noncharacters), so that nothing else in a row repeats them.
constexpr std::array<std::string_view, 3> kStandIns = {"\uFDD0", "\uFDD1", "\uFDD2"};

bool IsText(const ColumnType& type) {
  if (type.kind == ColumnKind::kDictionary) return IsText(type.children[0]);
  return !type.left_out && (type.kind == ColumnKind::kText || type.kind == ColumnKind::kTextView);
}

bool NamesFields(const FieldMap& fields) {
  return fields.NamesTexts() || !fields.system.empty() || !fields.prefix.empty() ||
         !fields.label.empty() || !fields.id.empty();
}

// The columns that hold the texts of pairs, each of them whole, where the rows are in the generic
// format by these names.
std::optional<std::array<size_t, 3>> FindTextColumns(const ColumnType& type,
                                                     const FileFormat& format) {
  if (format.name != GenericFormat().name || NamesFields(format.options->fields)) {
    return std::nullopt;
  }
  std::array<size_t, 3> found{};
  for (size_t i = 0; i < kTextNames.size(); ++i) {
    const auto column =
        std::find_if(type.children.begin(), type.children.end(),
                     [&](const ColumnType& each) { return each.name == kTextNames[i]; });
    if (column == type.children.end() || !IsText(*column)) return std::nullopt;
    found[i] = static_cast<size_t>(column - type.children.begin());
  }
  return found;
}

// Whether the row is what its three texts are: they are used whole, and nothing is added to them,
// such as a system prompt. What is wrong with a row may have to do with its texts.
bool IsOfStandIns(const InputRow& row) {
  return !row.error && row.question == kStandIns[0] && row.responses.size() == 2 &&
         row.responses[0] == kStandIns[1] && row.responses[1] == kStandIns[2];
}

}  // namespace

std::string JsonOf(const ColumnType& type, const ArrowArray& rows, int64_t row) {
  std::string json;
  AppendJson(type, rows, row, json);
  return json;
}

std::vector<std::string> SampleOf(const ColumnType& type, const std::vector<ArrowArray>& batches) {
  std::vector<std::string> sample;
  size_t bytes = 0;
  for (const ArrowArray& batch : batches) {
    for (int64_t row = 0; row < batch.length; ++row) {
      if (sample.size() == kSampleRows || bytes >= kSampleBytes) return sample;
      sample.push_back(JsonOf(type, batch, row));
      bytes += sample.back().size();
    }
  }
  return sample;
}

Result<FileFormat> FormatOfColumns(const std::vector<std::string>& sample,
                                   const MapperOptions& options) {
  if (!options.format.empty() && FindFormat(options.format) == nullptr) {
    return InvalidArgument("there is no format " + options.format);
  }
  if (!options.format.empty() || options.fields.NamesTexts()) return NamedFormat(options);
  return RecogniseRows(sample, options, "the table");
}

ColumnRows::ColumnRows(ColumnType type, FileFormat format)
    : type_(std::move(type)), mapper_(format), text_columns_(FindTextColumns(type_, format)) {}

std::optional<PairView> ColumnRows::TextsInPlace(const ArrowArray& batch, int64_t row) const {
  if (!text_columns_ || IsNull(type_, batch, row)) return std::nullopt;
  std::array<std::string_view, 3> texts;
  for (size_t i = 0; i < texts.size(); ++i) {
    const size_t column = (*text_columns_)[i];
    const auto text = TextAt(type_.children[column], *batch.children[column], batch.offset + row);
    // What is blank may be no value, and what is no UTF-8 is the row's error: the mapper knows.
    if (!text || Trimmed(*text).empty()) return std::nullopt;
    if (!simdjson::validate_utf8(text->data(), text->size())) return std::nullopt;
    texts[i] = *text;
  }
  return PairView(texts[0], texts[1], texts[2]);
}

std::string ColumnRows::WithoutTexts(const ArrowArray& batch, int64_t row) const {
  std::string json = "{";
  for (size_t i = 0; i < type_.children.size(); ++i) {
    if (type_.children[i].left_out) continue;
    if (json.size() > 1) json += ',';
    AppendJsonString(type_.children[i].name, json);
    json += ':';
    const auto place = std::find(text_columns_->begin(), text_columns_->end(), i);
    if (place != text_columns_->end()) {
      AppendJsonString(kStandIns[static_cast<size_t>(place - text_columns_->begin())], json);
    } else {
      AppendJson(type_.children[i], *batch.children[i], batch.offset + row, json);
    }
  }
  return json + "}";
}

InputRow ColumnRows::Map(const ArrowArray& batch, int64_t row, int64_t number) {
  if (const auto texts = TextsInPlace(batch, row)) {
    InputRow mapped = mapper_.Map({0, number, number, WithoutTexts(batch, row), std::nullopt});
    mapped.in_place = texts;
    if (IsOfStandIns(mapped)) return mapped;
  }
  return mapper_.Map({0, number, number, JsonOf(type_, batch, row), std::nullopt});
}

}  // namespace gram::jobs
