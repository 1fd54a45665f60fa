#include "cli/judging_options.h"

#include <cstdint>
#include <limits>

#include "cli/option_checks.h"
#include "engine/base/files.h"
#include "engine/base/status.h"

namespace gram::cli {
namespace {

constexpr uint64_t kMostPromptBytes = uint64_t{1} << 20;

}  // namespace

void AddJudgingOptions(CLI::App& app, JudgingOptions& options) {
  AddEngineOptions(app, options.engine);
  app.add_option("--protocol", options.protocol, "judging prompt (default card)")
      ->check(OneOf({"card", "eval"}))
      ->type_name("NAME");
  app.add_option("--scoring", options.scoring, "how two orders become a score (default average)")
      ->check(OneOf({"average", "card-snippet"}))
      ->type_name("NAME");
  app.add_option("--prompt", options.prompt_file,
                 "judging prompt of your own, with {input}, {response_a} and {response_b}")
      ->type_name("FILE");
  app.add_option(
         "--truncate", options.truncate,
         "a prompt that is too long: never, an error (default), or fair, shorten both answers")
      ->check(OneOf({"never", "fair"}))
      ->type_name("HOW");
  app.add_option("--max-tokens", options.max_tokens,
                 "longest prompt in tokens (default and maximum: the model's)")
      ->check(WholeNumber(1, std::numeric_limits<int64_t>::max()))
      ->type_name("N");
  app.add_option("--batch-tokens", options.batch_tokens,
                 "tokens computed together (default 8192); fewer need less memory")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  app.add_flag("--no-share", options.no_share, "compute every prompt by itself");
  app.add_flag("--parse-special", options.parse_special,
               "control tokens in texts act (default: texts are data)");
}

std::optional<std::string> CheckModelForRows(const JudgingOptions& options) {
  if (!options.engine.model.empty()) return std::nullopt;
  return "rows need a model: --model M.gram, or --model demo for the toy that comes with gram-cpu";
}

JudgeOptions ToJudgeOptions(const JudgingOptions& options) {
  JudgeOptions judge = ToJudgeOptions(options.engine);
  judge.share_prefixes = !options.no_share;
  judge.batch_tokens = options.batch_tokens;
  return judge;
}

Result<ScoreOptions> ToScoreOptions(const JudgingOptions& options) {
  ScoreOptions score;
  score.protocol = options.protocol == "eval" ? Protocol::kEval : Protocol::kCard;
  score.scoring = options.scoring == "card-snippet" ? Scoring::kCardSnippet : Scoring::kAverage;
  score.parse_special = options.parse_special;
  score.max_tokens = options.max_tokens;
  score.truncate = options.truncate == "fair" ? Truncate::kFair : Truncate::kNever;
  if (!options.prompt_file.empty()) {
    GRAM_ASSIGN_OR_RETURN(score.prompt, ReadWholeFile(options.prompt_file, kMostPromptBytes));
  }
  return score;
}

}  // namespace gram::cli
