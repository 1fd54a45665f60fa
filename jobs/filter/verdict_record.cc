#include "jobs/filter/verdict_record.h"

#include <algorithm>
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
  std::string message = "not a line of rank, or of score with schema gram-cpu: ";
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

// The number of a row, which counts from 1.
Result<int64_t> ReadRowNumber(const JsonField& field) {
  int64_t number = 0;
  const char* end = field.raw.data() + field.raw.size();
  const auto parsed = std::from_chars(field.raw.data(), end, number);
  if (parsed.ec != std::errc() || parsed.ptr != end || number < 1) {
    return NotAVerdict("\"row\" is not the number of a row");
  }
  return number;
}

bool IsTrue(const JsonLine& line, std::string_view name) {
  const JsonField* field = line.Find(name);
  return field != nullptr && field->raw == "true";
}

// A share, 0 to 1, or NaN for null.
std::optional<double> ReadShare(const JsonLine& line, std::string_view name) {
  const auto share = ReadNumber(line, name);
  return share && (*share < 0 || *share > 1) ? std::nullopt : share;
}

// The label's values are the same in every line that score writes; nothing for any other.
std::optional<Label> ReadRecordedLabel(const JsonLine& line) {
  const JsonField* field = line.Find("label");
  if (field == nullptr) return Label::kNone;
  if (field->raw == "1") return Label::kResponse1;
  if (field->raw == "2") return Label::kResponse2;
  return field->raw == "\"tie\"" ? std::optional(Label::kTie) : std::nullopt;
}

bool HasFlags(const JsonLine& line) {
  const JsonField* flags = line.Find("flags");
  return flags != nullptr && flags->type == JsonType::kArray && flags->raw != "[]";
}

Status ReadComparison(const JsonLine& line, VerdictRecord& record) {
  const auto score = ReadShare(line, "score_response1");
  const auto margin = ReadNumber(line, "margin");
  const auto order_gap = ReadShare(line, "order_gap");
  const JsonField* agree = line.Find("orders_agree");
  if (!score || !margin || !order_gap || agree == nullptr || agree->type != JsonType::kBool) {
    return NotAVerdict(
        "score_response1, margin, order_gap or orders_agree is missing or out of range");
  }
  const std::optional<Label> label = ReadRecordedLabel(line);
  if (!label) return NotAVerdict("label is none of 1, 2 and \"tie\"");
  RecordedVerdict verdict{*label, *margin, *order_gap, agree->raw == "true",
                          IsTrue(line, "identical")};
  // An infinite margin is written as null; the score says on which side.
  if (line.Find("margin")->type == JsonType::kNull && *score == *score) {
    verdict.margin = *score > 0.5 ? kInfinity : -kInfinity;
  }
  record.flagged = record.flagged || HasFlags(line);
  record.truncated = record.truncated || line.Find("truncated") != nullptr;
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

// A list of as many numbers as there are answers.
Result<std::vector<double>> ReadList(JsonLineParser& parser, const JsonLine& line,
                                     std::string_view name) {
  const JsonField* field = line.Find(name);
  if (field == nullptr) return NotAVerdict("no " + std::string(name));
  std::vector<double> values;
  for (const JsonField& element : parser.Open(*field).fields) {
    double value = 0;
    const char* end = element.raw.data() + element.raw.size();
    const bool number = element.type == JsonType::kNumber &&
                        std::from_chars(element.raw.data(), end, value).ec == std::errc();
    if (!number) return NotAVerdict(std::string(name) + " holds what is no number");
    values.push_back(value);
  }
  return values;
}

// The largest order gap of the comparisons that the line lists, if it does.
Result<std::optional<double>> LargestOrderGap(JsonLineParser& parser, const JsonLine& line) {
  const JsonField* list = line.Find("matches");
  if (list == nullptr) return std::optional<double>();
  double largest = 0;
  for (const JsonField& match : parser.Open(*list).fields) {
    const auto gap = ReadShare(parser.Open(match), "order_gap");
    if (!gap) return NotAVerdict("a match whose order_gap is missing or out of range");
    largest = *gap == *gap ? std::max(largest, *gap) : kInfinity;
  }
  return std::optional<double>(largest);
}

Status ReadRanking(JsonLineParser& parser, const JsonLine& line, VerdictRecord& record) {
  GRAM_ASSIGN_OR_RETURN(const std::vector<double> ranks, ReadList(parser, line, "ranks"));
  GRAM_ASSIGN_OR_RETURN(const std::vector<double> strengths, ReadList(parser, line, "strengths"));
  const auto disagree = ReadNumber(line, "orders_disagree");
  if (!disagree || !(*disagree >= 0)) return NotAVerdict("orders_disagree is no count");
  if (ranks.empty() || ranks.size() != strengths.size()) {
    return NotAVerdict("ranks and strengths differ in number");
  }
  if (*std::min_element(ranks.begin(), ranks.end()) != 1) return NotAVerdict("no rank is 1");
  RecordedRanking ranking;
  ranking.responses = ranks.size();
  ranking.ranks = ranks;
  ranking.strengths = strengths;
  ranking.lead = LeadOfBest(ranking);
  ranking.orders_agree = *disagree == 0;
  if (line.Find("correct") != nullptr) ranking.correct = IsTrue(line, "correct");
  GRAM_ASSIGN_OR_RETURN(ranking.order_gap, LargestOrderGap(parser, line));
  record.ranking = ranking;
  return {};
}

}  // namespace

double LeadOfBest(const RecordedRanking& ranking, std::span<const std::string> texts) {
  const auto& ranks = ranking.ranks;
  const auto best = static_cast<size_t>(std::find(ranks.begin(), ranks.end(), 1) - ranks.begin());
  if (best == ranks.size()) return kNaN;
  double next = -kInfinity;
  for (size_t i = 0; i < ranks.size(); ++i) {
    if (i == best || (!texts.empty() && texts[i] == texts[best])) continue;
    if (ranks[i] == 1) return 0;
    next = std::max(next, ranking.strengths[i]);
  }
  return ranking.strengths[best] - next;
}

Result<VerdictRecord> ReadVerdict(JsonLineParser& parser, std::string& line) {
  const JsonLine parsed = parser.Parse(line);
  if (parsed.error) return NotAVerdict(parsed.error->message);
  const JsonField* id = parsed.Find("id");
  if (id == nullptr) return NotAVerdict("no id");
  VerdictRecord record;
  record.id_json = id->raw;
  if (const JsonField* error = parsed.Find("error")) {
    record.failed = error->type == JsonType::kObject;
    const JsonField* row = parsed.Find("row");
    if (record.failed && row == nullptr) return NotAVerdict("an error without \"row\"");
    if (row != nullptr) {
      GRAM_ASSIGN_OR_RETURN(record.row, ReadRowNumber(*row));
    }
    if (record.failed) return record;
  }
  record.label_not_understood = parsed.Find("not_understood") != nullptr;
  if (parsed.Find("comparisons_used") != nullptr) {
    GRAM_RETURN_IF_ERROR(ReadRanking(parser, parsed, record));
    return record;
  }
  if (const JsonField* list = parsed.Find("comparisons")) {
    GRAM_RETURN_IF_ERROR(ReadComparisons(parser, *list, record));
    return record;
  }
  GRAM_RETURN_IF_ERROR(ReadComparison(parsed, record));
  return record;
}

}  // namespace gram::jobs
