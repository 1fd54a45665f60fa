#include "cli/output/output_row.h"

#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

namespace gram::cli {
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

const char* Bool(bool value) { return value ? "true" : "false"; }

std::string OrderJson(const OrderVerdict& order) {
  return "{\"slot_a\":" + std::to_string(order.slot_a) +
         ",\"logit_A\":" + JsonNumber(order.logit_a) + ",\"logit_B\":" + JsonNumber(order.logit_b) +
         ",\"tokens\":" + std::to_string(order.tokens) + "}";
}

std::string LabelJson(Label label, const Verdict& verdict) {
  switch (label) {
    case Label::kNone:
      return "";
    case Label::kTie:
      return ",\"label\":\"tie\"";
    case Label::kResponse1:
      return std::string(",\"label\":1,\"correct\":") +
             Bool(verdict.score_response1 > verdict.score_response2);
    case Label::kResponse2:
      return std::string(",\"label\":2,\"correct\":") +
             Bool(verdict.score_response2 > verdict.score_response1);
  }
  return "";
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

std::string VerdictLine(const InputRow& row, const Verdict& verdict) {
  std::string line = "{\"id\":" + row.id_json;
  line += ",\"score_response1\":" + JsonNumber(verdict.score_response1);
  line += ",\"score_response2\":" + JsonNumber(verdict.score_response2);
  line += std::string(",\"response1_is_better\":") + Bool(verdict.response1_is_better);
  line += ",\"margin\":" + JsonNumber(verdict.margin);
  line += ",\"order_gap\":" + JsonNumber(verdict.order_gap);
  line += std::string(",\"orders_agree\":") + Bool(verdict.orders_agree);
  line += ",\"orders\":[" + OrderJson(verdict.orders[0]) + "," + OrderJson(verdict.orders[1]) + "]";
  if (!row.comparisons.empty()) line += LabelJson(row.comparisons.front().label, verdict);
  return line + "}\n";
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

}  // namespace gram::cli
