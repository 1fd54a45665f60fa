#include "cli/output/job_text.h"

#include <array>
#include <cmath>
#include <cstdio>

#include "jobs/io/count_text.h"

namespace gram::cli {
namespace {

using jobs::Counted;
using jobs::Grouped;

// Rounded down, so that 100 % is said only of all of them.
std::string Percent(int64_t part, int64_t whole) {
  constexpr int64_t kTenths = 1000;
  const auto tenths = static_cast<int64_t>(
      static_cast<double>(part) * static_cast<double>(kTenths) / static_cast<double>(whole));
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%lld.%lld %%", static_cast<long long>(tenths / 10),
                static_cast<long long>(tenths % 10));
  return text.data();
}

std::string Accuracy(const jobs::Totals& totals, bool ranking) {
  std::string text = "accuracy " + Percent(totals.correct, totals.labelled) + ": ";
  text += Grouped(totals.correct) + " of " +
          Counted(totals.labelled, ranking ? "labelled ranking" : "labelled verdict");
  const bool one = totals.correct == 1;
  if (ranking) {
    text += one ? " puts the right answer first" : " put the right answer first";
  } else {
    text += one ? " agrees with the label" : " agree with the label";
  }
  if (totals.label_ties > 0) {
    text += "; " + Counted(totals.label_ties, "label") +
            (totals.label_ties == 1 ? " is a tie and does" : " are ties and do") + " not count";
  }
  return text;
}

std::string Flips(const jobs::Totals& totals) {
  const int64_t verdicts = totals.orders_agree + totals.orders_disagree;
  return "flips " + Percent(totals.orders_disagree, verdicts) + ": in " +
         Grouped(totals.orders_disagree) + " of " + Counted(verdicts, "comparison") +
         " the judge prefers the other answer when the two change places";
}

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

std::string NotUnderstood(const jobs::Totals& totals) {
  std::string text;
  for (const auto& [field, rows] : totals.not_understood) {
    text += (text.empty() ? "labels not understood, so not counted: " : ", ") + field + " in " +
            Counted(rows, "row");
  }
  return text;
}

}  // namespace

std::vector<std::string> TotalsText(const jobs::Totals& totals, std::string_view verb) {
  std::vector<std::string> lines;
  if (totals.labelled > 0) {
    lines.push_back(Accuracy(totals, verb == "rank"));
  } else if (totals.label_ties > 0) {
    lines.push_back("accuracy unknown: " +
                    (totals.label_ties == 1
                         ? "the only label is a tie"
                         : "all " + Grouped(totals.label_ties) + " labels are ties"));
  }
  if (totals.orders_agree + totals.orders_disagree > 0) lines.push_back(Flips(totals));
  if (totals.undecided > 0) {
    lines.push_back("undecided: " + Counted(totals.undecided, "verdict") +
                    " with the same score for both answers" +
                    (totals.labelled > 0 ? "; where labelled, they count as wrong" : ""));
  }
  if (!totals.not_understood.empty()) lines.push_back(NotUnderstood(totals));
  return lines;
}

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
               Counted(report.longest, "token") + ", the limit is " + Grouped(max_tokens));
  return text + TimeText(report);
}

std::string Duration(double seconds) {
  constexpr int64_t kMinute = 60;
  constexpr int64_t kHour = 60 * kMinute;
  constexpr int64_t kDay = 24 * kHour;
  const int64_t whole = std::llround(seconds);
  std::array<char, 48> text{};
  const auto print = [&text](const char* format, int64_t large, int64_t small) {
    std::snprintf(text.data(), text.size(), format, static_cast<long long>(large),
                  static_cast<long long>(small));
  };
  if (whole < kMinute) return std::to_string(whole).append(" s");
  if (whole < kHour) return std::to_string(whole / kMinute).append(" min");
  if (whole < kDay) {
    print("%lld h %02lld min", whole / kHour, whole % kHour / kMinute);
  } else {
    print("%lld d %02lld h", whole / kDay, whole % kDay / kHour);
  }
  return text.data();
}

}  // namespace gram::cli
