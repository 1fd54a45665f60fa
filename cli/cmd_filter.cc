// `gram-cpu filter`: keeps, drops, swaps or relabels rows by what score said of them.
#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/cmd_score.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "cli/input_options.h"
#include "cli/judging.h"
#include "cli/output/progress.h"
#include "cli/usage.h"
#include "engine/base/status.h"
#include "jobs/eval/calibration.h"
#include "jobs/filter/filter_rules.h"
#include "jobs/filter/filter_run.h"
#include "jobs/filter/row_editor.h"
#include "jobs/filter/verdict_file.h"
#include "jobs/formats/row_mapper.h"
#include "jobs/io/count_text.h"
#include "jobs/io/files.h"
#include "jobs/run/output_files.h"

namespace gram::cli {
namespace {

constexpr const char* kExamples =
    "  gram-cpu score  --model M.gram pairs.jsonl --output verdicts.jsonl\n"
    "  gram-cpu filter pairs.jsonl --verdicts verdicts.jsonl --min-margin 1 --keep-agree \\\n"
    "                  --output kept.jsonl --dropped dropped.jsonl\n"
    "  gram-cpu filter lists.jsonl --verdicts ranks.jsonl --min-margin 1 --output kept.jsonl\n"
    "  gram-cpu filter --model M.gram pairs.jsonl --swap-if-better --output kept.jsonl\n\n"
    "Scoring takes hours, filtering seconds: with --verdicts, you can try out thresholds. --model\n"
    "scores first, into KEPT.verdicts.jsonl. Rows are copied byte for byte, with the verdict "
    "added\n"
    "as one field; docs/filter.md explains the rules.\n";

// What the user typed. Once CheckOptions has agreed, either `verdicts` names a file, or the
// judge's model is named and the rows are to be scored first.
struct FilterOptions {
  InputOptions input;
  JudgingOptions judging;
  std::string verdicts;
  std::string output;
  std::string dropped;
  std::string attach = "gram_cpu";  // "none": the verdict is left out
  std::string calibration;
  std::string max_error;  // as ParseShare takes it
  std::string guarantee = "kept";
  bool trust_order = false;
  jobs::FilterRules rules;
  bool resume = false;
  bool force = false;
  bool quiet = false;

