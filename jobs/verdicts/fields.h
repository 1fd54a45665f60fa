// The fields of a result line: what they are called, and how their values are read. Lines are
// written and read back by these names, and nobody outside of this folder needs them.
#ifndef GRAM_JOBS_VERDICTS_FIELDS_H_
#define GRAM_JOBS_VERDICTS_FIELDS_H_

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

#include "jobs/io/json_line.h"
#include "jobs/verdicts/totals.h"

namespace gram::jobs::fields {

// Of any line.
inline constexpr std::string_view kId = "id";
inline constexpr std::string_view kCorrect = "correct";
inline constexpr std::string_view kTokens = "tokens";
inline constexpr std::string_view kNotUnderstood = "not_understood";
inline constexpr std::string_view kKept = "kept";

// Of an error.
inline constexpr std::string_view kRow = "row";
inline constexpr std::string_view kError = "error";
inline constexpr std::string_view kCode = "code";
inline constexpr std::string_view kMessage = "message";

// Of a verdict.
inline constexpr std::string_view kScore1 = "score_response1";
inline constexpr std::string_view kScore2 = "score_response2";
inline constexpr std::string_view kFirstIsBetter = "response1_is_better";
inline constexpr std::string_view kMargin = "margin";
inline constexpr std::string_view kOrderGap = "order_gap";
inline constexpr std::string_view kOrdersAgree = "orders_agree";
inline constexpr std::string_view kLabel = "label";
inline constexpr std::string_view kOrders = "orders";
inline constexpr std::string_view kPrompts = "prompts";  // of a reward model, in place of orders
inline constexpr std::string_view kSlotA = "slot_a";
inline constexpr std::string_view kLogitA = "logit_A";
inline constexpr std::string_view kLogitB = "logit_B";

// Of a verdict to which a calibration was applied.
inline constexpr std::string_view kProbability = "probability";

// Of the notes on a verdict's texts.
inline constexpr std::string_view kIdentical = "identical";
inline constexpr std::string_view kTruncated = "truncated";
inline constexpr std::string_view kKeptTokens = "kept";
inline constexpr std::string_view kFlags = "flags";
inline constexpr std::string_view kField = "field";
inline constexpr std::string_view kKind = "kind";
inline constexpr std::string_view kText = "text";

// Of a row of several comparisons.
inline constexpr std::string_view kComparisons = "comparisons";
inline constexpr std::string_view kResponse1 = "response1";
inline constexpr std::string_view kResponse2 = "response2";
inline constexpr std::string_view kEasy = "easy";
inline constexpr std::string_view kNormal = "normal";
inline constexpr std::string_view kHard = "hard";
inline constexpr std::string_view kResults = "results";

// Of a ranking.
inline constexpr std::string_view kMethod = "method";
inline constexpr std::string_view kBest = "best";
inline constexpr std::string_view kRanks = "ranks";
inline constexpr std::string_view kWinRates = "win_rates";
inline constexpr std::string_view kWins = "wins";
inline constexpr std::string_view kLosses = "losses";
inline constexpr std::string_view kTies = "ties";
inline constexpr std::string_view kStrengths = "strengths";
inline constexpr std::string_view kRewards = "rewards";
inline constexpr std::string_view kComparisonsUsed = "comparisons_used";
inline constexpr std::string_view kOrdersDisagree = "orders_disagree";
inline constexpr std::string_view kIntransitiveTriples = "intransitive_triples";
inline constexpr std::string_view kCyclicGroups = "cyclic_groups";
inline constexpr std::string_view kTopCycle = "top_cycle";
inline constexpr std::string_view kMatches = "matches";
inline constexpr std::string_view kFirst = "first";
inline constexpr std::string_view kSecond = "second";
inline constexpr std::string_view kScoreFirst = "score_first";
inline constexpr std::string_view kQuestion = "question";
inline constexpr std::string_view kResponses = "responses";
inline constexpr std::string_view kTop = "top";
inline constexpr std::string_view kResponse = "response";
inline constexpr std::string_view kRank = "rank";
inline constexpr std::string_view kWinRate = "win_rate";
inline constexpr std::string_view kStrength = "strength";

// Of a pair to train on.
inline constexpr std::string_view kPrompt = "prompt";
inline constexpr std::string_view kChosen = "chosen";
inline constexpr std::string_view kRejected = "rejected";

// Of tokens, which `tokenize` writes.
inline constexpr std::string_view kIds = "ids";

// Of the schemas of other tools, which repeat the row and add to it.
inline constexpr std::string_view kScoreChosen = "score_chosen";
inline constexpr std::string_view kScoreRejected = "score_rejected";
inline constexpr std::string_view kScoresChosen = "scores_chosen";
inline constexpr std::string_view kScoresRejected = "scores_rejected";
inline constexpr std::string_view kJudgments = "judgments";
inline constexpr std::string_view kJudgment = "judgment";
inline constexpr std::string_view kJudgeModel = "judge_model";
inline constexpr std::string_view kDecision = "decision";
inline constexpr std::string_view kNotes = "gram_cpu";  ///< the notes on the row's texts
inline constexpr std::string_view kComparison = "comparison";

}  // namespace gram::jobs::fields

namespace gram::jobs {

/// The number that a field holds, where T can hold it: a line may tell any, and only those that
/// this program wrote are taken.
template <typename T>
std::optional<T> ReadAs(const JsonField* field) {
  if (field == nullptr || field->type != JsonType::kNumber) return std::nullopt;
  T value{};
  const char* const end = field->raw.data() + field->raw.size();
  const auto [rest, error] = std::from_chars(field->raw.data(), end, value);
  if (error != std::errc() || rest != end) return std::nullopt;
  return value;
}

/// The same, or NaN for null, which stands for what JSON cannot hold.
inline std::optional<double> ReadNumber(const JsonField* field) {
  if (field != nullptr && field->type == JsonType::kNull) return kNotTold;
  return ReadAs<double>(field);
}

/// A count: nothing that is counted is below 0.
inline std::optional<int64_t> ReadCount(const JsonField* field) {
  const auto value = ReadAs<int64_t>(field);
  return value && *value >= 0 ? value : std::nullopt;
}

inline std::optional<bool> ReadTruth(const JsonField* field) {
  if (field == nullptr || field->type != JsonType::kBool) return std::nullopt;
  return field->raw == "true";
}

/// A list of numbers; nothing where one of its elements is none.
inline std::optional<std::vector<double>> ReadNumbers(JsonLineParser& parser,
                                                      const JsonField& list) {
  std::vector<double> values;
  for (const JsonField& element : parser.Open(list).fields) {
    const auto value = ReadAs<double>(&element);
    if (!value) return std::nullopt;
    values.push_back(*value);
  }
  return values;
}

}  // namespace gram::jobs

#endif  // GRAM_JOBS_VERDICTS_FIELDS_H_
