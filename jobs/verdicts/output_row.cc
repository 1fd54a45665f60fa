#include "jobs/verdicts/output_row.h"

#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "jobs/verdicts/row_figures.h"

namespace gram::jobs {
namespace {

template <typename Float>
std::string Number(Float value) {
  if (!std::isfinite(value)) return "null";
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  std::string text(buffer.data(), end);
  // Readers that type columns by their first value must not take 18.0 for an integer.
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string OrderJson(const OrderVerdict& order) {
  return "{\"slot_a\":" + std::to_string(order.slot_a) +
         ",\"logit_A\":" + JsonNumber(order.logit_a) + ",\"logit_B\":" + JsonNumber(order.logit_b) +
         ",\"tokens\":" + std::to_string(order.tokens) + "}";
}

std::string CutJson(const ResponseCut& cut) {
  return "{\"tokens\":" + std::to_string(cut.tokens) + ",\"kept\":" + std::to_string(cut.kept) +
         "}";
}

std::string FlagsJson(const std::vector<TextFlag>& flags) {
  std::string text;
  for (const TextFlag& flag : flags) {
    text += text.empty() ? "[" : ",";
    text.append("{\"field\":\"").append(TextFieldName(flag.field));
    text.append("\",\"kind\":\"").append(TextFlagKindName(flag.kind));
    text.append("\",\"text\":").append(JsonString(flag.text)).append("}");
  }
  return text + "]";
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

std::string ErrorJson(const RowError& error) {
  return "\"error\":{\"code\":" + JsonString(error.code) +
         ",\"message\":" + JsonString(error.message) + "}}\n";
}

}  // namespace

std::string JsonNumber(float value) { return Number(value); }
std::string JsonNumber(double value) { return Number(value); }

std::string JsonString(std::string_view text) {
  // A message may quote a cut or foreign name: bad bytes are replaced, output stays UTF-8.
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string JsonBool(bool value) { return value ? "true" : "false"; }

std::string NotesMembers(const TextNotes& notes) {
  std::vector<std::string> members;
  if (notes.identical) members.emplace_back("\"identical\":true");
  if (notes.cut) {
    members.push_back("\"truncated\":{\"response1\":" + CutJson((*notes.cut)[0]) +
                      ",\"response2\":" + CutJson((*notes.cut)[1]) + "}");
  }
  if (!notes.flags.empty()) members.push_back("\"flags\":" + FlagsJson(notes.flags));
  std::string text;
  for (const std::string& member : members) {
    if (!text.empty()) text += ',';
    text += member;
  }
  return text;
}

std::string VerdictMembers(const Verdict& verdict, Label label) {
  std::string text = "\"score_response1\":" + JsonNumber(verdict.score_response1);
  text += ",\"score_response2\":" + JsonNumber(verdict.score_response2);
  text += ",\"response1_is_better\":" + JsonBool(verdict.response1_is_better);
  text += ",\"margin\":" + JsonNumber(verdict.margin);
  text += ",\"order_gap\":" + JsonNumber(verdict.order_gap);
  text += ",\"orders_agree\":" + JsonBool(verdict.orders_agree);
  text += ",\"orders\":[" + OrderJson(verdict.orders[0]) + "," + OrderJson(verdict.orders[1]) + "]";
  if (label != Label::kNone) text += std::string(",\"label\":").append(LabelJson(label));
  if (const auto correct = IsCorrect(label, verdict)) text += ",\"correct\":" + JsonBool(*correct);
  if (const std::string notes = NotesMembers(verdict.notes); !notes.empty()) text += "," + notes;
  return text;
}

std::string UnreadLabelsMember(const InputRow& row) {
  if (row.unread_labels.empty()) return {};
  std::string text = ",\"not_understood\":{";
  std::set<std::string_view> seen;  // of a list's many values, the first
  for (const UnreadLabel& label : row.unread_labels) {
    if (!seen.insert(label.field).second) continue;
    if (text.back() != '{') text += ',';
    text.append(JsonString(label.field)).append(":").append(JsonString(label.value));
  }
  return text + "}";
}

std::string VerdictLine(const InputRow& row, const Verdict& verdict) {
  const Label label = row.comparisons.empty() ? Label::kNone : row.comparisons.front().label;
  return "{\"id\":" + row.id_json + "," + VerdictMembers(verdict, label) + UnreadLabelsMember(row) +
         row.kept + "}\n";
}

std::string ErrorLine(const InputRow& row, const RowError& error) {
  return "{\"id\":" + row.id_json + ",\"row\":" + std::to_string(row.number) + "," +
         ErrorJson(error);
}

std::string ErrorLine(int64_t number, const RowError& error) {
  return "{\"row\":" + std::to_string(number) + "," + ErrorJson(error);
}

std::string IdsLine(std::span<const int32_t> ids) {
  std::string line = "{\"ids\":[";
  for (size_t i = 0; i < ids.size(); ++i) {
    if (i > 0) line += ',';
    line += std::to_string(ids[i]);
  }
  return line + "]}\n";
}

}  // namespace gram::jobs
