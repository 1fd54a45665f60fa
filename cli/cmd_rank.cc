// `gram-cpu rank`: orders the answers to one question for people, or those of many for programs.
#include <memory>
#include <utility>

#include "cli/command.h"
#include "cli/open_judge.h"
#include "cli/output/output_file.h"
#include "cli/output/progress.h"
#include "cli/output/rank_row.h"
#include "cli/output/rank_text.h"
#include "cli/rank_options.h"
#include "cli/rank_stream.h"
#include "engine/base/status.h"
#include "gram/rank.h"

namespace gram::cli {
namespace {

constexpr const char* kExamples =
    "  gram-cpu rank --model M.gram --query \"2 + 2?\" --response 4 --response 5 --response four\n"
    "  gram-cpu rank --model M.gram --input candidates.jsonl --output ranks.jsonl\n"
    "  gram-cpu rank --model M.gram --input candidates.jsonl --method knockout\n\n"
    "A row of input holds a question and a list of answers: prompt and responses, or one of the\n"
    "formats that docs/cli.md lists. Each gives one line of output, in order; a row that cannot "
    "be\n"
    "ranked gives {\"id\":...,\"row\":n,\"error\":{\"code\":...,\"message\":...}}.\n";

int RankList(ReadyJudge& ready, const RankCommandOptions& options) {
  const Result<Ranking> ranking =
      Rank(ready.judge, *options.query, options.responses, ToRankOptions(options), ready.score);
  if (!ranking.ok()) return Fail(ranking.status());
  InputRow row;
  row.number = 1;
  row.id_json = "1";
  const Status written = WriteStandardOutput(options.json ? RankLine(row, *ranking, options.matches)
                                                          : RankText(*ranking));
  return written.ok() ? kExitOk : Fail(written);
}

MapperOptions ToListMapperOptions(const InputOptions& options) {
  MapperOptions mapper = ToMapperOptions(options);
  mapper.comparisons = false;
  return mapper;
}

Result<RankCount> RankInput(ReadyJudge& ready, const RankCommandOptions& options) {
  GRAM_ASSIGN_OR_RETURN(RowSource source, RowSource::Open(options.input.inputs));
  GRAM_ASSIGN_OR_RETURN(RowMapper mapper,
                        RowMapper::Make(ToListMapperOptions(options.input), source));
  const std::string path = options.output.value_or("-");
  GRAM_RETURN_IF_ERROR(CheckNotAnInput(source.files(), path));
  GRAM_ASSIGN_OR_RETURN(OutputFile output, OutputFile::Open(path, options.force, -1));
  Progress progress(!options.quiet);
  const auto ranker = [&](std::span<const RankTask> tasks) {
    return RankAll(ready.judge, tasks, ToRankOptions(options), ready.score);
  };
  const auto done = [&](int64_t rows) { progress.ShowRows(rows); };
  GRAM_ASSIGN_OR_RETURN(const RankCount count,
                        RankStream(ranker, options.matches, source, mapper, output, done));
  GRAM_RETURN_IF_ERROR(output.Close());
  return count;
}

int RunRank(const RankCommandOptions& options) {
  if (const auto problem = CheckRankOptions(options)) return FailUsage("rank", *problem);
  Result<ReadyJudge> ready = OpenJudge(options.judging);
  if (!ready.ok()) return Fail(ready.status());
  if (!options.quiet) Say(Provenance(*ready, options.judging) + ", method " + options.method);
  if (options.input.inputs.empty()) return RankList(*ready, options);

  const Result<RankCount> count = RankInput(*ready, options);
  if (!count.ok()) return Fail(count.status());
  if (count->failed == 0) return kExitOk;
  Say(std::to_string(count->failed) + " of " + std::to_string(count->rows) +
      " rows could not be ranked; their lines hold an error object");
  return kExitRowErrors;
}

}  // namespace

Command AddRank(CLI::App& root) {
  auto options = std::make_shared<RankCommandOptions>();
  CLI::App* app = AddVerb(root, "rank", "order the answers to one question, or to many", kExamples);
  AddRankOptions(*app, *options);
  return {app, [options] { return RunRank(*options); }};
}

}  // namespace gram::cli
