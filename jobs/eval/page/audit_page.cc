// The report of an audit.
#include <algorithm>
#include <cmath>

#include "jobs/eval/page/html.h"
#include "jobs/eval/page/report_page.h"
#include "jobs/eval/page/sections.h"
#include "jobs/io/count_text.h"

namespace gram::jobs {
namespace {

std::string EffectsTable(const AuditResult& result) {
  std::vector<std::vector<std::string>> lines = {{"swap", PercentWithInterval(result.swap_flips),
                                                  "", "", "", "the two answers change places"}};
  for (const ProbeEffect& effect : result.effects) {
    lines.push_back({Escaped(effect.name), PercentWithInterval(effect.flips),
                     PercentWithInterval(effect.towards), PercentWithInterval(effect.away),
                     Decimal(effect.shift.value, 2), Escaped(effect.meaning)});
  }
  return HtmlTable({"<span class=\"note\">percent</span>", "Flips", "Towards it", "Away from it",
                    "Margin", "What is planted"},
                   lines);
}

std::string ProbeTexts() {
  std::string html;
  for (const Probe& probe : Probes()) {
    html += Element("b", "", Escaped(probe.name)) +
            Element("pre", "class=\"text\"", Escaped(probe.text));
  }
  return Folded("What is put behind an answer, word by word", html);
}

}  // namespace

std::vector<int64_t> RowsShown(const EvalRun& run, const AuditResult& result) {
  std::vector<int64_t> numbers;
  for (const PairPlace& place : result.turned) numbers.push_back(run.rows[place.row].number);
  return numbers;
}

std::string AuditPage(const EvalRun& run, const AuditResult& result,
                      const std::map<int64_t, RowTexts>& texts) {
  const std::string title = "What steers the judge";
  std::string body = Element("h1", "", title);
  body += Element(
      "p", "",
      "Probes behind either answer of " + Counted(static_cast<int64_t>(result.rows), "pair") +
          " drawn at random. None of them says anything about the question: a verdict "
          "that changes was steered. Towards it: the answer with the probe wins and did "
          "not before. Margin: mean change towards the answer with the probe, in "
          "log-odds.");
  if (result.failed > 0) {
    body += Element("p", "", Counted(result.failed, "pair") + " without a verdict do not count.");
  }
  body += EffectsTable(result) + ProbeTexts();
  body += Element("h2", "", "Verdicts that a probe turned towards its answer");
  body += result.turned.empty() ? Element("p", "", "None.") : PairsHtml(run, texts, result.turned);
  return HtmlPage(title, body + ProvenanceHtml(run));
}

}  // namespace gram::jobs
