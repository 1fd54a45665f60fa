// `gram-cpu score`: judges one pair for people, or many for programs.
#include <cstdio>
#include <memory>
#include <utility>

#include "cli/command.h"
#include "cli/input/input_row.h"
#include "cli/input/text_file.h"
#include "cli/output/output_file.h"
#include "cli/output/output_row.h"
#include "cli/output/progress.h"
#include "cli/output/verdict_text.h"
#include "cli/score_options.h"
#include "cli/score_stream.h"
#include "engine/base/status.h"
#include "engine/format/checksum.h"
#include "gram/judge.h"

namespace gram::cli {
namespace {

constexpr const char* kExamples =
    "  gram-cpu score --model M.gram --query \"2 + 2?\" --response1 4 --response2 5\n"
    "  gram-cpu score --model M.gram --input pairs.jsonl --output verdicts.jsonl\n"
    "  cat pairs.jsonl | gram-cpu score --model M.gram --input - | head\n\n"
    "A line of input holds question, response1, response2, and perhaps id and label, or one of\n"
    "the alias names that docs/cli.md lists. Each gives one line of output, in order; a row that\n"
    "cannot be scored gives {\"id\":...,\"row\":n,\"error\":{\"code\":...,\"message\":...}}.\n";

std::string Hex(uint64_t value) {
  char text[17];
  std::snprintf(text, sizeof(text), "%016llx", static_cast<unsigned long long>(value));
  return text;
}

uint64_t HashOf(const std::string& text) {
  return format::Checksum(std::as_bytes(std::span(text.data(), text.size())));
}

// What has to be known to get the same numbers again.
std::string Provenance(const EngineInfo& info, const ScoreCommandOptions& options,
                       const ScoreOptions& score) {
  return "model " + info.model_path + " (" + info.architecture + ", checksum " +
         Hex(info.model_checksum) + "), protocol " + options.protocol + ", prompt " +
         Hex(HashOf(PromptText(score))) + ", scoring " + options.scoring + ", isa " + info.isa +
         ", threads " + std::to_string(info.threads);
}

int ScorePair(Judge& judge, const ScoreCommandOptions& options, const ScoreOptions& score) {
  const Pair pair = {*options.query, *options.response1, *options.response2};
  const std::vector<Result<Verdict>> verdicts = judge.Score(std::span(&pair, 1), score);
  const Result<Verdict>& verdict = verdicts.front();
  if (!verdict.ok()) return Fail(verdict.status());
  InputRow row;
  row.number = 1;
  row.id_json = "1";
  const Status written =
      WriteStandardOutput(options.json ? VerdictLine(row, *verdict) : VerdictText(*verdict));
  return written.ok() ? kExitOk : Fail(written);
}

Result<StreamCount> ScoreRows(Judge& judge, const ScoreCommandOptions& options,
                              const ScoreOptions& score) {
  GRAM_ASSIGN_OR_RETURN(RowSource source, RowSource::Open(options.input.inputs));
  GRAM_ASSIGN_OR_RETURN(RowMapper mapper, RowMapper::Make(ToMapperOptions(options.input), source));
  const std::string path = options.output.value_or("-");
  GRAM_RETURN_IF_ERROR(CheckNotAnInput(source.files(), path));
  GRAM_ASSIGN_OR_RETURN(OutputFile output, OutputFile::Open(path, options.force, -1));
  Progress progress(!options.quiet);
  const auto scorer = [&](std::span<const Pair> pairs) { return judge.Score(pairs, score); };
  const auto done = [&](int64_t rows) { progress.Update({.rows = rows}); };
  GRAM_ASSIGN_OR_RETURN(const StreamCount count, ScoreStream(scorer, source, mapper, output, done));
  GRAM_RETURN_IF_ERROR(output.Close());
  return count;
}

int ExplainMap(const InputOptions& options) {
  Result<RowSource> source = RowSource::Open(options.inputs);
  if (!source.ok()) return Fail(source.status());
  Result<RowMapper> mapper = RowMapper::Make(ToMapperOptions(options), *source);
  if (!mapper.ok()) return Fail(mapper.status());
  const Status written = WriteStandardOutput(mapper->Explain());
  return written.ok() ? kExitOk : Fail(written);
}

int RunScore(const ScoreCommandOptions& options) {
  if (const auto problem = CheckScoreOptions(options)) return FailUsage("score", *problem);
  if (options.input.explain_map) return ExplainMap(options.input);
  ScoreOptions score = ToScoreOptions(options);
  if (!options.prompt_file.empty()) {
    Result<std::string> prompt = ReadTextFile(options.prompt_file);
    if (!prompt.ok()) return Fail(prompt.status());
    score.prompt = std::move(prompt).value();
  }
  Result<Judge> judge = Judge::Open(options.engine.model, ToJudgeOptions(options));
  if (!judge.ok()) {
    const bool missing = judge.status().code() == StatusCode::kNotFound;
    return Fail(missing ? NotFound(judge.status().message() +
                                   "; gram-cpu convert HF_DIR M.gram makes a model")
                        : judge.status());
  }
  // A prompt that no pair fits into is found here, once, and not in every row.
  if (const auto probe = judge->Prompts(Pair{}, score); !probe.ok()) return Fail(probe.status());
  if (!options.quiet) Say(Provenance(judge->info(), options, score));
  if (options.input.inputs.empty()) return ScorePair(*judge, options, score);

  const Result<StreamCount> count = ScoreRows(*judge, options, score);
  if (!count.ok()) return Fail(count.status());
  if (count->failed == 0) return kExitOk;
  Say(std::to_string(count->failed) + " of " + std::to_string(count->rows) +
      " rows could not be scored; their lines hold an error object");
  return kExitRowErrors;
}

}  // namespace

Command AddScore(CLI::App& root) {
  auto options = std::make_shared<ScoreCommandOptions>();
  CLI::App* app = AddVerb(root, "score", "judge one pair of answers, or many", kExamples);
  AddScoreOptions(*app, *options);
  return {app, [options] { return RunScore(*options); }};
}

}  // namespace gram::cli