  bool scores() const { return verdicts.empty(); }
};

void AddFlags(CLI::App& app, jobs::FilterRules& rules) {
  app.add_flag("--drop-flagged", rules.drop_flagged, "drop rows whose texts were flagged");
  app.add_flag("--drop-truncated", rules.drop_truncated, "drop rows whose answers were shortened");
  app.add_flag("--swap-if-better", rules.swap_if_better,
               "keep a labelled pair whose other answer leads by the margin, with the two swapped");
  app.add_flag("--relabel", rules.relabel, "label every pair with its winner");
}

void AddRules(CLI::App& app, jobs::FilterRules& rules) {
  app.add_option("--min-margin", rules.min_margin,
                 "keep a row only if the answer that its label prefers (the winner, if it has no "
                 "label) leads "
                 "by at least X log-odds")
      ->type_name("X");
  app.add_option("--max-order-gap", rules.max_order_gap,
                 "keep a row only if its two orders are at most X apart, 0 to 1")
      ->check(Number(0, 1))
      ->type_name("X");
  app.add_flag("--keep-agree", rules.keep_agree,
               "keep a row only if its two orders prefer the same answer");
  AddFlags(app, rules);
}

void AddErrorOptions(CLI::App& app, FilterOptions& options) {
  app.add_option("--calibration", options.calibration,
                 "what gram-cpu calibrate wrote for the judge of the verdicts")
      ->check(NotEmpty())
      ->type_name("FILE");
  app.add_option("--max-error", options.max_error,
                 "keep a row only if the judge's decision is one of those of which at most so many "
                 "are wrong, by the calibration")
      ->check(Share())
      ->type_name("X%");
  app.add_option("--guarantee", options.guarantee,
                 "what --max-error is a share of: the rows kept, at 95 % confidence (kept, the "
                 "default), or all rows, on average (all)")
      ->check(OneOf({"kept", "all"}))
      ->type_name("NAME");
}

bool ReadsStandardInput(const InputOptions& input) {
  return std::find(input.inputs.begin(), input.inputs.end(), "-") != input.inputs.end();
}

// Files that are written have to be several files.
bool Collide(const FilterOptions& options) {
  return options.output != "-" && options.output == options.dropped;
}

void AddOptions(CLI::App& app, FilterOptions& options) {
  AddInputOptions(app, options.input);
  app.add_option(
         "--verdicts", options.verdicts,
         "what score (with schema gram-cpu) or rank wrote for these rows, plain, gzip or zstd")
      ->type_name("FILE");
  app.add_option("--output", options.output,
                 "where the rows that are kept go; .gz and .zst are compressed")
      ->check(LinesFile())
      ->type_name("FILE|-");
  app.add_option("--dropped", options.dropped, "where the other rows go, with the reason")
      ->check(LinesFile())
      ->type_name("FILE");
  AddRules(app, options.rules);
  AddErrorOptions(app, options);
  app.add_option(
         "--attach", options.attach,
         "name of the field that holds a row's verdict (default gram_cpu); none: leave it out")
      ->type_name("NAME|none");
  app.add_flag("--trust-order", options.trust_order,
               "trust that verdicts and rows are in the same order, though nothing shows it");
  AddJudgingOptions(app, options.judging);
  app.add_flag("--resume", options.resume, "continue the scoring that --model started");
  app.add_flag("--force", options.force, "replace files that exist");
  app.add_flag("--quiet", options.quiet, "print only errors on standard error");
}

std::optional<std::string> CheckOptions(const FilterOptions& options) {
  if (auto problem = CheckInputOptions(options.input)) return problem;
  if (options.input.inputs.empty()) {
    return "nothing to filter: name a FILE of rows, or give rows on standard input";
  }
  if (options.input.explain_map) return std::nullopt;
  if (options.verdicts == "-" && ReadsStandardInput(options.input)) {
    return "rows and verdicts cannot both come from standard input";
  }
  if (options.output.empty()) return "--output FILE is required";
  if (Collide(options)) return "--output and --dropped must be different files";
  if (options.rules.relabel && options.rules.swap_if_better) {
    return "--relabel and --swap-if-better cannot be combined; choose one";
  }
  if (options.rules.min_margin && !std::isfinite(*options.rules.min_margin)) {
    return "--min-margin must be a finite number";
  }
  if (options.calibration.empty() != options.max_error.empty()) {
    return "--max-error needs --calibration FILE, and the other way round";
  }
  const bool model = !options.judging.engine.model.empty();
  if (options.scores() == !model) {
    return "give either --verdicts FILE, written by score or rank, or --model M.gram to score "
           "first";
  }
  if (!options.scores()) return std::nullopt;
  if (options.output == "-") return "with --model, --output must be a file";
  if (ReadsStandardInput(options.input)) {
    return "with --model, the input is read twice and cannot be standard input";
  }
  return std::nullopt;
}

// The files of one filter.
struct Files {
  jobs::RowSource rows;
  jobs::RowMapper mapper;
  jobs::VerdictFile verdicts;
  jobs::FilterJoin join;
  jobs::LinesFile kept;
  std::optional<jobs::LinesFile> dropped;
  jobs::FilterRules rules;
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

// The rule that --max-error is, for the judge that made the verdicts.
Result<jobs::FilterRules> RulesOf(const FilterOptions& options, const jobs::VerdictFile& verdicts) {
  jobs::FilterRules rules = options.rules;
  if (options.max_error.empty()) return rules;
  GRAM_ASSIGN_OR_RETURN(const jobs::Calibration calibration,
                        jobs::ReadCalibration(options.calibration));
  if (!verdicts.manifest()) {
    return InvalidArgument("nothing beside " + verdicts.file().path +
                           " shows which judge made the verdicts, and a calibration is good for "
                           "one judge only; keep FILE.run.json with FILE");
  }
  GRAM_RETURN_IF_ERROR(jobs::CheckSameJudge(calibration, verdicts.manifest()->identity.settings,
                                            "the verdicts in " + verdicts.file().path));
  rules.decided_above = calibration.Threshold(ParseShare(options.max_error).value(),
                                              *jobs::ParseGuarantee(options.guarantee));
  if (std::isinf(*rules.decided_above)) {
    Say("no margin of the calibration promises an error of " + options.max_error +
        ": no row is kept; calibrate on more rows, or allow a larger error");
  }
  return rules;
}

Result<Files> OpenFiles(const FilterOptions& options, const std::string& verdicts_path) {
  GRAM_ASSIGN_OR_RETURN(jobs::RowSource rows, jobs::RowSource::Open(options.input.inputs));
  GRAM_ASSIGN_OR_RETURN(jobs::VerdictFile verdicts, jobs::VerdictFile::Open(verdicts_path));
  GRAM_RETURN_IF_ERROR(CheckOutputs(options, rows.files(), {verdicts.file()}));
  GRAM_ASSIGN_OR_RETURN(const jobs::FilterRules rules, RulesOf(options, verdicts));
  jobs::FilterJoin join;
  join.verdicts = "the verdicts in " + verdicts.file().path;
  join.member = options.attach == "none" ? "" : options.attach;
  if (!options.trust_order) {
    GRAM_ASSIGN_OR_RETURN(const bool shown, verdicts.AreOn(rows.files()));
    join.only_by_id = !shown;
    if (!shown && !options.quiet) {
      Say("nothing beside " + verdicts.file().path +
          " shows which input it belongs to: rows and verdicts are matched by their ids alone");
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
  return Files{std::move(rows),
               std::move(mapper),
               std::move(verdicts),
               join,
               std::move(kept),
               std::move(dropped),
               rules};
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
  jobs::FilterRun run(files.rules, files.join, files.mapper, editor);
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
  const jobs::FilterRecord record{files.rules,           options.attach,  files.rows.files(),
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
  ScoreRowsOptions score;
  score.judging = options.judging;
  score.input = options.input;
  score.job.output = verdicts;
  score.job.resume = options.resume;
  score.job.force = options.force && !options.resume;
  score.job.quiet = options.quiet;
  return ScoreRows(*ready, score);
}

// One line: rows kept, and rows dropped by reason.
std::string FilterSummary(const jobs::FilterCount& count) {
  std::string text = jobs::Counted(count.rows, "row") + ": " + jobs::Grouped(count.kept) + " kept";
  if (count.swapped > 0) text += ", of these " + jobs::Grouped(count.swapped) + " swapped";
  if (count.relabelled > 0) text += ", of these " + jobs::Grouped(count.relabelled) + " relabelled";
  text += "; " + jobs::Grouped(count.dropped_rows()) + " dropped";
  std::string separator = ": ";
  for (const auto& [reason, rows] : count.dropped) {
    text += std::exchange(separator, ", ") + jobs::Grouped(rows) + " " + reason;
  }
  if (count.labels_not_understood > 0) {
    text += "; labels not understood: " + jobs::Counted(count.labels_not_understood, "row");
  }
  return text;
}

int RunFilter(FilterOptions& options) {
  if (options.verdicts != "-") UseStandardInput(options.input, options.quiet);
  if (const auto problem = CheckOptions(options)) return FailUsage("filter", *problem);
  if (options.input.explain_map) return ExplainMap(options.input, ToMapperOptions(options.input));
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
  AddOptions(*app, *options);
  return {app, [options] { return RunFilter(*options); }};
}

}  // namespace gram::cli
