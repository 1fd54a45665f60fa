#include "cli/output/selftest_text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdio>

#include "jobs/verdicts/value_text.h"

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

std::string Verdict(size_t checks, size_t different) {
  std::string text = different == 0 ? "All " : std::to_string(different) + " of ";
  text += std::to_string(checks);
  if (different == 0) return text += " checks gave the same bits.\n";
  return text += " checks gave different bits. That is a bug or a broken machine.\n";
}

size_t Different(const SelfTestReport& report) {
  return static_cast<size_t>(
      std::count_if(report.checks.begin(), report.checks.end(),
                    [](const SelfTestCheck& check) { return check.difference.has_value(); }));
}

std::string ReportJson(const SelfTestReport& report) {
  std::string text = "{\"model\":" + jobs::JsonString(report.model);
  text += ",\"isa\":" + jobs::JsonString(report.engine.isa);
  if (!report.engine.library_kernel.empty()) {
    text += ",\"library_kernel\":" + jobs::JsonString(report.engine.library_kernel);
  }
  text += ",\"threads\":" + std::to_string(report.engine.threads);
  text += ",\"threads_asked\":" + std::to_string(report.engine.threads_asked);
  text += ",\"pairs\":" + std::to_string(report.pairs);
  text += report.identical ? ",\"identical\":true" : ",\"identical\":false";
  text += ",\"checks\":[";
  for (size_t i = 0; i < report.checks.size(); ++i) {
    if (i > 0) text += ",";
    text += CheckJson(report.checks[i]);
  }
  return text + "]}";
}

}  // namespace

std::string CheckLine(const SelfTestCheck& check) {
  if (!check.difference) return "same bits  " + check.name + "\n";
  const LogitDifference& found = *check.difference;
  std::string text = "DIFFERENT  " + check.name + ": pair " + std::to_string(found.pair + 1);
  if (found.token == 'R') {
    text += ", reward of response " + std::to_string(found.order);
  } else {
    text += ", order " + std::to_string(found.order) + ", logit ";
    text += found.token;
  }
  return text + ": " + Exact(found.got) + ", expected " + Exact(found.expected) + "\n";
}

std::string SelfTestVerdict(const SelfTestReport& report) {
  std::string text = "\n";
  text += std::to_string(report.pairs) + " pairs, prompts of " + std::to_string(report.shortest);
  text += " to " + std::to_string(report.longest) + " tokens, isa " + report.engine.isa;
  text += ", up to " + std::to_string(report.engine.threads) + " threads\n";
  return text + Verdict(report.checks.size(), Different(report));
}

std::string SelfTestJson(const SelfTestReport& report) { return ReportJson(report) + "\n"; }

std::string ReportLines(const SelfTestReport& report) {
  std::string text;
  for (const SelfTestCheck& check : report.checks) {
    if (check.difference) text += CheckLine(check);
  }
  text += report.identical ? "same bits  " : "DIFFERENT  ";
  text += report.engine.isa + ", up to " + std::to_string(report.engine.threads) + " threads, ";
  text += std::to_string(report.checks.size()) + " checks on prompts of ";
  text += std::to_string(report.shortest) + " to " + std::to_string(report.longest);
  return text + " tokens: " + report.model + "\n";
}

std::string MachineVerdict(std::span<const SelfTestReport> reports) {
  size_t checks = 0;
  size_t different = 0;
  for (const SelfTestReport& report : reports) {
    checks += report.checks.size();
    different += Different(report);
  }
  std::string text = "\n";
  return text += Verdict(checks, different);
}

std::string MachineJson(std::span<const SelfTestReport> reports) {
  std::string text;
  bool identical = true;
  for (const SelfTestReport& report : reports) {
    identical = identical && report.identical;
    if (!text.empty()) text += ",";
    text += ReportJson(report);
  }
  const std::string begin = identical ? "{\"identical\":true" : "{\"identical\":false";
  return begin + ",\"reports\":[" + text + "]}\n";
}

}  // namespace gram::cli
