// The verdicts that a filter goes by: an output of score or rank, and what its manifest says of it.
#ifndef GRAM_JOBS_FILTER_VERDICT_FILE_H_
#define GRAM_JOBS_FILTER_VERDICT_FILE_H_

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "gram/status.h"
#include "jobs/io/byte_source.h"
#include "jobs/io/row_source.h"
#include "jobs/run/manifest.h"

namespace gram::jobs {

/// Move-only.
class VerdictFile {
 public:
  /// Opens the file and reads the manifest beside it, where there is one. Errors: those of
  /// FindInputs, LineFile, ReadManifest and CheckIfOutput (the file is not as its run left it);
  /// kInvalidArgument: not one file, the output of a shard, or of a run that is not complete (the
  /// message names its journal).
  static Result<VerdictFile> Open(const std::string& path);

  /// Puts the next line into `line`; false at the end. Errors: those of LineFile.
  Result<bool> Next(std::string& line);

  /// After the last line: whether the file ends in the middle of one.
  bool torn() const { return lines_.torn(); }

  /// Whether the lines are those of rank, each on a list of answers.
  bool rankings() const { return rankings_; }

  const InputFile& file() const { return file_; }

  /// Of the run that wrote the file; nothing where none is beside it.
  const std::optional<Manifest>& manifest() const { return manifest_; }

  /// Whether the manifest shows that the verdicts are on the rows of `inputs`; false where it
  /// cannot tell (there is none, or rows came or come from a pipe). Errors: kInvalidArgument where
  /// it shows that they are on others; those of IdentifyFile.
  Result<bool> AreOn(const std::vector<InputFile>& inputs) const;

  /// Errors: kInvalidArgument where the manifest shows that the run read its rows otherwise than by
  /// `settings`, which are how they are read now: its verdicts could be on other texts of them.
  Status CheckReadAlike(const std::vector<Setting>& settings) const;

 private:
  VerdictFile(InputFile file, LineFile lines, std::optional<Manifest> manifest)
      : file_(std::move(file)), lines_(std::move(lines)), manifest_(std::move(manifest)) {}

  Status LookAhead();

  static constexpr size_t kMostLookedAt = 1000;  // lines

  InputFile file_;
  LineFile lines_;
  std::optional<Manifest> manifest_;
  std::deque<std::string> ahead_;  // lines that were read to learn whose they are
  bool rankings_ = false;
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FILTER_VERDICT_FILE_H_
