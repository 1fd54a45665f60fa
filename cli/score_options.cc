#include "cli/score_options.h"

namespace gram::cli {

void AddScoreOptions(CLI::App& app, ScoreCommandOptions& options) {
  AddEngineOptions(app, options.engine);  // --model is missed with a hint, in CheckScoreOptions
  app.add_option("--query,--question", options.query, "question of a single pair")
      ->type_name("TEXT");
  app.add_option("--response1", options.response1, "its first answer")->type_name("TEXT");
  app.add_option("--response2", options.response2, "its second answer")->type_name("TEXT");
  AddInputOptions(app, options.input);
  app.add_option("--output", options.output,
                 "where the result lines of --input go (default -, standard output)")
      ->type_name("FILE|-");
  app.add_option("--protocol", options.protocol, "judging prompt (default card)")
      ->check(CLI::IsMember({"card", "eval"}))
      ->type_name("NAME");
  app.add_option("--scoring", options.scoring, "how two orders become a score (default average)")
      ->check(CLI::IsMember({"average", "card-snippet"}))
      ->type_name("NAME");
  app.add_option("--prompt", options.prompt_file,
                 "judging prompt of your own, with {input}, {response_a} and {response_b}")
      ->type_name("FILE");
  app.add_option(
         "--truncate", options.truncate,
         "a prompt that is too long: never, an error (default), or fair, shorten both answers")
      ->check(CLI::IsMember({"never", "fair"}))
      ->type_name("HOW");
  app.add_option("--max-tokens", options.max_tokens,
                 "longest prompt in tokens (default and maximum: the model's)")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  app.add_flag("--no-share", options.no_share, "compute every prompt by itself");
  app.add_flag("--parse-special", options.parse_special,
               "control tokens in texts act (default: texts are data)");
  app.add_flag("--json", options.json, "print a single pair's result as JSON, too");
  app.add_flag("--force", options.force, "replace an --output file that exists");
  app.add_flag("--quiet", options.quiet, "nothing on standard error but errors");
}

std::optional<std::string> CheckScoreOptions(const ScoreCommandOptions& options) {
  if (const auto problem = CheckInputOptions(options.input)) return problem;
  if (options.engine.model.empty() && !options.input.explain_map) {
    return "--model M.gram is required; gram-cpu convert HF_DIR M.gram makes one";
  }
  const int texts =
      (options.query ? 1 : 0) + (options.response1 ? 1 : 0) + (options.response2 ? 1 : 0);
  const bool rows = !options.input.inputs.empty();
  if (rows && texts > 0) {
    return "--input does not go together with --query, --response1 and --response2";
  }
  if (!rows && texts == 0) {
    return "nothing to score: give --query, --response1 and --response2, or --input";
  }
  if (!rows && texts < 3) {
    return "a single pair needs all of --query, --response1 and --response2";
  }
  if (!rows && options.output) return "--output goes together with --input only";
  return std::nullopt;
}

JudgeOptions ToJudgeOptions(const ScoreCommandOptions& options) {
  JudgeOptions judge = ToJudgeOptions(options.engine);
  judge.share_prefixes = !options.no_share;
  return judge;
}

ScoreOptions ToScoreOptions(const ScoreCommandOptions& options) {
  ScoreOptions score;
  score.protocol = options.protocol == "eval" ? Protocol::kEval : Protocol::kCard;
  score.scoring = options.scoring == "card-snippet" ? Scoring::kCardSnippet : Scoring::kAverage;
  score.parse_special = options.parse_special;
  score.max_tokens = options.max_tokens;
  score.truncate = options.truncate == "fair" ? Truncate::kFair : Truncate::kNever;
  return score;
}

}  // namespace gram::cli
