#include "jobs/verdicts/schema.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "engine/base/status.h"
#include "jobs/io/raw_object.h"
#include "jobs/verdicts/fields.h"
#include "jobs/verdicts/value_text.h"
#include "jobs/verdicts/verdict_line.h"

namespace gram::jobs {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"gram-cpu", "gram", "rewardbench",
                                                    "judgebench"};

std::string Name(Schema schema) { return std::string(kNames[static_cast<size_t>(schema)]); }

// The members that `schema` adds to the row's own.
std::vector<std::string_view> Added(Schema schema) {
  switch (schema) {
    case Schema::kGramCpu:
      return {};
    case Schema::kGram:
      return {fields::kScoreChosen, fields::kScoreRejected, fields::kCorrect, fields::kNotes};
    case Schema::kRewardBench:
      return {fields::kResults, fields::kScoresChosen, fields::kScoresRejected, fields::kNotes};
    case Schema::kJudgeBench:
      return {fields::kJudgments, fields::kNotes};
  }
  return {};
}

bool IsLabelled(const Comparison& comparison) {
  return comparison.label == Label::kResponse1 || comparison.label == Label::kResponse2;
}

// The scores of the preferred answer and of the other.
struct LabelledScores {
  double chosen = 0;
  double rejected = 0;
};

LabelledScores ScoresOf(const Comparison& comparison, const Verdict& verdict) {
  if (comparison.label == Label::kResponse2) {
    return {verdict.score_response2, verdict.score_response1};
  }
  return {verdict.score_response1, verdict.score_response2};
}

std::vector<LabelledScores> AllScores(const InputRow& row, std::span<const Verdict> verdicts) {
  std::vector<LabelledScores> scores;
  for (size_t i = 0; i < verdicts.size(); ++i) {
    scores.push_back(ScoresOf(row.comparisons[i], verdicts[i]));
  }
  return scores;
}

// What two numbers that a line tells count for; nothing where it tells none, or null.
LineVerdict RecordOf(double chosen, double rejected) {
  LineVerdict record;
  if (!std::isfinite(chosen) || !std::isfinite(rejected)) return record;
  record.score1 = chosen;
  record.score2 = rejected;
  record.correct = chosen > rejected;
  return record;
}

void WriteGram(const LabelledScores& scores, JsonMembers& members) {
  members.Add(fields::kScoreChosen, JsonNumber(scores.chosen))
      .Add(fields::kScoreRejected, JsonNumber(scores.rejected))
      .Add(fields::kCorrect, JsonBool(scores.chosen > scores.rejected));
}

void WriteRewardBench(const InputRow& row, std::span<const Verdict> verdicts,
                      std::span<const LabelledScores> scores, JsonMembers& members) {
  if (scores.size() == 1) {
    const auto [chosen, rejected] = scores.front();
    members.Add(fields::kResults, chosen > rejected ? "1" : "0")
        .Add(fields::kScoresChosen, JsonNumber(chosen))
        .Add(fields::kScoresRejected, JsonNumber(rejected));
    return;
  }
  const double results = row.format == kRewardBench2Format
                             ? RewardBench2(row, verdicts)
                             : CorrectShare(row, verdicts).value_or(0);
  const auto chosen = [](const LabelledScores& of) { return JsonNumber(of.chosen); };
  const auto rejected = [](const LabelledScores& of) { return JsonNumber(of.rejected); };
  members.Add(fields::kResults, JsonNumber(results))
      .Add(fields::kScoresChosen, JsonList(scores, chosen))
      .Add(fields::kScoresRejected, JsonList(scores, rejected));
}

constexpr std::string_view kFirstWins = "A>B";
constexpr std::string_view kSecondWins = "B>A";
constexpr std::string_view kTie = "A=B";

// What one order says of the answers as they are shown in it.
std::string_view DecisionOf(const OrderVerdict& order) {
  return order.logit_a > order.logit_b   ? kFirstWins
         : order.logit_a < order.logit_b ? kSecondWins
                                         : kTie;
}

// The answers have changed places in the second order.
LineVerdict RecordOf(std::string_view first, std::string_view second) {
  LineVerdict record;
  record.orders_agree = first == kTie ? second == kTie : second != kTie && first != second;
  return record;
}

