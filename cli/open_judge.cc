#include "cli/open_judge.h"

#include <utility>

#include "cli/demo_model.h"
#include "engine/base/status.h"
#include "jobs/verdicts/value_text.h"

namespace gram::cli {
Result<ReadyJudge> OpenJudge(const JudgingOptions& options) {
  GRAM_ASSIGN_OR_RETURN(ScoreOptions score, ToScoreOptions(options));
  GRAM_ASSIGN_OR_RETURN(const std::string model, ModelOrDemo(options.engine.model));
  Result<Judge> judge = Judge::Open(model, ToJudgeOptions(options));
  if (!judge.ok()) {
    if (judge.status().code() != StatusCode::kNotFound) return judge.status();
    return NotFound(judge.status().message() + "; gram-cpu convert HF_DIR M.gram makes a model");
  }
  SayWhatWasNotGranted(judge->info());
  GRAM_RETURN_IF_ERROR(judge->Prompts(Pair{}, score).status());
  return ReadyJudge{std::move(judge).value(), std::move(score)};
}

std::string IsaName(const EngineInfo& info) {
  return info.library_kernel.empty() ? info.isa : info.isa + " (" + info.library_kernel + ")";
}

std::string Provenance(const ReadyJudge& ready, const JudgingOptions& options) {
  const EngineInfo& info = ready.judge.info();
  return "model " + info.model_path + " (" + info.architecture + ", checksum " +
         jobs::HexText(info.model_checksum) + "), protocol " + options.protocol + ", prompt " +
         jobs::ChecksumOf(PromptText(ready.score)) + ", scoring " + options.scoring + ", isa " +
         IsaName(info) + ", threads " + std::to_string(info.threads);
}

}  // namespace gram::cli
