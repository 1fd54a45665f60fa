// --keep at work: rows pass through it on their way to the judge.
#ifndef GRAM_CLI_ROW_KEEPER_H_
#define GRAM_CLI_ROW_KEEPER_H_

#include <string>

#include "cli/job_options.h"
#include "jobs/run/job_rows.h"
#include "jobs/verdicts/kept_fields.h"

namespace gram::cli {

class RowKeeper {
 public:
  /// Of options that CheckJobOptions agrees to.
  explicit RowKeeper(const JobOptions& options);

  RowKeeper(const RowKeeper&) = delete;
  RowKeeper& operator=(const RowKeeper&) = delete;

  /// What the manifest tells of it; empty where nothing is kept.
  std::string setting() const { return fields_.text(); }

  /// `map`, whose rows hold what is kept of them. Must not outlive this object.
  jobs::RowMap Map(jobs::RowMap map);

  /// Names on standard error the fields that none of the rows had, unless it is to be quiet.
  void SayWhatIsMissing() const;

 private:
  jobs::KeptFields fields_;
  bool quiet_;
};

}  // namespace gram::cli

#endif  // GRAM_CLI_ROW_KEEPER_H_
