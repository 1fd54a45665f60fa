#include "cli/score_options.h"

#include "cli/usage.h"

namespace gram::cli {

void AddScoreOptions(CLI::App& app, ScoreCommandOptions& options) {
  AddJudgingOptions(app, options.judging);
  app.add_option("--query,--question", options.query, "question of a single pair")
      ->type_name("TEXT");
  app.add_option("--response1", options.response1, "its first answer")->type_name("TEXT");
  app.add_option("--response2", options.response2, "its second answer")->type_name("TEXT");
  AddInputOptions(app, options.input);
  AddJobOptions(app, options.job);
  app.add_option("--schema", options.schema, "shape of the result lines (default gram-cpu)")
      ->check(OneOf({"gram-cpu", "gram", "rewardbench", "judgebench"}))
      ->type_name("NAME");
  app.add_flag("--dry-run", options.dry_run,
               "read and tokenise everything, score a little, and say what all of it would take");
  app.add_flag("--json", options.json, "print a single pair's result as JSON, too");
}

std::optional<std::string> CheckScoreOptions(const ScoreCommandOptions& options) {
  if (const auto problem = CheckInputOptions(options.input)) return problem;
  if (const auto problem = CheckJobOptions(options.job)) return problem;
  const int texts =
      (options.query ? 1 : 0) + (options.response1 ? 1 : 0) + (options.response2 ? 1 : 0);
  const bool rows = !options.input.inputs.empty();
  if (rows && texts > 0) {
    return "a FILE of rows does not go together with --query, --response1 and --response2";
  }
  if (!rows && texts == 0) {
    return "nothing to score: give --query, --response1 and --response2, a FILE of rows, or rows "
           "on "
           "standard input";
  }
  if (!rows && texts < 3) {
    return "a single pair needs all of --query, --response1 and --response2";
  }
  if (!rows && options.dry_run) return "--dry-run goes together with a FILE of rows";
  if (!rows && options.job.output != "-") return "--output goes together with a FILE of rows";
  if (!rows && !options.job.keep.empty()) return "--keep goes together with a FILE of rows";
  if (!options.job.keep.empty() && options.schema != "gram-cpu") {
    return "--keep is not needed with --schema " + options.schema +
           ", whose lines carry the whole row";
  }
  if (rows && !options.input.explain_map) return CheckModelForRows(options.judging);
  return std::nullopt;
}

}  // namespace gram::cli
