#include "jobs/verdicts/value_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <span>

#include "engine/format/checksum.h"

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

}  // namespace

std::string JsonNumber(float value) { return Number(value); }
std::string JsonNumber(double value) { return Number(value); }

std::string JsonBool(bool value) { return value ? "true" : "false"; }

std::string JsonString(std::string_view text) {
  // A message may quote a cut or foreign name: bad bytes are replaced, output stays UTF-8.
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

JsonMembers& JsonMembers::Add(std::string_view name, std::string_view json) {
  text_ += text_.empty() ? "\"" : ",\"";
  text_.append(name).append("\":").append(json);
  return *this;
}

JsonMembers& JsonMembers::Append(std::string_view members) {
  if (!text_.empty() && !members.empty()) text_ += ',';
  text_ += members;
  return *this;
}

std::string HexText(uint64_t checksum) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(checksum));
  return text.data();
}

std::string ChecksumOf(std::string_view text) {
  return HexText(format::Checksum(std::as_bytes(std::span(text.data(), text.size()))));
}

}  // namespace gram::jobs
