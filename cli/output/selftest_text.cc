#include "cli/output/selftest_text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdio>

#include "jobs/verdicts/output_row.h"

namespace gram::cli {
namespace {

/// A float in as many digits as tell it from every other, and its bits.
std::string Exact(float value) {
  std::array<char, 64> buffer{};
  const int size = std::snprintf(buffer.data(), buffer.size(), "%.9g (%08x)",
                                 static_cast<double>(value), std::bit_cast<uint32_t>(value));
  return {buffer.data(), static_cast<size_t>(std::max(size, 0))};
}

std::string CheckJson(const SelfTestCheck& check) {
  std::string text = "{\"name\":" + jobs::JsonString(check.name);
  text += check.difference ? ",\"identical\":false" : ",\"identical\":true";
  if (check.difference) {
    const LogitDifference& found = *check.difference;
    text += ",\"difference\":{\"pair\":" + std::to_string(found.pair + 1);
    text += ",\"order\":" + std::to_string(found.order);
    text += ",\"token\":" + jobs::JsonString(std::string(1, found.token));
    text += ",\"expected\":" + jobs::JsonNumber(found.expected);
    text += ",\"got\":" + jobs::JsonNumber(found.got) + "}";
  }
  return text + "}";
}

}  // namespace

std::string CheckLine(const SelfTestCheck& check) {
  if (!check.difference) return "same bits  " + check.name + "\n";
  const LogitDifference& found = *check.difference;
  std::string text = "DIFFERENT  " + check.name + ": pair " + std::to_string(found.pair + 1);
  text += ", order " + std::to_string(found.order) + ", logit ";
  text += found.token;
  return text + ": " + Exact(found.got) + ", expected " + Exact(found.expected) + "\n";
}

std::string SelfTestVerdict(const SelfTestReport& report) {
  const auto different = static_cast<size_t>(
      std::count_if(report.checks.begin(), report.checks.end(),
                    [](const SelfTestCheck& check) { return check.difference.has_value(); }));
  const std::string checks = std::to_string(report.checks.size());
  std::string text = "\n";
  text += std::to_string(report.pairs) + " pairs, prompts of " + std::to_string(report.shortest);
  text += " to " + std::to_string(report.longest) + " tokens, isa " + report.engine.isa;
  text += ", up to " + std::to_string(report.engine.threads) + " threads\n";
  if (report.identical) return text + "All " + checks + " checks gave the same bits.\n";
  text += std::to_string(different) + " of " + checks + " checks gave other bits. ";
  return text + "That is a bug or a broken machine.\n";
}

std::string SelfTestJson(const SelfTestReport& report) {
  std::string text = "{\"model\":" + jobs::JsonString(report.engine.model_path);
  text += ",\"isa\":" + jobs::JsonString(report.engine.isa);
  text += ",\"threads\":" + std::to_string(report.engine.threads);
  text += ",\"pairs\":" + std::to_string(report.pairs);
  text += report.identical ? ",\"identical\":true" : ",\"identical\":false";
  text += ",\"checks\":[";
  for (size_t i = 0; i < report.checks.size(); ++i) {
    if (i > 0) text += ",";
    text += CheckJson(report.checks[i]);
  }
  return text + "]}\n";
}

}  // namespace gram::cli
