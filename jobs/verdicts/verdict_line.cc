#include "jobs/verdicts/verdict_line.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>
#include <string_view>

#include "jobs/verdicts/fields.h"
#include "jobs/verdicts/rank_line.h"
#include "jobs/verdicts/totals.h"

namespace gram::jobs {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string OrderJson(const OrderVerdict& order) {
  return JsonMembers()
      .Add(fields::kSlotA, std::to_string(order.slot_a))
      .Add(fields::kLogitA, JsonNumber(order.logit_a))
      .Add(fields::kLogitB, JsonNumber(order.logit_b))
      .Add(fields::kTokens, std::to_string(order.tokens))
      .Object();
}

std::string RewardPromptJson(const RewardPrompt& prompt) {
  return JsonMembers()
      .Add(fields::kResponse, std::to_string(prompt.response))
      .Add(fields::kTokens, std::to_string(prompt.tokens))
      .Object();
}

std::string CutJson(const ResponseCut& cut) {
  return JsonMembers()
      .Add(fields::kTokens, std::to_string(cut.tokens))
      .Add(fields::kKeptTokens, std::to_string(cut.kept))
      .Object();
}

std::string FlagJson(const TextFlag& flag) {
  return JsonMembers()
      .Add(fields::kField, JsonString(TextFieldName(flag.field)))
      .Add(fields::kKind, JsonString(TextFlagKindName(flag.kind)))
      .Add(fields::kText, JsonString(flag.text))
      .Object();
}

std::string_view LabelJson(Label label) {
  switch (label) {
    case Label::kResponse1:
      return "1";
    case Label::kResponse2:
      return "2";
    case Label::kTie:
      return "\"tie\"";
    case Label::kNone:
      break;
  }
  return "null";
}

// The verdict on one comparison as members of an object.
std::string VerdictMembers(const Verdict& verdict, Label label, const VerdictAddition& addition) {
  JsonMembers members;
  members.Add(fields::kScore1, JsonNumber(verdict.score_response1))
      .Add(fields::kScore2, JsonNumber(verdict.score_response2))
      .Add(fields::kFirstIsBetter, JsonBool(verdict.response1_is_better))
      .Add(fields::kMargin, JsonNumber(verdict.margin));
  if (verdict.is_reward) {
    members.Add(fields::kPrompts, JsonList(verdict.prompts, RewardPromptJson));
  } else {
    members.Add(fields::kOrderGap, JsonNumber(verdict.order_gap))
        .Add(fields::kOrdersAgree, JsonBool(verdict.orders_agree))
        .Add(fields::kOrders, JsonList(verdict.orders, OrderJson));
  }
  if (label != Label::kNone) members.Add(fields::kLabel, LabelJson(label));
  if (const auto correct = IsCorrect(label, verdict)) {
    members.Add(fields::kCorrect, JsonBool(*correct));
  }
  if (addition) members.Append(addition(verdict));
  return members.Append(NotesMembers(verdict.notes)).text();
}

// What the line of `verdict` says.
LineVerdict RecordOf(const Verdict& verdict, Label label) {
  const auto told = [](double number) { return std::isfinite(number) ? number : kNotTold; };
  LineVerdict record;
  record.label = label;
  record.margin = verdict.margin;
  record.is_reward = verdict.is_reward;
  if (!verdict.is_reward) {
    record.order_gap = told(verdict.order_gap);
    record.orders_agree = verdict.orders_agree;
  }
  record.identical = verdict.notes.identical;
  record.correct = IsCorrect(label, verdict);
  record.score1 = told(verdict.score_response1);
  record.score2 = told(verdict.score_response2);
  record.tokens = std::max<int64_t>(0, PromptTokens(verdict));
  return record;
}

Label LabelOf(const InputRow& row, size_t comparison) {
  return comparison < row.comparisons.size() ? row.comparisons[comparison].label : Label::kNone;
}

// What the comparisons of one row come to.
void AddFigures(const InputRow& row, std::span<const Verdict> verdicts, JsonMembers& members) {
  if (const auto share = CorrectShare(row, verdicts)) {
    members.Add(fields::kCorrect, JsonNumber(*share));
  }
  if (row.format == kRmBenchFormat) {
    const RmBenchFigures figures = RmBench(row, verdicts);
    members.Add(fields::kEasy, JsonNumber(figures.easy))
        .Add(fields::kNormal, JsonNumber(figures.normal))
        .Add(fields::kHard, JsonNumber(figures.hard));
  }
  if (row.format == kRewardBench2Format) {
    members.Add(fields::kResults, JsonNumber(RewardBench2(row, verdicts)));
  }
}

std::string ComparisonsJson(const InputRow& row, std::span<const Verdict> verdicts,
                            const VerdictAddition& addition) {
  auto comparison = row.comparisons.begin();
  return JsonList(verdicts, [&](const Verdict& verdict) {
    const auto [first, second, label] = *comparison++;
    return JsonMembers()
        .Add(fields::kResponse1, std::to_string(first + 1))
        .Add(fields::kResponse2, std::to_string(second + 1))
        .Append(VerdictMembers(verdict, label, addition))
        .Object();
  });
}

std::string ErrorJson(const RowError& error) {
  return JsonMembers()
      .Add(fields::kCode, JsonString(error.code))
      .Add(fields::kMessage, JsonString(error.message))
      .Object();
}

// From here on, lines are read back.

// A share, 0 to 1, or null.
bool IsShare(std::optional<double> value) { return value && !(*value < 0 || *value > 1); }

// The label's values are the same in every line that score writes; nothing for any other.
std::optional<Label> ReadRecordedLabel(const JsonLine& line) {
  const JsonField* field = line.Find(fields::kLabel);
  if (field == nullptr) return Label::kNone;
  for (const Label label : {Label::kResponse1, Label::kResponse2, Label::kTie}) {
    if (field->raw == LabelJson(label)) return label;
  }
  return std::nullopt;
}

bool HasFlags(const JsonLine& line) {
  const JsonField* flags = line.Find(fields::kFlags);
  return flags != nullptr && flags->type == JsonType::kArray && flags->raw != "[]";
}

// What both orders say, or both prompts of a reward model, as far as the line tells.
void ReadOrders(JsonLineParser& parser, const JsonLine& line, LineVerdict& verdict) {
  const JsonField* orders = line.Find(fields::kOrders);
  if (orders == nullptr) orders = line.Find(fields::kPrompts);
  if (orders == nullptr) return;
  size_t next = 0;
  for (const JsonField& field : parser.Open(*orders).fields) {
    const JsonLine order = parser.Open(field);
    verdict.tokens = AddCounts(verdict.tokens, ReadCount(order.Find(fields::kTokens)).value_or(0));
    const double a = ReadNumber(order.Find(fields::kLogitA)).value_or(kNotTold);
    const double b = ReadNumber(order.Find(fields::kLogitB)).value_or(kNotTold);
    if (next < verdict.slot_a_leads.size()) verdict.slot_a_leads[next++] = a - b;
  }
}

// What a judge's verdict tells beside its score and margin, which has a sign where it is infinite.
void ReadJudgement(const JsonLine& line, LineVerdict& verdict, LineRecord& record) {
  const std::optional<double> order_gap = ReadNumber(line.Find(fields::kOrderGap));
  verdict.order_gap = order_gap.value_or(kNotTold);
  verdict.orders_agree = ReadTruth(line.Find(fields::kOrdersAgree));
  const bool is_share = !(verdict.score1 < 0 || verdict.score1 > 1);
  if (!is_share || !IsShare(order_gap) || !verdict.orders_agree) {
    record.Fault(std::string(fields::kScore1) + ", " + std::string(fields::kOrderGap) + " or " +
                 std::string(fields::kOrdersAgree) + " is missing or out of range");
  }
  // An infinite margin is written as null; the score says on which side.
  if (line.Find(fields::kMargin) != nullptr && std::isnan(verdict.margin) &&
      !std::isnan(verdict.score1)) {
    verdict.margin = verdict.score1 > 0.5 ? kInfinity : -kInfinity;
  }
}

void ReadComparison(JsonLineParser& parser, const JsonLine& line, LineRecord& record) {
  const std::optional<double> score = ReadNumber(line.Find(fields::kScore1));
  const std::optional<double> margin = ReadNumber(line.Find(fields::kMargin));
  LineVerdict verdict;
  verdict.is_reward = line.Find(fields::kPrompts) != nullptr;
  verdict.margin = margin.value_or(kNotTold);
  verdict.identical = ReadTruth(line.Find(fields::kIdentical)).value_or(false);
  verdict.correct = ReadTruth(line.Find(fields::kCorrect));
  verdict.score1 = score.value_or(kNotTold);
  verdict.score2 = ReadNumber(line.Find(fields::kScore2)).value_or(kNotTold);
  ReadOrders(parser, line, verdict);
  if (!score || !margin) {
    record.Fault(std::string(fields::kScore1) + " or " + std::string(fields::kMargin) +
                 " is missing or no number");
  }
  if (!verdict.is_reward) ReadJudgement(line, verdict, record);
  const std::optional<Label> label = ReadRecordedLabel(line);
  if (!label) record.Fault("label is not 1, 2 or \"tie\"");
  verdict.label = label.value_or(Label::kNone);
  record.flagged = record.flagged || HasFlags(line);
  record.truncated = record.truncated || line.Find(fields::kTruncated) != nullptr;
  record.verdicts.push_back(verdict);
}

void ReadComparisons(JsonLineParser& parser, const JsonField& list, LineRecord& record) {
  const JsonLine comparisons = parser.Open(list);
  if (comparisons.error) record.Fault(comparisons.error->message);
  for (const JsonField& comparison : comparisons.fields) {
    const JsonLine members = parser.Open(comparison);
    if (members.error) record.Fault(members.error->message);
    ReadComparison(parser, members, record);
  }
}

// The number of a row counts from 1.
void ReadError(const JsonLine& line, const JsonField& error, LineRecord& record) {
  record.failed = error.type == JsonType::kObject;
  const JsonField* row = line.Find(fields::kRow);
  if (row == nullptr) {
    if (record.failed) record.Fault("an error without \"row\"");
    return;
  }
  record.row = ReadCount(row);
  if (record.row.value_or(0) < 1) record.Fault("\"row\" is not the number of a row");
}

}  // namespace

