// RM-Bench: three styles of a right answer against three of a wrong one (Liu et al., ICLR 2025,
// arXiv 2410.16184).
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "jobs/eval/benchmark.h"
#include "jobs/io/count_text.h"

namespace gram::jobs {
namespace {

constexpr size_t kStyles = 3;
constexpr std::array<const char*, 3> kLevels = {"Easy", "Normal", "Hard"};

struct Domain {
  const char* name;
  std::vector<std::string_view> parts;  // values of "domain", each of which counts the same
};

const std::array<Domain, 4>& Domains() {
  static const std::array<Domain, 4> domains = {Domain{"Chat", {"chat"}},
                                                {"Math", {"math"}},
                                                {"Code", {"code"}},
                                                {"Safety", {"safety-refuse", "safety-response"}}};
  return domains;
}

bool IsKnown(const std::string& part) {
  for (const Domain& domain : Domains()) {
    for (const std::string_view known : domain.parts) {
      if (known == part) return true;
    }
  }
  return false;
}

// The places of the chosen and of the rejected answer in the matrix; nothing where they cannot be
// told. GRAM's files have a row for each cell, with its place in "matrix_id": "0-2".
std::optional<std::pair<size_t, size_t>> Cell(const EvalRow& row, const EvalPair& pair) {
  if (row.pairs.size() == kStyles * kStyles) return {{pair.first % kStyles, pair.second % kStyles}};
  const std::string& id = row.fields[1];
  const bool cell =
      id.size() == 3 && id[1] == '-' && id[0] >= '0' && id[0] < '3' && id[2] >= '0' && id[2] < '3';
  if (!cell) return std::nullopt;
  return {{static_cast<size_t>(id[0] - '0'), static_cast<size_t>(id[2] - '0')}};
}

// Easy where the right answer has the fancier style, hard where the wrong one has.
const char* LevelOf(std::pair<size_t, size_t> cell) {
  if (cell.first == cell.second) return kLevels[1];
  return cell.first > cell.second ? kLevels[0] : kLevels[2];
}

void AddRows(const EvalRun& run, TableDraft& draft) {
  std::map<std::string, int64_t> unknown;
  for (const EvalRow& row : run.rows) {
    const std::string& part = row.fields[0];
    for (const EvalPair& pair : row.pairs) {
      const auto correct = Correct(pair);
      const auto cell = Cell(row, pair);
      if (!correct || !cell || !IsKnown(part)) {
        ++unknown[part];
        break;
      }
      draft.board.Add(part + " " + LevelOf(*cell), row.cluster, *correct);
      draft.board.Add(std::string("all ") + LevelOf(*cell), row.cluster, *correct);
    }
  }
  for (const auto& [name, rows] : unknown) {
    draft.remarks.push_back(Counted(rows, "row") + " of domain \"" + name +
                            "\" are not in the tables: no such domain, no label, or neither nine "
                            "comparisons nor a matrix_id");
  }
}

// The figures of the three levels and their mean.
std::vector<FigureId> LevelsOf(const Domain& domain, Scoreboard& board) {
  std::vector<FigureId> figures;
  for (const char* const level : kLevels) {
    std::vector<FigureId> parts;
    for (const std::string_view part : domain.parts) {
      parts.push_back(board.Mean(std::string(part) + " " + level));
    }
    figures.push_back(board.MeanOf(parts));
  }
  figures.push_back(board.MeanOf(figures));
  return figures;
}

TableLine LineOf(const std::string& name, const std::vector<FigureId>& figures) {
  return {name, {figures.begin(), figures.end()}};
}

}  // namespace

void BuildRmBench(const EvalRun& run, TableDraft& draft) {
  AddRows(run, draft);
  Table table{"RM-Bench",
              "Official: easy, normal and hard are the cells of the matrix below, on and above the "
              "diagonal; a domain's average is the mean of the three, Safety the mean of refusing "
              "and responding, the last line the mean of the four domains. GRAM's script: over all "
              "rows, whatever their domain.",
              {"Easy", "Normal", "Hard", "Average"},
              {}};
  std::vector<std::vector<FigureId>> domains;
  for (const Domain& domain : Domains()) {
    domains.push_back(LevelsOf(domain, draft.board));
    table.lines.push_back(LineOf(domain.name, domains.back()));
  }
  std::vector<FigureId> official;
  for (size_t column = 0; column < kLevels.size() + 1; ++column) {
    std::vector<FigureId> figures;
    for (const std::vector<FigureId>& domain : domains) figures.push_back(domain[column]);
    official.push_back(draft.board.MeanOf(figures));
  }
  table.lines.push_back(LineOf("Official", official));
  table.lines.push_back(LineOf("GRAM's script", LevelsOf({"All", {"all"}}, draft.board)));
  draft.tables.push_back(std::move(table));
}

}  // namespace gram::jobs
