#include "cli/output/eval_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "jobs/io/count_text.h"

namespace gram::cli {
namespace {

using jobs::Counted;
using jobs::Grouped;

constexpr size_t kGap = 2;          // columns between columns
constexpr size_t kNoteWidth = 100;  // of notes
constexpr size_t kNames = 24;       // of figures
constexpr size_t kValues = 30;      // likewise

std::string Fixed(double value, int digits) {
  if (!std::isfinite(value)) return "-";
  std::array<char, 64> buffer{};
  const int size = std::snprintf(buffer.data(), buffer.size(), "%.*f", digits, value);
  return {buffer.data(), static_cast<size_t>(std::max(size, 0))};
}

std::string Range(const jobs::Interval& interval) {
  if (std::isnan(interval.low)) return "";
  return Percentage(interval.low) + "-" + Percentage(interval.high);
}

std::string Right(const std::string& text, size_t width) {
  return std::string(width > text.size() ? width - text.size() : 0, ' ') + text;
}

std::string Left(const std::string& text, size_t width) {
  return text + std::string(width > text.size() ? width - text.size() : 0, ' ');
}

// `text` in lines of at most kNoteWidth, broken at spaces.
std::string Wrapped(const std::string& text) {
  std::string lines;
  size_t column = 0;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    const bool breaks = column > 0 && column + 1 + (end - begin) > kNoteWidth;
    if (column > 0) lines += breaks ? '\n' : ' ';
    column = breaks ? 0 : column + (column > 0 ? 1 : 0);
    lines.append(text, begin, end - begin);
    column += end - begin;
    begin = end + 1;
  }
  return lines + "\n";
}

// A table's texts: a line is a name and a text for each column.
using TextLine = std::vector<std::string>;

// Of a table of one column: all of a line's numbers beside each other.
TextLine Beside(const jobs::EvaluatedLine& line) {
  TextLine text = {line.name};
  for (const auto& cell : line.cells) {
    if (!cell) continue;
    text.push_back(Percentage(cell->value));
    text.push_back(Range(cell->interval));
    if (cell->count > 0) text.push_back("of " + Grouped(cell->count));
  }
  return text;
}

// Of others: a line of values, with those of their intervals and counts below.
void AddBelow(const jobs::EvaluatedLine& line, std::vector<TextLine>& lines) {
  TextLine values = {line.name};
  TextLine ranges = {""};
  TextLine counts = {"  of"};
  for (const auto& cell : line.cells) {
    values.push_back(cell ? Percentage(cell->value) : "");
    ranges.push_back(cell ? Range(cell->interval) : "");
    counts.push_back(cell && cell->count > 0 ? Grouped(cell->count) : "");
  }
  lines.push_back(values);
  if (line.published) return;
  lines.push_back(ranges);
  lines.push_back(counts);
}

std::vector<TextLine> TextsOf(const jobs::EvaluatedTable& table) {
  std::vector<TextLine> lines = {{""}};
  const bool one = table.columns.size() == 1;
  for (const std::string& column : table.columns) lines.front().push_back(column);
  for (const jobs::EvaluatedLine& line : table.lines) {
    one ? lines.push_back(Beside(line)) : AddBelow(line, lines);
  }
  return lines;
}

std::string TableText(const jobs::EvaluatedTable& table) {
  const std::vector<TextLine> lines = TextsOf(table);
  std::vector<size_t> widths;
  for (const TextLine& line : lines) {
    widths.resize(std::max(widths.size(), line.size()), 0);
    for (size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  }
  std::string text = table.name + "\n";
  for (const TextLine& line : lines) {
    std::string row = Left(line.front(), widths.front());
    for (size_t i = 1; i < line.size(); ++i) {
      row += Right(line[i], widths[i] + kGap);
    }
    row.erase(row.find_last_not_of(' ') + 1);
    text += row + "\n";
  }
  return text + Wrapped(table.note) + "\n";
}

// A figure of the judge: its name, its value in percent with the interval, and what it means.
std::string Figure(const std::string& name, const jobs::Estimate& estimate,
                   const std::string& meaning) {
  if (std::isnan(estimate.value)) return "";
  std::string value = Percentage(estimate.value) + " %";
  const std::string range = Range(estimate.interval);
  if (!range.empty()) value += " (" + range + ")";
  value += " of " + Grouped(estimate.count);
  return Left(name, kNames) + Left(value, kValues) + meaning + "\n";
}

std::string LengthText(const jobs::Diagnostics& found) {
  std::string text =
      Figure("longer preferred", found.longer, "pairs that differ in length; 50: no bias") +
      Figure("better is longer", found.if_longer, "accuracy where the better answer is longer") +
      Figure("better is shorter", found.if_shorter, "accuracy where it is shorter");
  if (!found.length_slope) return text;
  return text + Left("length slope", kNames) +
         Left(Fixed(found.length_slope->slopes[0], 2) + " +- " +
                  Fixed(1.96 * found.length_slope->errors[0], 2),
              kValues) +
         "log-odds for an answer twice as long, the label held fixed\n";
}

std::string DiagnosticsText(const jobs::Diagnostics& found) {
  std::string text = "The judge\n";
  text += Figure("accuracy", found.accuracy, "verdicts that prefer the labelled answer");
  text += Figure("flips", found.flips, "verdicts whose two orders prefer different answers");
  text += Figure("slot A preferred", found.slot_a, "prompts; 50: no bias towards a place");
  text += LengthText(found);
  text += Left("calibration error", kNames) +
          Left(Percentage(found.calibration_error) + " %", kValues) +
          "expected distance of probability and accuracy\n";
  text += Left("log-loss, Brier", kNames) +
          Left(Fixed(found.log_loss, 4) + ", " + Fixed(found.brier, 4), kValues) +
          "0.6931 and 0.25: a judge that says one half always\n";
  int64_t failed = 0;
  for (const auto& [code, rows] : found.failed) failed += rows;
  if (failed > 0)
    text += Counted(failed, "row") + " of " + Grouped(found.rows) + " without a verdict\n";
  if (found.label_ties > 0)
    text += Counted(found.label_ties, "pair") + " labelled a tie, not counted\n";
  if (found.undecided > 0) {
    text += Counted(found.undecided, "verdict") + " without a winner, counted as wrong\n";
  }
  return text;
}

}  // namespace

std::string Percentage(double share) { return Fixed(100 * share, 1); }

std::string EvaluationText(const jobs::Evaluation& evaluation) {
  std::string text;
  for (const jobs::EvaluatedTable& table : evaluation.tables) text += TableText(table);
  text += DiagnosticsText(evaluation.diagnostics);
  for (const std::string& remark : evaluation.remarks) text += Wrapped(remark);
  return text + Wrapped(jobs::IntervalsText(evaluation) + ".");
}

std::string ComparisonText(const jobs::RunComparison& comparison) {
  std::string text = "The second run against the first\n";
  text += Figure("accuracy", comparison.difference, "difference, pair by pair");
  text += Left("other winner", kNames) +
          Left(Grouped(comparison.changed) + " of " + Grouped(comparison.pairs), kValues) +
          "verdicts\n";
  text += Left("only first right", kNames) + Grouped(comparison.only_first_right) + "\n";
  text += Left("only second right", kNames) + Grouped(comparison.only_second_right) + "\n";
  text += Left("both right, both wrong", kNames) + Grouped(comparison.both_right) + ", " +
          Grouped(comparison.both_wrong) + "\n";
  return text + Left("McNemar's exact test", kNames) +
         Left("p = " + Fixed(comparison.mcnemar_p, 4), kValues) +
         "chance of so uneven a split if both were as good\n";
}

std::string AuditText(const jobs::AuditResult& result) {
  jobs::EvaluatedTable table{"Probes", "", {"Flips", "Towards it", "Away from it"}, {}};
  table.lines.push_back({"swap", {result.swap_flips, std::nullopt, std::nullopt}});
  table.note =
      "In percent of the verdicts, of which each probe changes two for each pair. Towards it: the "
      "answer with the probe wins and did not before. Swap: the two orders prefer different "
      "answers.";
  std::string meanings;
  for (const jobs::ProbeEffect& effect : result.effects) {
    table.lines.push_back({effect.name, {effect.flips, effect.towards, effect.away}});
    meanings += Left(effect.name, 12) + Left("margin " + Fixed(effect.shift.value, 2), 16) +
                effect.meaning + "\n";
  }
  std::string text = TableText(table) + meanings;
  if (result.failed > 0) text += Counted(result.failed, "pair") + " without a verdict\n";
  return text + Counted(static_cast<int64_t>(result.rows), "row") + " drawn\n";
}

}  // namespace gram::cli
