#include "jobs/verdicts/schema.h"

#include <array>
#include <vector>

#include "jobs/io/raw_object.h"
#include "jobs/verdicts/output_row.h"
#include "jobs/verdicts/row_figures.h"

namespace gram::jobs {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"gram-cpu", "gram", "rewardbench",
                                                    "judgebench"};

// The formats whose figures are known, as --format names them.
constexpr std::string_view kRmBench = "rm-bench";
constexpr std::string_view kRewardBench2 = "reward-bench-2";

std::string Name(Schema schema) { return std::string(kNames[static_cast<size_t>(schema)]); }

// What a schema with members of its own calls the notes on a row's texts.
constexpr std::string_view kNotes = "gram_cpu";

// The members that `schema` adds to the row's own.
std::vector<std::string_view> Added(Schema schema) {
  switch (schema) {
    case Schema::kGramCpu:
      return {};
    case Schema::kGram:
      return {"score_chosen", "score_rejected", "correct", kNotes};
    case Schema::kRewardBench:
      return {"results", "scores_chosen", "scores_rejected", kNotes};
    case Schema::kJudgeBench:
      return {"judgments", kNotes};
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

std::string ComparisonsLine(const InputRow& row, std::span<const Verdict> verdicts) {
  std::string line = "{\"id\":" + row.id_json + ",\"comparisons\":[";
  for (size_t i = 0; i < verdicts.size(); ++i) {
    const Comparison& comparison = row.comparisons[i];
    if (i > 0) line += ',';
    line += "{\"response1\":" + std::to_string(comparison.first + 1);
    line += ",\"response2\":" + std::to_string(comparison.second + 1);
    line.append(",").append(VerdictMembers(verdicts[i], comparison.label)).append("}");
  }
  line += ']';
  if (const auto share = CorrectShare(row, verdicts)) line += ",\"correct\":" + JsonNumber(*share);
  if (row.format == kRmBench) {
    const RmBenchFigures figures = RmBench(row, verdicts);
    line += ",\"easy\":" + JsonNumber(figures.easy) + ",\"normal\":" + JsonNumber(figures.normal);
    line += ",\"hard\":" + JsonNumber(figures.hard);
  }
  if (row.format == kRewardBench2) {
    line += ",\"results\":" + JsonNumber(RewardBench2(row, verdicts));
  }
  return line + UnreadLabelsMember(row) + row.kept + "}\n";
}

std::string GramMembers(const InputRow& row, const Verdict& verdict) {
  const LabelledScores scores = ScoresOf(row.comparisons.front(), verdict);
  return "\"score_chosen\":" + JsonNumber(scores.chosen) +
         ",\"score_rejected\":" + JsonNumber(scores.rejected) +
         ",\"correct\":" + JsonBool(scores.chosen > scores.rejected);
}

std::string RewardBenchMembers(const InputRow& row, std::span<const Verdict> verdicts) {
  if (verdicts.size() == 1) {
    const LabelledScores scores = ScoresOf(row.comparisons.front(), verdicts.front());
    return std::string("\"results\":") + (scores.chosen > scores.rejected ? "1" : "0") +
           ",\"scores_chosen\":" + JsonNumber(scores.chosen) +
           ",\"scores_rejected\":" + JsonNumber(scores.rejected);
  }
  std::string chosen;
  std::string rejected;
  for (size_t i = 0; i < verdicts.size(); ++i) {
    const LabelledScores scores = ScoresOf(row.comparisons[i], verdicts[i]);
    const char* separator = i > 0 ? "," : "";
    chosen.append(separator).append(JsonNumber(scores.chosen));
    rejected.append(separator).append(JsonNumber(scores.rejected));
  }
  const double results = row.format == kRewardBench2 ? RewardBench2(row, verdicts)
                                                     : CorrectShare(row, verdicts).value_or(0);
  return "\"results\":" + JsonNumber(results) + ",\"scores_chosen\":[" + chosen +
         "],\"scores_rejected\":[" + rejected + "]";
}

// What one order says of the answers as they are shown in it.
std::string Judgment(const OrderVerdict& order) {
  const char* decision = order.logit_a > order.logit_b   ? "A>B"
                         : order.logit_a < order.logit_b ? "B>A"
                                                         : "A=B";
  return "{\"judgment\":{\"judge_model\":\"gram-cpu\",\"logit_A\":" + JsonNumber(order.logit_a) +
         ",\"logit_B\":" + JsonNumber(order.logit_b) + "},\"decision\":\"" + decision + "\"}";
}

std::string JudgeBenchMembers(const Verdict& verdict) {
  return "\"judgments\":[" + Judgment(verdict.orders[0]) + "," + Judgment(verdict.orders[1]) + "]";
}

// The notes on those of the comparisons that have any, numbered from 1; empty where none has.
std::string NotesMember(std::span<const Verdict> verdicts) {
  std::string text;
  for (size_t i = 0; i < verdicts.size(); ++i) {
    const std::string notes = NotesMembers(verdicts[i].notes);
    if (notes.empty()) continue;
    if (text.empty()) text.append(",\"").append(kNotes).append("\":[");
    if (text.back() == '}') text += ',';
    text.append("{\"comparison\":").append(std::to_string(i + 1));
    text.append(",").append(notes).append("}");
  }
  return text.empty() ? text : text + "]";
}

std::string RowWith(const InputRow& row, const std::string& members,
                    std::span<const Verdict> verdicts) {
  return WithMembers(OnOneLine(row.raw), members + NotesMember(verdicts)) + "\n";
}

// The label that is there and is not understood.
std::string WhatWasNotRead(const InputRow& row) {
  if (row.unread_labels.empty()) return {};
  const UnreadLabel& label = row.unread_labels.front();
  return " (field \"" + label.field + "\" is not understood: " + label.value + ")";
}

std::optional<RowError> CheckComparisons(Schema schema, const InputRow& row) {
  const bool pairs_only = schema == Schema::kGram || schema == Schema::kJudgeBench;
  if (pairs_only && row.comparisons.size() > 1) {
    return RowError{"several_comparisons",
                    "schema " + Name(schema) + " takes one pair a row, and this row makes " +
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

std::string ResultLine(Schema schema, const InputRow& row, std::span<const Verdict> verdicts) {
  switch (schema) {
    case Schema::kGram:
      return RowWith(row, GramMembers(row, verdicts.front()), verdicts);
    case Schema::kRewardBench:
      return RowWith(row, RewardBenchMembers(row, verdicts), verdicts);
    case Schema::kJudgeBench:
      return RowWith(row, JudgeBenchMembers(verdicts.front()), verdicts);
    case Schema::kGramCpu:
      break;
  }
  if (verdicts.size() == 1) return VerdictLine(row, verdicts.front());
  return ComparisonsLine(row, verdicts);
}

RowError ComparisonError(const InputRow& row, size_t index, const Status& status) {
  std::string message;
  if (row.comparisons.size() > 1) {
    const Comparison& comparison = row.comparisons[index];
    message = "comparison " + std::to_string(index + 1) + " of " +
              std::to_string(row.comparisons.size()) + " (answers " +
              std::to_string(comparison.first + 1) + " and " +
              std::to_string(comparison.second + 1) + "): ";
  }
  return {std::string(StatusCodeName(status.code())), message + status.message()};
}

}  // namespace gram::jobs