ResultLine WriteVerdicts(const InputRow& row, std::span<const Verdict> verdicts,
                         const VerdictAddition& addition) {
  ResultLine line;
  JsonMembers members;
  members.Add(fields::kId, row.id_json);
  if (verdicts.size() == 1) {
    members.Append(VerdictMembers(verdicts.front(), LabelOf(row, 0), addition));
  } else {
    members.Add(fields::kComparisons, ComparisonsJson(row, verdicts, addition));
    AddFigures(row, verdicts, members);
  }
  for (size_t i = 0; i < verdicts.size(); ++i) {
    line.record.verdicts.push_back(RecordOf(verdicts[i], LabelOf(row, i)));
  }
  AddUnreadLabels(row, members, line.record);
  line.text = "{" + members.text() + row.kept + "}\n";
  return line;
}

ResultLine WriteError(const InputRow& row, const RowError& error) {
  ResultLine line;
  line.record.kind = LineKind::kError;
  line.record.error_code = error.code;
  line.text = JsonMembers()
                  .Add(fields::kId, row.id_json)
                  .Add(fields::kRow, std::to_string(row.number))
                  .Add(fields::kError, ErrorJson(error))
                  .Object() +
              "\n";
  return line;
}

std::string VerdictLine(const InputRow& row, const Verdict& verdict) {
  return WriteVerdicts(row, std::span(&verdict, 1)).text;
}

