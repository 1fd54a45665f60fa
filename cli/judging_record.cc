#include "cli/judging_record.h"

#include <set>
#include <string>

#include "jobs/verdicts/value_text.h"

namespace gram::cli {

std::vector<jobs::Setting> JudgingSettings(const ReadyJudge& ready, const JudgingOptions& options) {
  const EngineInfo& info = ready.judge.info();
  std::vector<jobs::Setting> settings = {
      {"model_checksum", jobs::HexText(info.model_checksum)},
      {"prompt_checksum", jobs::ChecksumOf(PromptText(ready.score))},
      {"protocol", options.protocol, "--protocol"},
      {"scoring", options.scoring, "--scoring"},
      {"parse_special", options.parse_special ? "yes" : "no"},
      {"truncate", options.truncate, "--truncate"},
      {"max_tokens", options.max_tokens == 0 ? "" : std::to_string(options.max_tokens),
       "--max-tokens"},
      {"isa", info.isa, "--isa"}};
  // A library's bits depend on its version and on the kernel that it has chosen for the CPU.
  if (!info.library_kernel.empty()) settings.push_back({"library_kernel", info.library_kernel});
  return settings;
}

std::vector<jobs::Setting> InputSettings(const InputOptions& options, const jobs::RowSource& source,
                                         const jobs::RowMapper& mapper) {
  std::set<std::string> formats;
  for (size_t file = 0; file < source.files().size(); ++file) {
    formats.emplace(mapper.FormatName(file));
  }
  std::string names;
  for (const std::string& name : formats) names += (names.empty() ? "" : ",") + name;
  std::string ignored;
  for (const std::string& name : IgnoredFields(options)) {
    ignored += (ignored.empty() ? "" : ",") + name;
  }
  return {{"format", names, "--format"},
          {"map", options.map, "--map"},
          {"ignore", ignored, "--ignore"},
          {"turns", options.turns, "--turns"}};
}

std::vector<jobs::Setting> JudgingFacts(const EngineInfo& info) {
  return {{"model", info.model_path},
          {"architecture", info.architecture},
          {"model_verified", info.verified ? "yes" : "no"},
          {"threads", std::to_string(info.threads)}};
}

}  // namespace gram::cli
