#include "cli/rank_pairs_file.h"

#include <vector>

#include "engine/base/status.h"
#include "jobs/filter/lines_file.h"
#include "jobs/io/byte_source.h"
#include "jobs/io/count_text.h"
#include "jobs/verdicts/rank_pairs.h"

namespace gram::cli {
namespace {

Result<jobs::LinesFile> OpenPairs(const RankCommandOptions& options) {
  const bool replace = options.job.force || options.job.resume || options.job.retry_failed;
  return jobs::LinesFile::Create(options.pairs, replace);
}

}  // namespace

Status CheckPairsFile(const RankCommandOptions& options) {
  return options.pairs.empty() ? Status() : OpenPairs(options).status();
}

Result<PairCount> WritePairs(const RankCommandOptions& options) {
  GRAM_ASSIGN_OR_RETURN(jobs::LineFile rankings, jobs::LineFile::Open(options.job.output));
  GRAM_ASSIGN_OR_RETURN(jobs::LinesFile file, OpenPairs(options));
  const bool each = options.pairs_of == "best-each";
  jobs::PairMaker maker(each ? jobs::PairChoice::kBestEach : jobs::PairChoice::kBestWorst);
  PairCount count;
  std::string line;
  while (true) {
    GRAM_ASSIGN_OR_RETURN(const bool more, rankings.Next(line));
    if (!more) break;
    GRAM_ASSIGN_OR_RETURN(const std::vector<std::string> pairs, maker.Make(line));
    for (const std::string& pair : pairs) GRAM_RETURN_IF_ERROR(file.Write(pair));
    ++count.rows;
    count.without += pairs.empty() ? 1 : 0;
    count.pairs += static_cast<int64_t>(pairs.size());
  }
  GRAM_RETURN_IF_ERROR(file.Commit());
  return count;
}

std::string PairsSummary(const PairCount& count) {
  const std::string pairs =
      jobs::Counted(count.pairs, "pair") + " from " + jobs::Counted(count.rows, "row");
  if (count.without == 0) return pairs;
  return pairs + "; " + jobs::Counted(count.without, "row") +
         (count.without == 1 ? " makes" : " make") +
         " none: nothing to choose between, or no answer that is clearly better";
}

}  // namespace gram::cli
