// The JSON lines that the CLI writes.
#ifndef GRAM_JOBS_VERDICTS_OUTPUT_ROW_H_
#define GRAM_JOBS_VERDICTS_OUTPUT_ROW_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "gram/judge.h"
#include "jobs/formats/input_row.h"

namespace gram::jobs {

/// A number as the shortest decimal that reads back as the same float or double, always with a
/// point or an exponent; "null" for infinities and NaN, which JSON cannot hold.
std::string JsonNumber(float value);
std::string JsonNumber(double value);

std::string JsonBool(bool value);

/// `text` as a JSON string, quotes included.
std::string JsonString(std::string_view text);

/// What the texts of a pair held, or what was done to them, as members of an object: "identical",
/// "truncated", "flags", each where there is something to say; else empty.
std::string NotesMembers(const TextNotes& notes);

/// The verdict on one comparison as members of an object, "score_response1" to "orders". Where
/// there is a label, "label" (1, 2 or "tie") follows, and for 1 and 2 "correct": whether that
/// answer's score is strictly the greater. Its notes come last.
std::string VerdictMembers(const Verdict& verdict, Label label);

/// ,"not_understood":{FIELD:VALUE,...}: the labels of a row that were there and said nothing
/// certain; empty where there are none.
std::string UnreadLabelsMember(const InputRow& row);

/// The result line of a row that is one pair, line feed included.
std::string VerdictLine(const InputRow& row, const Verdict& verdict);

/// {"id":...,"row":n,"error":{"code":...,"message":...}} and a line feed.
std::string ErrorLine(const InputRow& row, const RowError& error);

/// {"row":n,"error":{...}} and a line feed, for rows without ids.
std::string ErrorLine(int64_t number, const RowError& error);

/// {"ids":[...]} and a line feed.
std::string IdsLine(std::span<const int32_t> ids);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_VERDICTS_OUTPUT_ROW_H_
