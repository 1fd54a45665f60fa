#include "jobs/eval/page/sections.h"

#include <algorithm>
#include <cmath>

#include "jobs/eval/page/html.h"
#include "jobs/eval/page/plot.h"
#include "jobs/io/count_text.h"

namespace gram::jobs {
namespace {

constexpr size_t kShownBytes = size_t{64} << 10;  // of each text

std::string Tile(const std::string& value, const std::string& name, const Estimate& estimate) {
  if (std::isnan(estimate.value)) return "";
  std::string content = "<b>" + value + "</b>" + Escaped(name);
  if (!std::isnan(estimate.interval.low)) {
    content += "<small>" + Percent(estimate.interval.low) + "\xE2\x80\x93" +
               Percent(estimate.interval.high) + "</small>";
  }
  return Element("div", "class=\"tile\"", content);
}

std::string ShareTile(const Estimate& estimate, const std::string& name) {
  return Tile(Percent(estimate.value) + "\xC2\xA0%", name, estimate);
}

std::string ValueTile(double value, int digits, const std::string& name) {
  Estimate estimate;
  estimate.value = value;
  return Tile(Decimal(value, digits), name, estimate);
}

std::string Cell(const std::optional<Estimate>& cell) {
  if (!cell) return "";
  std::string html = PercentWithInterval(*cell);
  if (cell->count > 0) html += " <small>of " + Grouped(cell->count) + "</small>";
  return html;
}

std::string TableHtml(const EvaluatedTable& table) {
  std::vector<std::string> header = {"<span class=\"note\">percent</span>"};
  for (const std::string& column : table.columns) header.push_back(Escaped(column));
  std::vector<std::vector<std::string>> lines;
  for (const EvaluatedLine& line : table.lines) {
    lines.push_back({Escaped(line.name)});
    for (const auto& cell : line.cells) lines.back().push_back(Cell(cell));
    lines.back().resize(header.size());
  }
  return Element("h3", "", Escaped(table.name)) + HtmlTable(header, lines) +
         Element("p", "class=\"note\"", Escaped(table.note));
}

std::string Fact(const std::string& text) { return Element("li", "", text); }

std::string ShareFact(const Estimate& estimate, const std::string& before,
                      const std::string& after) {
  if (std::isnan(estimate.value)) return "";
  std::string share = Percent(estimate.value) + "\xC2\xA0%";
  if (!std::isnan(estimate.interval.low)) {
    share += " (" + Percent(estimate.interval.low) + "\xE2\x80\x93" +
             Percent(estimate.interval.high) + ")";
  }
  return Fact(before + Element("b", "", share) + after);
}

std::string SlopeFact(const std::optional<LogisticFit>& fit) {
  if (!fit) {
    return Fact(
        "How much length counts cannot be told: texts are not at hand, or the judge is right "
        "everywhere.");
  }
  const double slope = fit->slopes[0];
  const double error = 1.96 * fit->errors[0];
  return Fact("An answer twice as long changes the log-odds of being preferred by <b>" +
              Decimal(slope, 2) + "</b> (" + Decimal(slope - error, 2) + " to " +
              Decimal(slope + error, 2) + "), the label held fixed; 0: no bias.");
}

Plot ReliabilityPlot(const Diagnostics& found) {
  Plot plot;
  plot.id = "reliability";
  plot.title = "Reliability";
  plot.description =
      "How often the winner is the better answer, by the probability that the judge "
      "gives it. On the dashed line the judge is as sure as it is right; below it, it "
      "is too sure. Larger dots are more verdicts. Expected calibration error " +
      Percent(found.calibration_error) + " percentage points.";
  plot.x = {"Probability of the winner", 0.5, 1};
  plot.y = {"Accuracy", 0, 1};
  plot.diagonal = true;
  for (const ReliabilityBin& bin : found.reliability) {
    plot.points.emplace_back(bin.confidence, bin.accuracy);
    plot.counts.push_back(bin.count);
  }
  return plot;
}

Plot MarginPlot(const Diagnostics& found) {
  Plot plot;
  plot.id = "margins";
  plot.title = "Accuracy by margin";
  plot.description =
      "Ten groups of verdicts, from those with the smallest margins to those with the "
      "largest. Bars that rise: margins tell right verdicts from wrong ones.";
  plot.x = {"Tenth of the verdicts, by margin", 0.5, 10.5, false, 10};
  plot.y = {"Accuracy", 0, 1};
  plot.line = false;
  for (size_t i = 0; i < found.by_margin.size(); ++i) {
    plot.points.emplace_back(static_cast<double>(i + 1), found.by_margin[i].accuracy);
  }
  return plot;
}

Plot AbstentionPlot(const Diagnostics& found) {
  Plot plot;
  plot.id = "abstention";
  plot.title = "Accuracy if the judge may abstain";
  plot.description =
      "Accuracy of the verdicts with the largest margins, by how many of them count. "
      "At the right end all do.";
  plot.x = {"Share of verdicts that count", 0, 1};
  plot.y = {"Accuracy", 0, 1};
  for (const KeptPoint& point : found.abstention)
    plot.points.emplace_back(point.share, point.accuracy);
  return plot;
}

// A text that was judged, as far as it is shown.
std::string TextHtml(const std::string& name, const std::string& text) {
  std::string_view shown(text);
  std::string note;
  if (shown.size() > kShownBytes) {
    size_t end = kShownBytes;
    while (end > 0 && (static_cast<unsigned char>(shown[end]) & 0xC0U) == 0x80U) --end;
    shown = shown.substr(0, end);
    note = Element("p", "class=\"note\"",
                   "The first " + Grouped(static_cast<int64_t>(end)) + " bytes of " +
                       Grouped(static_cast<int64_t>(text.size())) + ".");
  }
  return Element("b", "", name) + Element("pre", "class=\"text\" dir=\"auto\"", Escaped(shown)) +
         note;
}

std::string TextsOf(const std::map<int64_t, RowTexts>& all, const EvalRow& row,
                    const EvalPair& pair) {
  const auto found = all.find(row.number);
  if (found == all.end()) return "";
  const RowTexts& texts = found->second;
  if (pair.first >= texts.responses.size() || pair.second >= texts.responses.size()) return "";
  const auto name = [&](Label label, const std::string& response) {
    const bool labelled = pair.verdict.label == label;
    return response + (labelled ? " <span class=\"right\">(the label prefers it)</span>" : "");
  };
  return TextHtml("Question", texts.question) +
         TextHtml(name(Label::kResponse1, "Response 1"), texts.responses[pair.first]) +
         TextHtml(name(Label::kResponse2, "Response 2"), texts.responses[pair.second]);
}

std::string Summary(const EvalRow& row, const EvalPair& pair) {
  const LineVerdict& verdict = pair.verdict;
  std::string text = "Row " + Grouped(row.number) + ", id " + Escaped(row.id_json) + ": margin " +
                     Decimal(verdict.margin, 3);
  if (verdict.correct) {
    text += *verdict.correct ? " <span class=\"right\">right</span>"
                             : " <span class=\"wrong\">wrong</span>";
  }
  if (verdict.orders_agree == false) text += ", the orders disagree";
  return text;
}

}  // namespace

std::string TilesHtml(const Diagnostics& found) {
  return Element("div", "class=\"tiles\"",
                 ShareTile(found.accuracy, "accuracy") +
                     ShareTile(found.flips, "flips with the order") +
                     ShareTile(found.slot_a, "slot A preferred") +
                     ShareTile(found.longer, "longer answer preferred") +
                     ValueTile(100 * found.calibration_error, 1, "calibration error, points") +
                     ValueTile(found.log_loss, 3, "log-loss"));
}

std::string TablesHtml(const Evaluation& evaluation) {
  std::string html;
  for (const EvaluatedTable& table : evaluation.tables) html += TableHtml(table);
  for (const std::string& remark : evaluation.remarks) {
    html += Element("p", "class=\"note\"", Escaped(remark) + ".");
  }
  return html;
}

std::string BiasHtml(const Diagnostics& found) {
  std::string facts;
  facts +=
      ShareFact(found.flips, "The two orders prefer different answers in ", " of the verdicts.");
  facts += ShareFact(found.slot_a, "The answer shown first wins ",
                     " of the prompts; 50: the place does not count.");
  facts +=
      ShareFact(found.longer, "The longer answer wins in ", " of the pairs that differ in length.");
  facts += ShareFact(found.if_longer, "Where the better answer is the longer one, ", " are right.");
  facts += ShareFact(found.if_shorter, "Where it is the shorter one, ", " are right.");
  facts += SlopeFact(found.length_slope);
  facts +=
      Fact("Log-loss " + Decimal(found.log_loss, 4) + ", Brier score " + Decimal(found.brier, 4) +
           "; a judge that always says one half has 0.6931 and 0.25.");
  if (found.undecided > 0) {
    facts += Fact(Counted(found.undecided, "verdict") + " without a winner, counted as wrong.");
  }
  if (found.label_ties > 0) {
    facts += Fact(Counted(found.label_ties, "pair") + " labelled a tie, not counted.");
  }
  return Element("ul", "", facts);
}

std::string PlotsHtml(const Diagnostics& found, const std::string& prefix) {
  if (found.reliability.empty()) return "";
  std::string plots;
  for (Plot plot : {ReliabilityPlot(found), AbstentionPlot(found), MarginPlot(found)}) {
    plot.id = prefix + plot.id;
    plots += PlotHtml(plot);
  }
  return Element("div", "class=\"plots\"", plots);
}

std::string PairsHtml(const EvalRun& run, const std::map<int64_t, RowTexts>& texts,
                      const std::vector<PairPlace>& places) {
  std::string html;
  for (const PairPlace& place : places) {
    const EvalRow& row = run.rows[place.row];
    const EvalPair& pair = row.pairs[place.pair];
    const std::string folded = TextsOf(texts, row, pair);
    const std::string summary = Summary(row, pair);
    html += Element("div", "class=\"case\"",
                    folded.empty() ? Element("p", "", summary) : Folded(summary, folded));
  }
  return html;
}

std::string PlacesHtml(const EvalRun& run, const std::vector<PairPlace>& places) {
  std::vector<std::vector<std::string>> lines;
  for (const PairPlace& place : places) {
    const EvalRow& row = run.rows[place.row];
    const LineVerdict& verdict = row.pairs[place.pair].verdict;
    const bool agree = verdict.orders_agree.value_or(true);
    lines.push_back({Escaped(row.id_json), Grouped(row.number), Decimal(verdict.margin, 4),
                     Grouped(verdict.tokens), agree ? "" : "disagree"});
  }
  return Folded(Counted(static_cast<int64_t>(places.size()), "verdict"),
                HtmlTable({"Id", "Row", "Margin", "Tokens", "Orders"}, lines));
}

}  // namespace gram::jobs
