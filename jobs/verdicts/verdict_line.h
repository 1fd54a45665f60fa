// Result lines of gram-cpu's own schema: verdicts and errors, written and read back.
#ifndef GRAM_JOBS_VERDICTS_VERDICT_LINE_H_
#define GRAM_JOBS_VERDICTS_VERDICT_LINE_H_

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "gram/judge.h"
#include "jobs/formats/input_row.h"
#include "jobs/io/json_line.h"
#include "jobs/verdicts/totals.h"
#include "jobs/verdicts/value_text.h"

namespace gram::jobs {

/// Members that a caller has each verdict of a line say, as text; empty where none are asked for.
using VerdictAddition = std::function<std::string(const Verdict&)>;

/// The line of a row; `verdicts` are those of its comparisons, in order. Of one comparison the
/// line is its verdict: "score_response1" to "orders". Where there is a label, "label" (1, 2 or
/// "tie") follows, and for 1 and 2 "correct": whether that answer's score is strictly the greater.
/// Then comes the `addition`, if any; its notes come last. Of several, "comparisons" lists such
/// verdicts.
ResultLine WriteVerdicts(const InputRow& row, std::span<const Verdict> verdicts,
                         const VerdictAddition& addition = {});

/// {"id":...,"row":n,"error":{"code":...,"message":...}}
ResultLine WriteError(const InputRow& row, const RowError& error);

/// The text of these lines: of a row that is one pair, and of an error.
std::string VerdictLine(const InputRow& row, const Verdict& verdict);
std::string ErrorLine(const InputRow& row, const RowError& error);

/// {"row":n,"error":{...}} and a line feed, for rows without ids.
std::string ErrorLine(int64_t number, const RowError& error);

/// The error of a row whose comparison number `index` could not be scored. Where it is one of
/// several, the message names it.
RowError ComparisonError(const InputRow& row, size_t index, const Status& status);

/// {"ids":[...]} and a line feed.
std::string IdsLine(std::span<const int32_t> ids);

/// What the texts of a pair held, or what was done to them, as members of an object: "identical",
/// "truncated", "flags", each where there is something to say; else empty.
std::string NotesMembers(const TextNotes& notes);

/// Adds "not_understood":{FIELD:VALUE,...} to a line that is being written, and the fields to its
/// record: the labels of `row` that were there and said nothing certain; nothing where there are
/// none.
void AddUnreadLabels(const InputRow& row, JsonMembers& members, LineRecord& record);

/// Reads what WriteVerdicts, WriteError or WriteRanking wrote into `record`, as far as `line` goes:
/// what is missing or wrong is left out, and the first such is record.fault.
void ReadOwnLine(JsonLineParser& parser, const JsonLine& line, LineRecord& record);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_VERDICTS_VERDICT_LINE_H_
