#include "jobs/eval/benchmark.h"

#include <algorithm>
#include <array>
#include <set>

namespace gram::jobs {
namespace {

const std::array<Benchmark, 6>& All() {
  static const std::array<Benchmark, 6> all = {
      Benchmark{"judgebench",
                "JudgeBench",
                {"judgebench", "gram-eval"},
                {"source"},
                false,
                BuildJudgeBench},
      Benchmark{"rewardbench",
                "RewardBench",
                {"reward-bench", "gram-eval"},
                {"subset"},
                false,
                BuildRewardBench},
      Benchmark{"rewardbench2",
                "RewardBench 2",
                {"reward-bench-2"},
                {"subset", "id"},
                false,
                BuildRewardBench2},
      Benchmark{"rm-bench",
                "RM-Bench",
                {"rm-bench", "gram-eval"},
                {"domain", "matrix_id"},
                false,
                BuildRmBench},
      Benchmark{"ppe",
                "Preference Proxy Evaluations",
                {"ppe-human", "ppe-best-of-k"},
                {"language", "hard_prompt", "easy_prompt", "if_prompt", "math_prompt", "is_code"},
                true,
                BuildPpe},
      Benchmark{"pairs", "Labelled pairs", {}, {}, false, BuildPairs}};
  return all;
}

}  // namespace

std::span<const Benchmark> Benchmarks() { return All(); }

const Benchmark* FindBenchmark(std::string_view name) {
  const auto* const found =
      std::find_if(All().begin(), All().end(), [&](const Benchmark& b) { return b.name == name; });
  return found == All().end() ? nullptr : found;
}

const Benchmark& BenchmarkOf(std::string_view format) {
  for (const Benchmark& benchmark : All()) {
    const auto& formats = benchmark.formats;
    const bool own = std::find(formats.begin(), formats.end(), format) != formats.end();
    // GRAM's own files are of several benchmarks.
    if (own && format != "gram-eval") return benchmark;
  }
  return All().back();
}

std::optional<double> Correct(const EvalPair& pair) {
  if (!pair.verdict.correct) return std::nullopt;
  return *pair.verdict.correct ? 1 : 0;
}

double MarginOfBetter(const EvalPair& pair) {
  return pair.verdict.label == Label::kResponse2 ? -pair.verdict.margin : pair.verdict.margin;
}

void BuildPairs(const EvalRun& run, TableDraft& draft) {
  std::set<std::string> names;
  for (const EvalRow& row : run.rows) {
    std::string name;
    for (const std::string& field : row.fields) name += (name.empty() ? "" : " / ") + field;
    for (const EvalPair& pair : row.pairs) {
      const auto correct = Correct(pair);
      if (!correct) continue;
      draft.board.Add("all", row.cluster, *correct);
      if (row.fields.empty()) continue;
      names.insert(name);
      draft.board.Add("group " + name, row.cluster, *correct);
    }
  }
  Table table{"Accuracy",
              "The share of pairs whose labelled answer has the strictly higher score.",
              {"Accuracy"},
              {}};
  std::vector<FigureId> means;
  for (const std::string& name : names) {
    means.push_back(draft.board.Mean("group " + name));
    table.lines.push_back({name.empty() ? "(no value)" : name, {means.back()}});
  }
  table.lines.push_back({"All pairs", {draft.board.Mean("all")}});
  if (means.size() > 1) {
    table.lines.push_back({"Mean of the groups", {draft.board.MeanOf(means)}});
  }
  draft.tables.push_back(std::move(table));
}

}  // namespace gram::jobs
