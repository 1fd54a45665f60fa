// Rows of JSON in, result lines out: what the command line does with a file, in memory.
#include <atomic>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "c_api/call.h"
#include "c_api/judge.h"
#include "c_api/options.h"
#include "gram/rank.h"
#include "jobs/formats/row_mapper.h"
#include "jobs/io/row_source.h"
#include "jobs/run/answers.h"
#include "jobs/run/job.h"
#include "jobs/run/job_lines.h"

namespace gram::c_api {
namespace {

using jobs::InputRow;

jobs::RowAnswers ScoreRows(gram::Judge& judge, std::span<const InputRow> rows,
                           const ScoreOptions& options) {
  return jobs::VerdictLines(jobs::Schema::kGramCpu, rows,
                            judge.Score(jobs::PairsOf(rows), options));
}

jobs::RowAnswers RankRows(gram::Judge& judge, std::span<const InputRow> rows,
                          const RankOptions& rank, const ScoreOptions& options) {
  return jobs::RankLines({}, rows, RankAll(judge, jobs::RankTasksOf(rows), rank, options));
}

// The lines of all rows of `text`, which `answer` makes for those that can be asked.
Result<std::string> AnswerText(gram_text text, const jobs::MapperOptions& mapping,
                               const jobs::RowAnswer& answer, const std::atomic<bool>& stop) {
  jobs::RowSource source = jobs::RowSource::OfText(std::string(View(text)), "the input");
  GRAM_ASSIGN_OR_RETURN(jobs::RowMapper mapper, jobs::RowMapper::Make(mapping, source));
  jobs::Job job;
  job.map = [&mapper](jobs::RawRow row) { return mapper.Map(std::move(row)); };
  job.answer = answer;
  jobs::JobLines answered(job, source, stop);
  std::string lines;
  std::vector<jobs::ResultLine> window;
  while (true) {
    GRAM_ASSIGN_OR_RETURN(const bool more, answered.Next(window));
    if (!more) break;
    for (const jobs::ResultLine& line : window) lines += line.text;
  }
  if (stop) return Cancelled("cancelled before all rows were answered");
  return lines;
}

enum class Verb { kScore, kRank };

Result<std::string> Answer(Verb verb, const gram_judge* judge, gram_text rows,
                           const gram_options& options, const gram_cancel* cancel) {
  static const std::atomic<bool> never = false;
  GRAM_RETURN_IF_ERROR(CheckJudge(judge));
  // What is wrong with the options is no row's fault.
  GRAM_RETURN_IF_ERROR(judge->judge->Prompts(Pair{}, options.score).status());
  if (verb == Verb::kRank) {
    GRAM_RETURN_IF_ERROR(CheckRankMethod(judge->judge->info(), options.rank.method));
  }
  jobs::MapperOptions mapping = options.rows;
  mapping.comparisons = verb == Verb::kScore;
  const jobs::RowAnswer answer = [&](std::span<const InputRow> asked,
                                     const std::atomic<bool>& stop) {
    ScoreOptions score = options.score;
    score.cancel = &stop;
    if (verb == Verb::kScore) return ScoreRows(*judge->judge, asked, score);
    return RankRows(*judge->judge, asked, options.rank, score);
  };
  return AnswerText(rows, mapping, answer, cancel == nullptr ? never : *cancel->flag);
}

gram_status GiveAnswer(Verb verb, const gram_judge* judge, gram_text rows,
                       const gram_options* options, const gram_cancel* cancel, char** lines) {
  return Call([&]() -> Status {
    GRAM_RETURN_IF_ERROR(NotNull(lines, "lines"));
    GRAM_ASSIGN_OR_RETURN(const std::string text,
                          Answer(verb, judge, rows, OrDefaults(options), cancel));
    *lines = CopyOf(text);
    return {};
  });
}

}  // namespace
}  // namespace gram::c_api

gram_status gram_score_lines(gram_judge* judge, gram_text rows, const gram_options* options,
                             const gram_cancel* cancel, char** lines) {
  return gram::c_api::GiveAnswer(gram::c_api::Verb::kScore, judge, rows, options, cancel, lines);
}

gram_status gram_rank_lines(gram_judge* judge, gram_text rows, const gram_options* options,
                            const gram_cancel* cancel, char** lines) {
  return gram::c_api::GiveAnswer(gram::c_api::Verb::kRank, judge, rows, options, cancel, lines);
}
