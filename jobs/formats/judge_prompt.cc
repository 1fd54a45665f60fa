#include "jobs/formats/judge_prompt.h"

#include <algorithm>
#include <array>

#include "jobs/formats/aliases.h"

namespace gram::jobs {
namespace {

constexpr std::array<std::string_view, 5> kPromptMarks = {
    "[User Question]\n", "[The Start of Assistant A's Answer]\n",
    "[The End of Assistant A's Answer]", "[The Start of Assistant B's Answer]\n",
    "[The End of Assistant B's Answer]"};

// Up to `count` line feeds less at the end.
std::string_view DropLineFeeds(std::string_view text, int count) {
  for (; count > 0 && text.ends_with('\n'); --count) text.remove_suffix(1);
  return text;
}

}  // namespace

bool IsJudgePrompt(std::string_view text) {
  return std::all_of(kPromptMarks.begin(), kPromptMarks.end(), [text](std::string_view mark) {
    return text.find(mark) != std::string_view::npos;
  });
}

std::optional<RowError> ReadJudgePrompt(std::string_view text, JudgePromptParts& parts) {
  std::array<std::string_view, kPromptMarks.size()> behind;  // the text from each mark to the next
  size_t from = 0;
  for (size_t i = 0; i < kPromptMarks.size(); ++i) {
    const std::string_view mark = kPromptMarks[i];
    const size_t at = text.find(mark);
    if (at == std::string_view::npos || at < from || at != text.rfind(mark)) {
      return RowError{"bad_markers", "the judging prompt does not hold the line " +
                                         Quoted(DropLineFeeds(mark, 1)) +
                                         " once, and in its place"};
    }
    if (i > 0) behind[i - 1] = text.substr(from, at - from);
    from = at + mark.size();
  }
  parts.question = DropLineFeeds(behind[0], 2);
  parts.response_a = DropLineFeeds(behind[1], 1);
  parts.response_b = DropLineFeeds(behind[3], 1);
  return std::nullopt;
}

}  // namespace gram::jobs
