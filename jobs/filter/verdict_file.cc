#include "jobs/filter/verdict_file.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "engine/base/status.h"
#include "jobs/io/count_text.h"
#include "jobs/io/files.h"
#include "jobs/run/output_files.h"
#include "jobs/run/run_start.h"
#include "jobs/verdicts/schema.h"
#include "jobs/verdicts/value_text.h"

namespace gram::jobs {
namespace {

// A run that is not complete has a journal and no output yet.
Status CheckComplete(const std::string& path) {
  const std::string finish = "; finish it with --resume, then filter";
  const OutputPaths paths(path);
  GRAM_ASSIGN_OR_RETURN(const bool output, FileExists(path));
  GRAM_ASSIGN_OR_RETURN(const bool journal, FileExists(paths.journal));
  if (!output && journal) {
    return InvalidArgument("the run that writes " + path + " is not complete: " + paths.journal +
                           " holds its rows so far" + finish);
  }
  const std::string_view ending = std::string_view(paths.journal).substr(paths.output.size());
  if (!path.ends_with(ending)) return {};
  const std::string whole = path.substr(0, path.size() - ending.size());
  GRAM_ASSIGN_OR_RETURN(const bool manifest, FileExists(OutputPaths(whole).manifest));
  if (!manifest) return {};
  return InvalidArgument(path + " holds the rows so far of a run that is not complete" + finish);
}

Status CheckWhole(const std::string& path, const std::optional<Manifest>& manifest) {
  if (!manifest || manifest->identity.shard.whole()) return {};
  return InvalidArgument(path + " is shard " + manifest->identity.shard.ToString() +
                         " of a run; put the shards together with gram-cpu merge first");
}

bool Same(const InputRecord& a, const InputRecord& b) {
  return a.content->bytes == b.content->bytes && a.content->checksum == b.content->checksum;
}

std::string Described(const InputRecord& input) {
  return input.path + " (" + std::to_string(input.content->bytes) + " bytes, checksum " +
         HexText(input.content->checksum) + ")";
}

// How the inputs of a run, `scored`, differ from those that are given; empty where they do not.
std::string DifferenceOf(const std::vector<InputRecord>& scored,
                         const std::vector<InputRecord>& given) {
  const auto [was, is] =
      std::mismatch(scored.begin(), scored.end(), given.begin(), given.end(), Same);
  if (was == scored.end() && is == given.end()) return {};
  if (std::is_permutation(scored.begin(), scored.end(), given.begin(), given.end(), Same)) {
    std::string order = "the same files in another order; it was";
    for (const InputRecord& input : scored) order += " " + input.path;
    return order;
  }
  if (scored.size() != given.size()) {
    return Counted(static_cast<int64_t>(given.size()), "file") + " where it was " +
           std::to_string(scored.size());
  }
  return Described(*is) + " where it was " + Described(*was);
}

}  // namespace

Result<VerdictFile> VerdictFile::Open(const std::string& path) {
  GRAM_RETURN_IF_ERROR(CheckComplete(path));
  GRAM_ASSIGN_OR_RETURN(const std::vector<InputFile> files, FindInputs({path}));
  if (files.size() != 1) return InvalidArgument("--verdicts has to be one file");
  std::optional<Manifest> manifest;
  if (files.front().regular()) {
    GRAM_RETURN_IF_ERROR(CheckIfOutput(files.front().path));
    GRAM_ASSIGN_OR_RETURN(manifest, ReadManifest(OutputPaths(files.front().path).manifest));
  }
  GRAM_RETURN_IF_ERROR(CheckWhole(files.front().path, manifest));
  GRAM_ASSIGN_OR_RETURN(LineFile lines, LineFile::Open(files.front().path));
  VerdictFile verdicts(files.front(), std::move(lines), std::move(manifest));
  GRAM_RETURN_IF_ERROR(verdicts.LookAhead());
  return verdicts;
}

// Error lines do not say which verb wrote them, so they are passed over.
Status VerdictFile::LookAhead() {
  rankings_ = manifest_ && manifest_->identity.verb == "rank";
  LineReader reader(Schema::kGramCpu);
  while (ahead_.size() < kMostLookedAt) {
    std::string line;
    GRAM_ASSIGN_OR_RETURN(const bool there, lines_.Next(line));
    if (!there) break;
    ahead_.push_back(line);
    const LineRecord record = reader.Read(line);
    if (record.ranking) rankings_ = true;
    if (!record.failed) break;
  }
  return {};
}

Result<bool> VerdictFile::Next(std::string& line) {
  if (ahead_.empty()) return lines_.Next(line);
  line = std::move(ahead_.front());
  ahead_.pop_front();
  return true;
}

Result<bool> VerdictFile::AreOn(const std::vector<InputFile>& inputs) const {
  if (!manifest_) return false;
  const std::vector<InputRecord>& scored = manifest_->identity.inputs;
  for (const InputRecord& input : scored) {
    if (!input.content) return false;
  }
  std::vector<InputRecord> given;
  for (const InputFile& input : inputs) {
    if (!input.regular()) return false;
    GRAM_ASSIGN_OR_RETURN(const FileIdentity content, IdentifyFile(input.path));
    given.push_back({input.path, content});
  }
  const std::string difference = DifferenceOf(scored, given);
  if (difference.empty()) return true;
  return InvalidArgument("the verdicts in " + file_.path +
                         " belong to another input: " + difference +
                         "; give the input that was scored, or score this one (--trust-order takes "
                         "verdicts and rows in the order in which they come)");
}

Status VerdictFile::CheckReadAlike(const std::vector<Setting>& settings) const {
  if (!manifest_) return {};
  const auto given = [](const Setting& setting, const std::string& value) {
    return value.empty() ? "no " + setting.option : setting.option + " " + value;
  };
  for (const Setting& setting : settings) {
    const std::string was = SettingValue(manifest_->identity.settings, setting.name);
    if (setting.value == was) continue;
    return InvalidArgument("the verdicts in " + file_.path + " were made with " +
                           given(setting, was) + ", but filter was given " +
                           given(setting, setting.value) +
                           ": they could be about other texts of the rows; give filter what " +
                           manifest_->identity.verb + " had");
  }
  return {};
}

}  // namespace gram::jobs
