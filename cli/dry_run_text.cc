// A dry run's report for people.
#include <cmath>
#include <string>

#include "cli/dry_run_text.h"
#include "cli/output/progress_text.h"

namespace gram::cli {
namespace {

std::string Line(std::string name, const std::string& value) {
  constexpr size_t kNameColumns = 18;
  name.resize(kNameColumns, ' ');
  return name + value + "\n";
}

std::string ErrorsText(const jobs::DryRunReport& report) {
  std::string text = Line("rows with errors", Grouped(report.failed_rows()));
  for (const auto& [code, errors] : report.errors) {
    text += Line("  " + code, Grouped(errors.rows));
    for (const std::string& message : errors.first) text += "    " + message + "\n";
    if (errors.rows > static_cast<int64_t>(errors.first.size())) text += "    ...\n";
  }
  return text;
}

std::string TokensText(const jobs::DryRunReport& report) {
  std::string computed = Grouped(report.computed);
  if (report.tokens > 0) {
    const double saved =
        1 - static_cast<double>(report.computed) / static_cast<double>(report.tokens);
    computed.append(", ").append(std::to_string(std::lround(saved * 100)));
    computed.append(" % less: the instruction and shared beginnings are computed once");
  }
  return Line("prompts", Grouped(report.prompts)) + Line("tokens", Grouped(report.tokens)) +
         Line("  computed", computed);
}

std::string TimeText(const jobs::DryRunReport& report) {
  if (report.measured_tokens == 0 || report.measured_seconds <= 0) {
    return Line("time", "unknown: no row could be scored");
  }
  const double speed = static_cast<double>(report.measured_tokens) / report.measured_seconds;
  const std::string measured = Grouped(std::llround(speed)) + " computed tokens/s, measured on " +
                               Counted(report.measured_pairs, "pair") + " in " +
                               Duration(report.measured_seconds) + " on this machine";
  const double seconds = static_cast<double>(report.computed) / speed;
  return Line("speed", measured) + Line("time", "about " + Duration(seconds));
}

}  // namespace

std::string DryRunText(const jobs::DryRunReport& report, int64_t max_tokens) {
  std::string text = Line("rows", Grouped(report.rows) + " in " + Counted(report.files, "file"));
  text += ErrorsText(report);
  const auto over = report.errors.find("too_long");
  const int64_t refused = over == report.errors.end() ? 0 : over->second.rows;
  text += Line("rows too long", Grouped(refused + report.shortened) + ", of these " +
                                    Grouped(report.shortened) + " to be shortened");
  text += Line("rows flagged", Grouped(report.flagged));
  text += Line("pairs", Grouped(report.pairs));
  text += TokensText(report);
  text += Line("longest prompt",
               Grouped(report.longest) + " tokens, the limit is " + Grouped(max_tokens));
  return text + TimeText(report);
}

}  // namespace gram::cli
