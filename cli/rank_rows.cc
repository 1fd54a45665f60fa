#include "cli/rank_rows.h"

#include "cli/output/output_row.h"
#include "cli/output/rank_row.h"

namespace gram::cli {

std::vector<std::string> RankRows(const Ranker& rank, std::span<const InputRow> rows,
                                  bool matches) {
  std::vector<RankTask> tasks;
  for (const InputRow& row : rows) tasks.push_back({row.question, row.responses});
  const std::vector<Result<Ranking>> rankings = rank(tasks);
  std::vector<std::string> lines;
  for (size_t i = 0; i < rows.size(); ++i) {
    const Status& status = rankings[i].status();
    lines.push_back(
        rankings[i].ok()
            ? RankLine(rows[i], *rankings[i], matches)
            : ErrorLine(rows[i], {std::string(StatusCodeName(status.code())), status.message()}));
  }
  return lines;
}

}  // namespace gram::cli
