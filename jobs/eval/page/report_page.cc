#include "jobs/eval/page/report_page.h"

#include <algorithm>

#include "gram/version.h"
#include "jobs/eval/page/html.h"
#include "jobs/eval/page/sections.h"
#include "jobs/eval/page/style.h"
#include "jobs/io/count_text.h"
#include "jobs/run/command_line.h"

namespace gram::jobs {
namespace {

std::string Paragraph(const std::string& html) { return Element("p", "", html); }

std::string ListSection(const std::string& title, const std::string& what,
                        const std::string& content) {
  return Element("h3", "", title) + Element("p", "class=\"note\"", what) + content;
}

std::string ListsHtml(const ReportRun& run) {
  const Diagnostics& found = run.evaluation.diagnostics;
  std::string html;
  if (!found.wrong.empty()) {
    html += ListSection("Surest verdicts against the label",
                        "The largest margins among wrong verdicts: a label may be wrong here, too.",
                        PairsHtml(run.run, run.texts, found.wrong));
  }
  html += ListSection("Most doubtful verdicts", "The smallest margins.",
                      PlacesHtml(run.run, found.doubtful));
  html += ListSection("Longest prompts", "They take the most time.",
                      PlacesHtml(run.run, found.longest));
  if (run.texts.empty() && !run.run.without_texts.empty()) {
    html +=
        Element("p", "class=\"note\"", "Without texts: " + Escaped(run.run.without_texts) + ".");
  }
  return html;
}

std::string FailedHtml(const Diagnostics& found) {
  if (found.failed.empty()) return "";
  std::string codes;
  for (const auto& [code, rows] : found.failed) {
    codes += (codes.empty() ? "" : ", ") + Grouped(rows) + " " + Escaped(code);
  }
  return Paragraph("Rows without a verdict, which no figure counts: " + codes + ".");
}

std::vector<int64_t> NumbersOf(const EvalRun& run, const std::vector<PairPlace>& places) {
  std::vector<int64_t> numbers;
  for (const PairPlace& place : places) numbers.push_back(run.rows[place.row].number);
  return numbers;
}

std::string SettingRow(const std::string& name, const std::string& value) {
  if (value.empty()) return "";
  return "<tr><th scope=\"row\">" + Escaped(name) + "</th><td><code>" + Escaped(value) +
         "</code></td></tr>\n";
}

std::string CountsHtml(const RunComparison& comparison) {
  return HtmlTable(
      {"", "Second right", "Second wrong"},
      {{"First right", Grouped(comparison.both_right), Grouped(comparison.only_first_right)},
       {"First wrong", Grouped(comparison.only_second_right), Grouped(comparison.both_wrong)}});
}

std::string FlipsHtml(const ReportRun& first, const ReportRun& second,
                      const RunComparison& comparison) {
  if (comparison.flips.empty()) return Paragraph("Both runs prefer the same answers everywhere.");
  std::vector<std::vector<std::string>> lines;
  for (const PairPlace& place : comparison.flips) {
    const EvalRow& row = first.run.rows[place.row];
    const double was = row.pairs[place.pair].verdict.margin;
    const double is = second.run.rows[place.row].pairs[place.pair].verdict.margin;
    lines.push_back({Escaped(row.id_json), Decimal(was, 3), Decimal(is, 3)});
  }
  return HtmlTable({"Id", "Margin, first", "Margin, second"}, lines) +
         PairsHtml(first.run, first.texts, comparison.flips);
}

std::string RunSection(const std::string& title, const ReportRun& run) {
  return Element("h2", "", title + ": " + Escaped(run.run.path)) +
         TilesHtml(run.evaluation.diagnostics) + TablesHtml(run.evaluation) +
         BiasHtml(run.evaluation.diagnostics) + PlotsHtml(run.evaluation.diagnostics, title) +
         ProvenanceHtml(run.run);
}

}  // namespace

std::vector<int64_t> RowsShown(const EvalRun& run, const Diagnostics& diagnostics) {
  return NumbersOf(run, diagnostics.wrong);
}

std::vector<int64_t> RowsShown(const EvalRun& run, const RunComparison& comparison) {
  return NumbersOf(run, comparison.flips);
}

std::string HtmlPage(const std::string& title, const std::string& body) {
  const std::string head =
      "<meta charset=\"utf-8\">\n"
      // Nothing is loaded from anywhere, whatever a text says.
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'; img-src data:\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<link rel=\"icon\" href=\"data:,\">\n" +
      Element("title", "", Escaped(title)) + Element("style", "", kPageStyle);
  return "<!DOCTYPE html>\n" +
         Element("html", "lang=\"en\"", Element("head", "", head) + Element("body", "", body));
}

std::string ProvenanceHtml(const EvalRun& run) {
  std::string lines = SettingRow("verdicts", run.path);
  if (run.manifest) {
    const RunHistory& history = run.manifest->history;
    for (const Setting& fact : history.facts) lines += SettingRow(fact.name, fact.value);
    for (const Setting& setting : run.manifest->identity.settings) {
      lines += SettingRow(setting.name, setting.value);
    }
    for (const InputRecord& input : run.manifest->identity.inputs)
      lines += SettingRow("input", input.path);
    std::string versions;
    for (const std::string& version : history.versions)
      versions += (versions.empty() ? "" : ", ") + version;
    lines += SettingRow("versions", versions);
    lines += SettingRow("command", ShellLine(history.command));
    lines += SettingRow("started", history.started);
  } else {
    lines += SettingRow("judge", "not known: there is no manifest beside the verdicts");
  }
  lines += SettingRow("evaluated by", "gram-cpu " + Version());
  return Element("h3", "", "Where this comes from") +
         Element("div", "class=\"scroll\" tabindex=\"0\"",
                 Element("table", "", Element("tbody", "", lines)));
}

std::string ReportPage(const ReportRun& run) {
  const Diagnostics& found = run.evaluation.diagnostics;
  const std::string title = run.evaluation.benchmark + ": how well the judge judges";
  std::string body = Element("h1", "", Escaped(title));
  body +=
      Paragraph(Counted(found.labelled, "labelled verdict") + " in " + Counted(found.rows, "row") +
                ". " + Escaped(IntervalsText(run.evaluation)) + ".");
  body += FailedHtml(found) + TilesHtml(found);
  body += Element("h2", "", "Tables") + TablesHtml(run.evaluation);
  body += Element("h2", "", "The judge") + BiasHtml(found) + PlotsHtml(found);
  body += Element("h2", "", "Verdicts to look at") + ListsHtml(run);
  body += ProvenanceHtml(run.run);
  return HtmlPage(title, body);
}

std::string ComparisonPage(const ReportRun& first, const ReportRun& second,
                           const RunComparison& comparison) {
  const std::string title = first.evaluation.benchmark + ": two judges on the same pairs";
  std::string body = Element("h1", "", Escaped(title));
  body += Paragraph("Of " + Counted(comparison.pairs, "pair") + " that both judged, " +
                    Grouped(comparison.changed) +
                    " have another winner. Accuracy of the second less "
                    "that of the first: " +
                    PercentWithInterval(comparison.difference) + " percentage points.");
  body += CountsHtml(comparison);
  body += Paragraph("McNemar's exact test: p = " + Decimal(comparison.mcnemar_p, 4) +
                    ", the probability of so uneven a split of the pairs that one judge alone gets "
                    "right, if both were as good.");
  body += Element("h2", "", "Pairs with another winner") + FlipsHtml(first, second, comparison);
  body += RunSection("First", first) + RunSection("Second", second);
  return HtmlPage(title, body);
}

}  // namespace gram::jobs
