#include "cli/judging.h"

#include <cstdint>
#include <limits>
#include <utility>

#include "cli/usage.h"
#include "engine/base/files.h"
#include "engine/base/status.h"
#include "gram/option_names.h"
#include "jobs/verdicts/value_text.h"

namespace gram::cli {
namespace {

constexpr uint64_t kMostPromptBytes = uint64_t{1} << 20;

JudgeOptions ToJudgeOptions(const JudgingOptions& options) {
  JudgeOptions judge = ToJudgeOptions(options.engine);
  judge.share_prefixes = !options.no_share;
  judge.batch_tokens = options.batch_tokens;
  return judge;
}

Result<ScoreOptions> ToScoreOptions(const JudgingOptions& options) {
  ScoreOptions score;
  const auto labels = ParseLabels(options.labels);
  if (!labels) {
    return InvalidArgument("--labels " + options.labels +
                           ": write two different tokens, such as A,B");
  }
  score.protocol = options.protocol;
  score.labels = *labels;
  score.bos = options.bos;
  score.date = options.date;
  score.scoring = options.scoring;
  score.parse_special = options.parse_special;
  score.max_tokens = options.max_tokens;
  score.truncate = options.truncate;
  if (!options.prompt_file.empty()) {
    GRAM_ASSIGN_OR_RETURN(score.prompt, ReadWholeFile(options.prompt_file, kMostPromptBytes));
  }
  return score;
}

}  // namespace

void AddJudgingOptions(CLI::App& app, JudgingOptions& options) {
  AddEngineOptions(app, options.engine);
  AddChoice(app, "--protocol", options.protocol, kProtocolNames,
            "how the model is asked (default auto: reward for a reward model; for a judge, " +
                std::string(ProtocolName(options.judge_protocol)) + ")");
  AddChoice(app, "--scoring", options.scoring, kScoringNames,
            "how the two orders of showing the answers become a score (default average)");
  app.add_option("--prompt", options.prompt_file,
                 "your own judging prompt, with {input}, {response_a} and {response_b}")
      ->check(NotEmpty())
      ->type_name("FILE");
  app.add_option("--labels", options.labels,
                 "a judge's two answers, single tokens of its vocabulary (default A,B)")
      ->type_name("X,Y");
  AddChoice(app, "--bos", options.bos, kBosNames,
            "BOS tokens that a prompt begins with, where the model has one: one (default); two, as "
            "some published scripts make them")
      ->type_name("N");
  app.add_option("--date", options.date,
                 "date that the chat template tells the model, where it tells one (default: the "
                 "template's, never today's)")
      ->check(NotEmpty())
      ->type_name("TEXT");
  AddChoice(app, "--truncate", options.truncate, kTruncateNames,
            "what to do with a prompt that is too long: never, make the row an error (default); "
            "fair, shorten both answers")
      ->type_name("HOW");
  app.add_option("--max-tokens", options.max_tokens,
                 "longest prompt in tokens (default and maximum: the model's)")
      ->check(WholeNumber(1, std::numeric_limits<int64_t>::max()))
      ->type_name("N");
  app.add_option("--batch-tokens", options.batch_tokens,
                 "tokens computed together (default 8192); fewer need less memory")
      ->check(WholeNumber(1, std::numeric_limits<int64_t>::max()))
      ->type_name("N");
  app.add_flag("--no-share", options.no_share, "compute every prompt on its own, without sharing");
  app.add_flag("--parse-special", options.parse_special,
               "control tokens in texts take effect (default: they are plain text)");
}

std::optional<std::string> CheckModelForRows(const JudgingOptions& options) {
  if (!options.engine.model.empty()) return std::nullopt;
  return "rows need a model: --model M.gram, or --model demo for the toy that comes with gram-cpu";
}

Result<ReadyJudge> OpenJudge(const JudgingOptions& options) {
  GRAM_ASSIGN_OR_RETURN(ScoreOptions score, ToScoreOptions(options));
  GRAM_ASSIGN_OR_RETURN(const std::string model, ModelOrDemo(options.engine.model));
  Result<Judge> judge = Judge::Open(model, ToJudgeOptions(options));
  if (!judge.ok()) {
    if (judge.status().code() != StatusCode::kNotFound) return judge.status();
    return NotFound(judge.status().message() + "; gram-cpu convert HF_DIR M.gram makes a model");
  }
  SayIfThreadsAreMissing(judge->info());
  if (score.protocol == Protocol::kAuto && !judge->info().gives_reward) {
    score.protocol = options.judge_protocol;
  }
  score.protocol = ProtocolOf(judge->info(), score);
  GRAM_RETURN_IF_ERROR(judge->Prompts(Pair{}, score).status());
  return ReadyJudge{std::move(judge).value(), std::move(score)};
}

namespace {

// What only judges have, and what is not as usual.
std::string AskedWith(const ReadyJudge& ready, const JudgingOptions& options) {
  std::string text;
  if (!ready.judge.info().gives_reward) {
    text += ", prompt " + jobs::ChecksumOf(PromptText(ready.score)) + ", scoring " +
            std::string(NameOf(kScoringNames, options.scoring));
    if (options.labels != JudgingOptions().labels) text += ", labels " + options.labels;
  }
  if (options.bos == Bos::kTwo) text += ", two BOS";
  if (!options.date.empty()) text += ", date " + options.date;
  return text;
}

}  // namespace

std::string Provenance(const ReadyJudge& ready, const JudgingOptions& options) {
  const EngineInfo& info = ready.judge.info();
  return "model " + info.model_path + " (" + info.architecture + ", checksum " +
         jobs::HexText(info.model_checksum) + "), protocol " +
         std::string(ProtocolName(ready.score.protocol)) + AskedWith(ready, options) + ", isa " +
         IsaName(info) + ", threads " + std::to_string(info.threads);
}

std::vector<jobs::Setting> JudgingSettings(const ReadyJudge& ready, const JudgingOptions& options) {
  const EngineInfo& info = ready.judge.info();
  std::vector<jobs::Setting> settings = {
      {"model_checksum", jobs::HexText(info.model_checksum)},
      {"prompt_checksum", jobs::ChecksumOf(PromptText(ready.score))},
      {"protocol", std::string(ProtocolName(ready.score.protocol)), "--protocol"},
      {"scoring", std::string(NameOf(kScoringNames, options.scoring)), "--scoring"},
      {"parse_special", options.parse_special ? "yes" : "no", "--parse-special"},
      {"bos", std::string(NameOf(kBosNames, options.bos)), "--bos"},
      {"date", options.date, "--date"},
      {"labels", options.labels, "--labels"},
      {"truncate", std::string(NameOf(kTruncateNames, options.truncate)), "--truncate"},
      {"max_tokens", options.max_tokens == 0 ? "" : std::to_string(options.max_tokens),
       "--max-tokens"},
      {"isa", info.isa, "--isa"}};
  // A library's bits depend on its version and on the kernel that it has chosen for the CPU.
  if (!info.library_kernel.empty()) settings.push_back({"library_kernel", info.library_kernel});
  return settings;
}

std::vector<jobs::Setting> JudgingFacts(const EngineInfo& info) {
  return {{"model", info.model_path},
          {"architecture", info.architecture},
          {"model_verified", info.verified ? "yes" : "no"},
          {"threads", std::to_string(info.threads)}};
}

}  // namespace gram::cli