std::string JudgmentJson(const OrderVerdict& order) {
  const std::string judgment = JsonMembers()
                                   .Add(fields::kJudgeModel, "\"gram-cpu\"")
                                   .Add(fields::kLogitA, JsonNumber(order.logit_a))
                                   .Add(fields::kLogitB, JsonNumber(order.logit_b))
                                   .Object();
  return JsonMembers()
      .Add(fields::kJudgment, judgment)
      .Add(fields::kDecision, JsonString(DecisionOf(order)))
      .Object();
}

// The notes on those of the comparisons that have any, numbered from 1; nothing where none has.
void WriteNotes(std::span<const Verdict> verdicts, JsonMembers& members) {
  std::vector<std::string> all;
  for (size_t i = 0; i < verdicts.size(); ++i) {
    const std::string notes = NotesMembers(verdicts[i].notes);
    if (notes.empty()) continue;
    all.push_back(
        JsonMembers().Add(fields::kComparison, std::to_string(i + 1)).Append(notes).Object());
  }
  const auto as_is = [](const std::string& text) { return text; };
  if (!all.empty()) members.Add(fields::kNotes, JsonList(all, as_is));
}

// The code of an error line. Members and their order are checked: a result line may hold a member
// "error" of its row's own.
std::optional<std::string> ErrorCode(JsonLineParser& parser, const JsonLine& line) {
  const std::vector<JsonField>& members = line.fields;
  if (members.size() != 3 || members[0].name != fields::kId || members[1].name != fields::kRow ||
      members[2].name != fields::kError) {
    return std::nullopt;
  }
  const JsonLine error = parser.Open(members[2]);
  const JsonField* code = error.Find(fields::kCode);
  if (code == nullptr || code->type != JsonType::kString) return std::nullopt;
  return code->text;
}

// The scores of a labelled pair, or lists of them, under these names.
void ReadLabelled(JsonLineParser& parser, const JsonLine& line, std::string_view chosen_name,
                  std::string_view rejected_name, LineRecord& record) {
  const JsonField* chosen = line.Find(chosen_name);
  const JsonField* rejected = line.Find(rejected_name);
  const auto add = [&](const JsonField* first, const JsonField* second) {
    record.verdicts.push_back(RecordOf(ReadAs<double>(first).value_or(kNotTold),
                                       ReadAs<double>(second).value_or(kNotTold)));
  };
  add(chosen, rejected);
  if (chosen == nullptr || rejected == nullptr) return;
  const std::vector<JsonField> all_chosen = parser.Open(*chosen).fields;
  const std::vector<JsonField> all_rejected = parser.Open(*rejected).fields;
  for (size_t i = 0; i < std::min(all_chosen.size(), all_rejected.size()); ++i) {
    add(&all_chosen[i], &all_rejected[i]);
  }
}

void ReadJudgments(JsonLineParser& parser, const JsonLine& line, LineRecord& record) {
  const JsonField* judgments = line.Find(fields::kJudgments);
  if (judgments == nullptr) return;
  std::vector<std::string> decisions;
  for (const JsonField& judgment : parser.Open(*judgments).fields) {
    const JsonLine members = parser.Open(judgment);
    const JsonField* decision = members.Find(fields::kDecision);
    if (decision == nullptr || decision->type != JsonType::kString) return;
    decisions.push_back(decision->text);
  }
  if (decisions.size() >= 2) record.verdicts.push_back(RecordOf(decisions[0], decisions[1]));
}

// The label that is there and is not understood.
std::string WhatWasNotRead(const InputRow& row) {
  if (row.unread_labels.empty()) return {};
  const UnreadLabel& label = row.unread_labels.front();
  return " (field \"" + label.field + "\" is not understood: " + label.value + ")";
}

// JudgeBench's metrics read two games with the answers in both orders: of rewards, the same twice.
std::array<OrderVerdict, 2> AsOrders(const Verdict& verdict) {
  if (!verdict.is_reward) return verdict.orders;
  const auto reward1 = static_cast<float>(verdict.score_response1);
  const auto reward2 = static_cast<float>(verdict.score_response2);
  return {{{1, reward1, reward2, verdict.prompts[0].tokens},
           {2, reward2, reward1, verdict.prompts[1].tokens}}};
}

