#include "jobs/eval/sampled_pairs.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "jobs/io/json_line.h"
#include "jobs/verdicts/fields.h"

namespace gram::jobs {
namespace {

// The label of the comparison of these two, whichever comes first in `known`.
Label LabelOf(const std::vector<Comparison>& known, size_t first, size_t second) {
  for (const Comparison& comparison : known) {
    if (comparison.first == first && comparison.second == second) return comparison.label;
    if (comparison.first != second || comparison.second != first) continue;
    if (comparison.label == Label::kResponse1) return Label::kResponse2;
    if (comparison.label == Label::kResponse2) return Label::kResponse1;
    return comparison.label;
  }
  return Label::kNone;
}

// The two answers of one element of the list; false where they are not answers of the row.
bool ReadPair(JsonLineParser& parser, const JsonField& element, size_t answers,
              std::pair<size_t, size_t>& pair) {
  const std::vector<JsonField> ends = parser.Open(element).fields;
  if (element.type != JsonType::kArray || ends.size() != 2) return false;
  const auto first = ReadCount(&ends[0]);
  const auto second = ReadCount(&ends[1]);
  if (!first || !second || *first == *second) return false;
  const auto limit = static_cast<int64_t>(answers);
  if (*first >= limit || *second >= limit) return false;
  pair = {static_cast<size_t>(*first), static_cast<size_t>(*second)};
  return true;
}

void Refuse(const std::string& code, const std::string& what, InputRow& row) {
  row.error = RowError{code, "field \"" + std::string(kSampledPairs) + "\" " + what};
  row.question.clear();
  row.responses.clear();
  row.comparisons.clear();
}

}  // namespace

void KeepSampledPairs(InputRow& row) {
  if (row.error) return;
  std::string text = row.raw;
  JsonLineParser parser;
  const JsonLine line = parser.Parse(text);
  const JsonField* list = line.Find(kSampledPairs);
  if (list == nullptr || list->type == JsonType::kNull) return;
  std::vector<Comparison> kept;
  for (const JsonField& element : parser.Open(*list).fields) {
    std::pair<size_t, size_t> pair;
    if (!ReadPair(parser, element, row.responses.size(), pair)) {
      return Refuse("wrong_type", "is not a list of pairs of the row's answers", row);
    }
    const Label label = LabelOf(row.comparisons, pair.first, pair.second);
    kept.push_back({pair.first, pair.second, label});
  }
  if (kept.empty()) return Refuse("too_few", "lists no pairs", row);
  row.comparisons = std::move(kept);
}

}  // namespace gram::jobs
