// `gram-cpu filter`: keeps, drops, swaps or relabels rows by what score said of them.
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/command.h"
#include "cli/explain_map.h"
#include "cli/filter_options.h"
#include "cli/judging_record.h"
#include "cli/open_judge.h"
#include "cli/output/filter_text.h"
#include "cli/output/progress.h"
#include "cli/score_rows.h"
#include "cli/standard_input.h"
#include "engine/base/status.h"
#include "jobs/filter/filter_record.h"
#include "jobs/filter/filter_run.h"
#include "jobs/filter/lines_file.h"
#include "jobs/filter/row_editor.h"
#include "jobs/filter/verdict_file.h"
#include "jobs/formats/row_mapper.h"
#include "jobs/io/files.h"
#include "jobs/run/output_lock.h"
#include "jobs/run/output_paths.h"

namespace gram::cli {
namespace {

constexpr const char* kExamples =
    "  gram-cpu score  --model M.gram pairs.jsonl --output verdicts.jsonl\n"
    "  gram-cpu filter pairs.jsonl --verdicts verdicts.jsonl --min-margin 1 --keep-agree \\\n"
    "                  --output kept.jsonl --dropped dropped.jsonl\n"
    "  gram-cpu filter lists.jsonl --verdicts ranks.jsonl --min-margin 1 --output kept.jsonl\n"
    "  gram-cpu filter --model M.gram pairs.jsonl --swap-if-better --output kept.jsonl\n\n"
    "Scoring takes hours, filtering seconds: with --verdicts, thresholds can be tried. --model\n"
    "scores first, into KEPT.verdicts.jsonl. Rows go through byte for byte, with the verdict "
    "added\n"
    "as one field; docs/filter.md tells the rules.\n";

// The files of one filter.
struct Files {
  jobs::RowSource rows;
  jobs::RowMapper mapper;
  jobs::VerdictFile verdicts;
  jobs::FilterJoin join;
  jobs::LinesFile kept;
  std::optional<jobs::LinesFile> dropped;
};

Status CheckOutputs(const FilterOptions& options, const std::vector<jobs::InputFile>& rows,
                    const std::vector<jobs::InputFile>& verdicts) {
  for (const std::string& output : {options.output, options.dropped}) {
    if (output.empty()) continue;
    GRAM_RETURN_IF_ERROR(jobs::CheckNotAnInput(rows, output));
    GRAM_RETURN_IF_ERROR(jobs::CheckNotAnInput(verdicts, output));
  }
  return {};
}

Result<Files> OpenFiles(const FilterOptions& options, const std::string& verdicts_path) {
  GRAM_ASSIGN_OR_RETURN(jobs::RowSource rows, jobs::RowSource::Open(options.input.inputs));
  GRAM_ASSIGN_OR_RETURN(jobs::VerdictFile verdicts, jobs::VerdictFile::Open(verdicts_path));
  GRAM_RETURN_IF_ERROR(CheckOutputs(options, rows.files(), {verdicts.file()}));
  jobs::FilterJoin join;
  join.verdicts = "the verdicts in " + verdicts.file().path;
  join.member = options.attach == "none" ? "" : options.attach;
  if (!options.trust_order) {
    GRAM_ASSIGN_OR_RETURN(const bool shown, verdicts.AreOn(rows.files()));
    join.only_by_id = !shown;
    if (!shown && !options.quiet) {
      Say("nothing beside " + verdicts.file().path +
          " shows which input it is on: rows and verdicts are matched by their ids alone");
    }
  }
  jobs::MapperOptions mapping = ToMapperOptions(options.input);
  mapping.comparisons = !verdicts.rankings();
  GRAM_ASSIGN_OR_RETURN(jobs::RowMapper mapper, jobs::RowMapper::Make(mapping, rows));
  GRAM_RETURN_IF_ERROR(verdicts.CheckReadAlike(InputSettings(options.input, rows, mapper)));
  GRAM_ASSIGN_OR_RETURN(jobs::LinesFile kept,
                        jobs::LinesFile::Create(options.output, options.force));
  std::optional<jobs::LinesFile> dropped;
  if (!options.dropped.empty()) {
    GRAM_ASSIGN_OR_RETURN(jobs::LinesFile file,
                          jobs::LinesFile::Create(options.dropped, options.force));
    dropped.emplace(std::move(file));
  }
  return Files{std::move(rows), std::move(mapper), std::move(verdicts), join,
               std::move(kept), std::move(dropped)};
}

Result<jobs::FilterCount> FilterRows(const FilterOptions& options, Files& files) {
  jobs::RowEditor editor(files.mapper, ToMapperOptions(options.input).fields.label);
  Progress progress(!options.quiet);
  jobs::FilterStreams streams;
  streams.next_verdict = [&](std::string& line) { return files.verdicts.Next(line); };
  streams.keep = [&](std::string_view line) { return files.kept.Write(line); };
  streams.drop = [&](std::string_view line) {
    return files.dropped ? files.dropped->Write(line) : Status();
  };
  streams.done = [&](const jobs::FilterCount& count) {
    jobs::ProgressState state;
    state.rows = count.rows;
    state.flips = count.flips;
    state.position = files.rows.bytes_read();
    state.size = files.rows.bytes_total().value_or(0);
    progress.Update(state);
  };
  jobs::FilterRun run(options.rules, files.join, files.mapper, editor);
  GRAM_ASSIGN_OR_RETURN(const jobs::FilterCount count, run.Run(files.rows, streams));
  if (files.verdicts.torn()) return Corrupt("the verdicts end in the middle of a line");
  return count;
}

// The rows that were dropped are in place before those that were kept: whoever finds the output
// finds everything.
Result<jobs::FilterCount> Filter(const FilterOptions& options, const std::string& verdicts) {
  GRAM_ASSIGN_OR_RETURN(const bool direct, jobs::IsDirectOutput(options.output));
  const jobs::OutputPaths paths(options.output);
  std::optional<jobs::OutputLock> lock;
  if (!direct) {
    GRAM_ASSIGN_OR_RETURN(jobs::OutputLock held,
                          jobs::OutputLock::Acquire(paths.lock, options.output));
    lock.emplace(std::move(held));
  }
  GRAM_ASSIGN_OR_RETURN(Files files, OpenFiles(options, verdicts));
  GRAM_ASSIGN_OR_RETURN(jobs::FilterCount count, FilterRows(options, files));
  if (files.dropped) GRAM_RETURN_IF_ERROR(files.dropped->Commit());
  GRAM_RETURN_IF_ERROR(files.kept.Commit());
  if (direct) return count;
  const jobs::FilterRecord record{options.rules,         options.attach,  files.rows.files(),
                                  files.verdicts.file(), options.dropped, count};
  GRAM_ASSIGN_OR_RETURN(const std::string manifest, jobs::FilterManifest(record));
  GRAM_RETURN_IF_ERROR(jobs::ReplaceFile(paths.manifest, manifest));
  return count;
}

// Scores the rows into `verdicts`; gives score's exit code.
int ScoreFirst(const FilterOptions& options, const std::string& verdicts) {
  Result<ReadyJudge> ready = OpenJudge(options.judging);
  if (!ready.ok()) return Fail(ready.status());
  if (!options.quiet) Say(Provenance(*ready, options.judging));
  ScoreCommandOptions score;
  score.judging = options.judging;
  score.input = options.input;
  score.job.output = verdicts;
  score.job.resume = options.resume;
  score.job.force = options.force && !options.resume;
  score.job.quiet = options.quiet;
  return ScoreRows(*ready, score);
}

int RunFilter(FilterOptions& options) {
  if (options.verdicts != "-") UseStandardInput(options.input.inputs, options.quiet);
  if (const auto problem = CheckFilterOptions(options)) return FailUsage("filter", *problem);
  if (options.input.explain_map)
    return ExplainMap(options.input.inputs, ToMapperOptions(options.input));
  std::string verdicts = options.verdicts;
  if (options.scores()) {
    // Found out now, and not when the rows are scored.
    if (const auto kept = jobs::LinesFile::Create(options.output, options.force); !kept.ok()) {
      return Fail(kept.status());
    }
    verdicts = options.output + ".verdicts.jsonl";
    const int code = ScoreFirst(options, verdicts);
    if (code != kExitOk && code != kExitRowErrors) return code;
  }
  const Result<jobs::FilterCount> count = Filter(options, verdicts);
  if (!count.ok()) return Fail(count.status());
  if (!options.quiet) Say(FilterSummary(*count));
  return kExitOk;
}

}  // namespace

Command AddFilter(CLI::App& root) {
  auto options = std::make_shared<FilterOptions>();
  CLI::App* app =
      AddVerb(root, "filter", "keep, drop, swap or relabel rows by their verdicts", kExamples);
  AddFilterOptions(*app, *options);
  return {app, [options] { return RunFilter(*options); }};
}

}  // namespace gram::cli
