#include "cli/open_judge.h"

#include <cstdio>
#include <span>
#include <utility>

#include "engine/base/status.h"
#include "engine/format/checksum.h"

namespace gram::cli {
namespace {

std::string Hex(uint64_t value) {
  char text[17];
  std::snprintf(text, sizeof(text), "%016llx", static_cast<unsigned long long>(value));
  return text;
}

uint64_t HashOf(const std::string& text) {
  return format::Checksum(std::as_bytes(std::span(text.data(), text.size())));
}

}  // namespace

Result<ReadyJudge> OpenJudge(const JudgingOptions& options) {
  GRAM_ASSIGN_OR_RETURN(ScoreOptions score, ToScoreOptions(options));
  Result<Judge> judge = Judge::Open(options.engine.model, ToJudgeOptions(options));
  if (!judge.ok()) {
    if (judge.status().code() != StatusCode::kNotFound) return judge.status();
    return NotFound(judge.status().message() + "; gram-cpu convert HF_DIR M.gram makes a model");
  }
  GRAM_RETURN_IF_ERROR(judge->Prompts(Pair{}, score).status());
  return ReadyJudge{std::move(judge).value(), std::move(score)};
}

std::string Provenance(const ReadyJudge& ready, const JudgingOptions& options) {
  const EngineInfo& info = ready.judge.info();
  return "model " + info.model_path + " (" + info.architecture + ", checksum " +
         Hex(info.model_checksum) + "), protocol " + options.protocol + ", prompt " +
         Hex(HashOf(PromptText(ready.score))) + ", scoring " + options.scoring + ", isa " +
         info.isa + ", threads " + std::to_string(info.threads);
}

}  // namespace gram::cli
