// A judging prompt back to its question and answers: GRAM's fine-tuning data.
#ifndef GRAM_JOBS_FORMATS_JUDGE_PROMPT_H_
#define GRAM_JOBS_FORMATS_JUDGE_PROMPT_H_

#include <optional>
#include <string>
#include <string_view>

#include "jobs/io/row_error.h"

namespace gram::jobs {

/// A rendered judging prompt's parts.
struct JudgePromptParts {
  std::string question;
  std::string response_a;
  std::string response_b;
};

/// Whether `text` holds the lines that mark the parts of a judging prompt.
bool IsJudgePrompt(std::string_view text);

/// Takes the prompt apart at its marks. Error codes: bad_markers (one is not there, in the wrong
/// place, or there twice, so that a part's text cannot be told from the frame).
std::optional<RowError> ReadJudgePrompt(std::string_view text, JudgePromptParts& parts);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_JUDGE_PROMPT_H_