std::optional<RowError> CheckComparisons(Schema schema, const InputRow& row) {
  const bool pairs_only = schema == Schema::kGram || schema == Schema::kJudgeBench;
  if (pairs_only && row.comparisons.size() > 1) {
    return RowError{"several_comparisons",
                    "schema " + Name(schema) + " needs one pair per row, but this row makes " +
                        std::to_string(row.comparisons.size()) + "; use --schema gram-cpu"};
  }
  const bool needs_label = schema == Schema::kGram || schema == Schema::kRewardBench;
  for (const Comparison& comparison : row.comparisons) {
    if (!needs_label || IsLabelled(comparison)) continue;
    return RowError{"no_label", "schema " + Name(schema) +
                                    " needs a row that says which answer is the better one" +
                                    WhatWasNotRead(row) + "; use --schema gram-cpu"};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Schema> ParseSchema(std::string_view name) {
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Schema>(i);
  }
  return std::nullopt;
}

std::optional<RowError> CheckSchema(Schema schema, const InputRow& row) {
  if (schema == Schema::kGramCpu) return std::nullopt;
  if (auto error = CheckComparisons(schema, row)) return error;
  const auto members = RawMembers(row.raw);
  if (!members.ok()) return RowError{"invalid_json", members.status().message()};
  if (row.not_finite) {
    return RowError{"invalid_json",
                    "the row holds NaN or infinity, which JSON does not have, and "
                    "schema " +
                        Name(schema) + " would repeat it; use --schema gram-cpu"};
  }
  for (const std::string_view name : Added(schema)) {
    if (FindMember(*members, name) == nullptr) continue;
    return RowError{"duplicate_field", "the row has a field \"" + std::string(name) +
                                           "\", which schema " + Name(schema) +
                                           " would add; use --schema gram-cpu"};
  }
  return std::nullopt;
}

ResultLine WriteResult(Schema schema, const InputRow& row, std::span<const Verdict> verdicts,
                       const VerdictAddition& addition) {
  if (schema == Schema::kGramCpu) return WriteVerdicts(row, verdicts, addition);
  ResultLine line;
  JsonMembers added;
  if (schema == Schema::kJudgeBench) {
    const auto orders = AsOrders(verdicts.front());
    added.Add(fields::kJudgments, JsonList(orders, JudgmentJson));
    line.record.verdicts.push_back(RecordOf(DecisionOf(orders[0]), DecisionOf(orders[1])));
  } else {
    const std::vector<LabelledScores> scores = AllScores(row, verdicts);
    if (schema == Schema::kGram) WriteGram(scores.front(), added);
    if (schema == Schema::kRewardBench) WriteRewardBench(row, verdicts, scores, added);
    for (const auto& [chosen, rejected] : scores) {
      line.record.verdicts.push_back(RecordOf(chosen, rejected));
    }
  }
  WriteNotes(verdicts, added);
  line.text = WithMembers(OnOneLine(row.raw), added.text()) + "\n";
  return line;
}

LineRecord LineReader::Read(std::string_view line) {
  text_.assign(line);
  const JsonLine parsed = parser_.Parse(text_);
  LineRecord record;
  if (parsed.error) {
    // What is JSON but not to the taste of the reader of rows is a line all the same.
    const std::string& code = parsed.error->code;
    const bool json = code != "invalid_json" && code != "invalid_utf8" && code != "wrong_type";
    if (!json) record.kind = LineKind::kDamaged;
    record.Fault(parsed.error->message);
    if (!json) return record;
  }
  if (const auto code = ErrorCode(parser_, parsed)) {
    record.kind = LineKind::kError;
    record.error_code = *code;
  }
  switch (schema_) {
    case Schema::kGramCpu:
      ReadOwnLine(parser_, parsed, record);
      break;
    case Schema::kGram:
      ReadLabelled(parser_, parsed, fields::kScoreChosen, fields::kScoreRejected, record);
      break;
    case Schema::kRewardBench:
      ReadLabelled(parser_, parsed, fields::kScoresChosen, fields::kScoresRejected, record);
      break;
    case Schema::kJudgeBench:
      ReadJudgments(parser_, parsed, record);
      break;
  }
  return record;
}

Result<LineRecord> LineReader::ReadWhole(std::string_view line) {
  LineRecord record = Read(line);
  if (record.fault.empty()) return record;
  return Corrupt("not a line of rank, or of score with schema gram-cpu: " + record.fault);
}

}  // namespace gram::jobs
