// The benchmarks whose tables are known: which rows they have, and how verdicts add up.
#ifndef GRAM_JOBS_EVAL_BENCHMARK_H_
#define GRAM_JOBS_EVAL_BENCHMARK_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "jobs/eval/eval_run.h"
#include "jobs/eval/scoreboard.h"

namespace gram::jobs {

/// A line of a table: a figure for each column, or none. The numbers of a published line are given.
struct TableLine {
  std::string name;
  std::vector<std::optional<FigureId>> figures = {};
  std::vector<double> published = {};  ///< shares, 0 to 1; empty: a measured line
};

/// A table of shares, by whose rule its figures add up, and what has to be known to read it.
struct Table {
  std::string name;
  std::string note;
  std::vector<std::string> columns;
  std::vector<TableLine> lines;
};

/// Tables in the making.
struct TableDraft {
  Scoreboard board;
  std::vector<Table> tables;
  std::vector<std::string> remarks;  ///< on what is not in the tables
};

/// One benchmark. All text is static.
struct Benchmark {
  std::string_view name;                  ///< on the command line
  std::string_view title;                 ///< for people
  std::vector<std::string_view> formats;  ///< of its files; empty: any
  std::vector<std::string> fields;        ///< of its rows, that the tables go by
  bool sampled_pairs = false;             ///< KeepSampledPairs
  void (*build)(const EvalRun& run, TableDraft& draft) = nullptr;
};

/// All, in the order in which they are listed; the last is "pairs", any labelled rows.
std::span<const Benchmark> Benchmarks();

/// The one of that name, or null.
const Benchmark* FindBenchmark(std::string_view name);

/// The one whose rows are in `format`, as manifests name it; "pairs" for any other.
const Benchmark& BenchmarkOf(std::string_view format);

// How each benchmark builds its tables; `run` was read with its fields.
void BuildJudgeBench(const EvalRun& run, TableDraft& draft);
void BuildRewardBench(const EvalRun& run, TableDraft& draft);
void BuildRewardBench2(const EvalRun& run, TableDraft& draft);
void BuildRmBench(const EvalRun& run, TableDraft& draft);
void BuildPpe(const EvalRun& run, TableDraft& draft);
void BuildPairs(const EvalRun& run, TableDraft& draft);

/// 1 where the verdict is right, 0 where it is not: it prefers the other answer, or neither.
/// Nothing where the label prefers none.
std::optional<double> Correct(const EvalPair& pair);

/// The log-odds of the answer that the label prefers.
double MarginOfBetter(const EvalPair& pair);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_EVAL_BENCHMARK_H_
