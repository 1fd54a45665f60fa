// JudgeBench: pairs of answers of which one is right (Tan et al., ICLR 2025, arXiv 2410.12784).
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "jobs/eval/benchmark.h"
#include "jobs/io/count_text.h"

namespace gram::jobs {
namespace {

struct Category {
  const char* name;
  std::string_view source;  // how the rows' "source" begins
};

constexpr std::array<Category, 4> kCategories = {Category{"Knowledge", "mmlu-pro"},
                                                 {"Reasoning", "livebench-reasoning"},
                                                 {"Math", "livebench-math"},
                                                 {"Coding", "livecodebench"}};

struct Published {
  const char* name;
  std::array<double, 5> percent;  // the categories and their mean
};

// The GRAM models' cards, on the pairs of GPT-4o's answers.
constexpr std::array<Published, 5> kPublished = {
    Published{"GRAM-Qwen3-14B", {63.0, 64.3, 89.3, 69.1, 71.4}},
    {"GRAM-LLaMA3.2-3B", {59.7, 64.3, 84.0, 71.4, 69.9}},
    {"GRAM-Qwen3-8B", {62.3, 64.3, 80.4, 64.3, 67.8}},
    {"GRAM-Qwen3-4B", {59.7, 59.2, 80.4, 64.3, 65.9}},
    {"GRAM-Qwen3-1.7B", {60.4, 65.3, 78.6, 57.1, 65.4}}};

const Category* CategoryOf(std::string_view source) {
  for (const Category& category : kCategories) {
    if (source.starts_with(category.source)) return &category;
  }
  return nullptr;
}

// 1 for a game that the labelled answer wins, -1 for one that it loses, 0 for a tie. `leads` is the
// lead of the labelled answer's slot.
int Game(double leads) { return leads > 0 ? 1 : leads < 0 ? -1 : 0; }

// JudgeBench's own rule for judges that are shown both orders: right where the two decisions
// together speak for the label, so one right and one tie are enough, one right and one wrong are
// not. A judge without orders decides once.
double TwoGames(const EvalPair& pair) {
  const std::array<double, 2>& leads = pair.verdict.slot_a_leads;
  if (std::isnan(leads[0]) || std::isnan(leads[1])) return *pair.verdict.correct ? 1 : 0;
  const int first_is_right = pair.verdict.label == Label::kResponse1 ? 1 : -1;
  return first_is_right * (Game(leads[0]) - Game(leads[1])) > 0 ? 1 : 0;
}

// The figures of one rule, whose groups have names that begin with `rule`.
struct RuleFigures {
  std::vector<FigureId> categories;
  FigureId average;
  FigureId all;
};

RuleFigures FiguresOf(const std::string& rule, Scoreboard& board) {
  RuleFigures figures;
  for (const Category& category : kCategories) {
    figures.categories.push_back(board.Mean(rule + category.name));
  }
  figures.average = board.MeanOf(figures.categories);
  figures.all = board.Mean(rule + "all");
  return figures;
}

TableLine LineOf(const std::string& name, const RuleFigures& figures) {
  TableLine line{name, {}};
  for (const FigureId figure : figures.categories) line.figures.emplace_back(figure);
  line.figures.emplace_back(figures.average);
  line.figures.emplace_back(figures.all);
  return line;
}

// What GRAM's script calls the overall average: over all pairs and, beside them, the four
// categories' means.
FigureId ScriptOverall(const RuleFigures& score, Scoreboard& board) {
  std::vector<Scoreboard::Term> terms = {
      {score.all, static_cast<double>(board.Count("score all"))}};
  for (const FigureId figure : score.categories) terms.push_back({figure, 1});
  return board.Sum(std::move(terms), /*normalised=*/true);
}

void AddRows(const EvalRun& run, TableDraft& draft) {
  std::map<std::string, int64_t> unknown;
  for (const EvalRow& row : run.rows) {
    const Category* category = CategoryOf(row.fields[0]);
    if (category == nullptr) {
      ++unknown[row.fields[0]];
      continue;
    }
    for (const EvalPair& pair : row.pairs) {
      const auto correct = Correct(pair);
      if (!correct) continue;
      for (const std::string& group : {std::string(category->name), std::string("all")}) {
        draft.board.Add("score " + group, row.cluster, *correct);
        draft.board.Add("games " + group, row.cluster, TwoGames(pair));
      }
    }
  }
  for (const auto& [source, rows] : unknown) {
    draft.remarks.push_back(Counted(rows, "row") + " of source \"" + source +
                            "\" are in no category and not in the tables");
  }
}

}  // namespace

void BuildJudgeBench(const EvalRun& run, TableDraft& draft) {
  AddRows(run, draft);
  const RuleFigures score = FiguresOf("score ", draft.board);
  const RuleFigures games = FiguresOf("games ", draft.board);
  Table table{"JudgeBench",
              "By score: the labelled answer's score is strictly the higher one. Both games: "
              "JudgeBench's own rule, the two orders' decisions together speak for the label. "
              "Average: the mean of the four categories, as the GRAM models' cards have it. All "
              "pairs: JudgeBench's overall. Published lines are of the pairs of GPT-4o's answers.",
              {"Knowledge", "Reasoning", "Math", "Coding", "Average", "All pairs"},
              {}};
  table.lines.push_back(LineOf("This judge, by score", score));
  table.lines.push_back(LineOf("This judge, both games", games));
  for (const Published& published : kPublished) {
    TableLine line{std::string(published.name) + " (published)", {}, {}};
    for (const double percent : published.percent) line.published.push_back(percent / 100);
    table.lines.push_back(std::move(line));
  }
  draft.tables.push_back(std::move(table));
  draft.tables.push_back(
      {"GRAM's script",
       "What GRAM's get_judgebench_score.py prints as overall: the mean over all pairs and, beside "
       "them, the four categories' means.",
       {"Overall"},
       {{"This judge, by score", {ScriptOverall(score, draft.board)}}}});
}

}  // namespace gram::jobs
