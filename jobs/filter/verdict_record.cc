#include "jobs/filter/verdict_record.h"

#include <charconv>
#include <limits>
#include <string_view>
#include <utility>

#include "engine/base/status.h"

namespace gram::jobs {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Status NotAVerdict(std::string_view what) {
  std::string message = "not a result line of schema gram-cpu: ";
  message += what;
  return Corrupt(std::move(message));
}

// A number, or NaN for null; nothing where the field is neither.
std::optional<double> ReadNumber(const JsonLine& line, std::string_view name) {
  const JsonField* field = line.Find(name);
  if (field == nullptr) return std::nullopt;
  if (field->type == JsonType::kNull) return kNaN;
  double value = 0;
  const char* end = field->raw.data() + field->raw.size();
  if (field->type != JsonType::kNumber) return std::nullopt;
  if (std::from_chars(field->raw.data(), end, value).ec != std::errc()) return std::nullopt;
  return value;
}

// The label's two values are the same in every line that score writes.
Label ReadRecordedLabel(const JsonLine& line) {
  const JsonField* field = line.Find("label");
  if (field == nullptr) return Label::kNone;
  if (field->raw == "1") return Label::kResponse1;
  if (field->raw == "2") return Label::kResponse2;
  return field->raw == "\"tie\"" ? Label::kTie : Label::kNone;
}

bool HasFlags(const JsonLine& line) {
  const JsonField* flags = line.Find("flags");
  return flags != nullptr && flags->type == JsonType::kArray && flags->raw != "[]";
}

Status ReadComparison(const JsonLine& line, VerdictRecord& record) {
  const auto score = ReadNumber(line, "score_response1");
  const auto margin = ReadNumber(line, "margin");
  const auto order_gap = ReadNumber(line, "order_gap");
  const JsonField* agree = line.Find("orders_agree");
  if (!score || !margin || !order_gap || agree == nullptr) {
    return NotAVerdict("no score_response1, margin, order_gap or orders_agree");
  }
  RecordedVerdict verdict{ReadRecordedLabel(line), *margin, *order_gap, agree->raw == "true"};
  // An infinite margin is written as null; the score says on which side.
  if (line.Find("margin")->type == JsonType::kNull && *score == *score) {
    verdict.margin = *score > 0.5 ? kInfinity : -kInfinity;
  }
  record.flagged = record.flagged || HasFlags(line);
  record.verdicts.push_back(verdict);
  return {};
}

Status ReadComparisons(JsonLineParser& parser, const JsonField& list, VerdictRecord& record) {
  const JsonLine comparisons = parser.Open(list);
  if (comparisons.error) return NotAVerdict(comparisons.error->message);
  for (const JsonField& comparison : comparisons.fields) {
    const JsonLine fields = parser.Open(comparison);
    if (fields.error) return NotAVerdict(fields.error->message);
    GRAM_RETURN_IF_ERROR(ReadComparison(fields, record));
  }
  return {};
}

}  // namespace

Result<VerdictRecord> ReadVerdict(JsonLineParser& parser, std::string& line) {
  const JsonLine parsed = parser.Parse(line);
  if (parsed.error) return NotAVerdict(parsed.error->message);
  const JsonField* id = parsed.Find("id");
  if (id == nullptr) return NotAVerdict("no id");
  VerdictRecord record;
  record.id_json = id->raw;
  if (const JsonField* error = parsed.Find("error")) {
    record.failed = error->type == JsonType::kObject;
    if (const auto row = ReadNumber(parsed, "row")) record.row = static_cast<int64_t>(*row);
    if (record.failed) return record;
  }
  if (const JsonField* list = parsed.Find("comparisons")) {
    GRAM_RETURN_IF_ERROR(ReadComparisons(parser, *list, record));
    return record;
  }
  GRAM_RETURN_IF_ERROR(ReadComparison(parsed, record));
  return record;
}

}  // namespace gram::jobs