std::string ErrorLine(const InputRow& row, const RowError& error) {
  return WriteError(row, error).text;
}

std::string ErrorLine(int64_t number, const RowError& error) {
  return JsonMembers()
             .Add(fields::kRow, std::to_string(number))
             .Add(fields::kError, ErrorJson(error))
             .Object() +
         "\n";
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

std::string IdsLine(std::span<const int32_t> ids) {
  const auto text = [](int32_t id) { return std::to_string(id); };
  return JsonMembers().Add(fields::kIds, JsonList(ids, text)).Object() + "\n";
}

std::string NotesMembers(const TextNotes& notes) {
  JsonMembers members;
  if (notes.identical) members.Add(fields::kIdentical, JsonBool(true));
  if (notes.cut) {
    members.Add(fields::kTruncated, JsonMembers()
                                        .Add(fields::kResponse1, CutJson((*notes.cut)[0]))
                                        .Add(fields::kResponse2, CutJson((*notes.cut)[1]))
                                        .Object());
  }
  if (!notes.flags.empty()) members.Add(fields::kFlags, JsonList(notes.flags, FlagJson));
  return members.text();
}

void AddUnreadLabels(const InputRow& row, JsonMembers& members, LineRecord& record) {
  if (row.unread_labels.empty()) return;
  JsonMembers labels;
  std::set<std::string_view> seen;  // of a list's many values, the first
  for (const UnreadLabel& label : row.unread_labels) {
    if (!seen.insert(label.field).second) continue;
    labels.Append(JsonString(label.field) + ":" + JsonString(label.value));
    record.not_understood.push_back(label.field);
  }
  members.Add(fields::kNotUnderstood, labels.Object());
}

void ReadOwnLine(JsonLineParser& parser, const JsonLine& line, LineRecord& record) {
  if (const JsonField* id = line.Find(fields::kId)) {
    record.id_json = id->raw;
  } else {
    record.Fault("no id");
  }
  if (const JsonField* error = line.Find(fields::kError)) ReadError(line, *error, record);
  if (record.failed) return;
  if (const JsonField* labels = line.Find(fields::kNotUnderstood)) {
    record.label_not_understood = true;
    for (const JsonField& label : parser.Open(*labels).fields) {
      record.not_understood.push_back(label.name);
    }
  }
  if (const JsonField* used = line.Find(fields::kComparisonsUsed)) {
    return ReadRanking(parser, line, *used, record);
  }
  const JsonField* list = line.Find(fields::kComparisons);
  if (list != nullptr && list->type == JsonType::kArray) {
    return ReadComparisons(parser, *list, record);
  }
  ReadComparison(parser, line, record);
}

}  // namespace gram::jobs
