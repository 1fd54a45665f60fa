// Preference Proxy Evaluations: human preferences, and answers that are known to be correct (Frick
// et al., ICLR 2025, arXiv 2410.14872).
#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "jobs/eval/benchmark.h"
#include "jobs/io/count_text.h"

namespace gram::jobs {
namespace {

constexpr const char* kHumanFormat = "ppe-human";

struct Correctness {
  const char* name;
  const char* in_file;  // what the name of its file holds
};

constexpr std::array<Correctness, 5> kCorrectness = {Correctness{"MMLU-Pro", "mmlu"},
                                                     {"GPQA", "gpqa"},
                                                     {"IFEval", "ifeval"},
                                                     {"MBPP-Plus", "mbpp"},
                                                     {"MATH", "math"}};

// The flags of rows of human preferences, in the order of Benchmark::fields behind the language.
constexpr std::array<const char*, 5> kFlags = {"Hard prompts", "Easy prompts",
                                               "Instruction following", "Math prompts", "Code"};

std::string Lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// Which of the five data sets a file is; its own name where that does not say.
std::string NameOf(const EvalRun& run, const EvalRow& row) {
  if (row.file >= run.files.size()) return "Unknown file";
  const std::string file = std::filesystem::path(run.files[row.file]).filename().string();
  const std::string name = Lower(file);
  for (const Correctness& set : kCorrectness) {
    if (name.find(set.in_file) != std::string::npos) return set.name;
  }
  return file;
}

bool IsHuman(const EvalRun& run, const EvalRow& row) {
  if (!row.format.empty()) return row.format == kHumanFormat;
  return run.manifest && SettingValue(run.manifest->identity.settings, "format") == kHumanFormat;
}

void AddHuman(const EvalRow& row, Scoreboard& board) {
  for (const EvalPair& pair : row.pairs) {
    const auto correct = Correct(pair);
    if (!correct) continue;
    board.Add("human", row.cluster, *correct);
    const std::string language = Lower(row.fields[0]);
    if (!language.empty()) {
      const bool english = language == "english" || language == "en";
      board.Add(english ? "English" : "Other languages", row.cluster, *correct);
    }
    for (size_t i = 0; i < kFlags.size(); ++i) {
      if (Lower(row.fields[i + 1]) == "true") board.Add(kFlags[i], row.cluster, *correct);
    }
  }
}

// The table of human preferences, if there are any.
void AddHumanTable(TableDraft& draft) {
  Scoreboard& board = draft.board;
  if (board.Count("human") == 0) return;
  Table table{
      "PPE human preference",
      "Official accuracy: the share of pairs with a winner, ties left out, whose winner has "
      "the strictly higher score.",
      {"Accuracy"},
      {}};
  table.lines.push_back({"All", {board.Mean("human")}});
  std::vector<std::string> groups = {"English", "Other languages"};
  groups.insert(groups.end(), kFlags.begin(), kFlags.end());
  for (const std::string& group : groups) {
    if (board.Count(group) > 0) table.lines.push_back({group, {board.Mean(group)}});
  }
  draft.tables.push_back(std::move(table));
}

void AddCorrectnessTable(const std::set<std::string>& names, TableDraft& draft) {
  if (names.empty()) return;
  Table table{"PPE correctness",
              "Official accuracy: the share of the sampled pairs of a correct and an incorrect "
              "answer, or of all such pairs where a file lists none, whose correct answer has the "
              "strictly higher score. The last line is the mean of the data sets.",
              {"Accuracy"},
              {}};
  std::vector<FigureId> sets;
  for (const std::string& name : names) {
    sets.push_back(draft.board.Mean("set " + name));
    table.lines.push_back({name, {sets.back()}});
  }
  table.lines.push_back({"Mean", {draft.board.MeanOf(sets)}});
  draft.tables.push_back(std::move(table));
}

}  // namespace

void BuildPpe(const EvalRun& run, TableDraft& draft) {
  std::set<std::string> names;
  for (const EvalRow& row : run.rows) {
    if (IsHuman(run, row)) {
      AddHuman(row, draft.board);
      continue;
    }
    const std::string name = NameOf(run, row);
    for (const EvalPair& pair : row.pairs) {
      const auto correct = Correct(pair);
      if (!correct) continue;
      names.insert(name);
      draft.board.Add("set " + name, row.cluster, *correct);
    }
  }
  AddHumanTable(draft);
  AddCorrectnessTable(names, draft);
  if (!names.empty() && names.size() < kCorrectness.size()) {
    draft.remarks.push_back("the mean is over " +
                            Counted(static_cast<int64_t>(names.size()), "data set") + " of the " +
                            std::to_string(kCorrectness.size()) + " of the benchmark");
  }
}

}  // namespace gram::jobs
