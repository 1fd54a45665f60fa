#include "jobs/formats/text_parts.h"

#include <algorithm>
#include <array>

#include "jobs/formats/row_view.h"

namespace gram::jobs {
namespace {

constexpr std::string_view kWhiteSpace = " \t\r\n";

struct SpeakerMark {
  std::string_view text;
  Speaker speaker;
};

constexpr std::array<SpeakerMark, 2> kSpeakerMarks = {
    {{"\n\nHuman:", Speaker::kUser}, {"\n\nAssistant:", Speaker::kAssistant}}};

// What stands where an assistant's turn begins, in chat templates and plain transcripts.
constexpr std::array<std::string_view, 8> kAnswerMarks = {
    "\nAssistant:",           "<|im_start|>assistant\n",
    "<|assistant|>\n",        "<|start_header_id|>assistant<|end_header_id|>\n\n",
    "<start_of_turn>model\n", "[/INST]",
    "### Response:\n",        "### Assistant:"};

std::string_view DropOneSpace(std::string_view text) {
  if (text.starts_with(' ')) text.remove_prefix(1);
  return text;
}

// Where in `text` the next mark stands, from `from` on.
size_t FindMark(std::string_view text, size_t from, const SpeakerMark*& mark) {
  size_t best = std::string_view::npos;
  for (const SpeakerMark& candidate : kSpeakerMarks) {
    const size_t at = text.find(candidate.text, from);
    if (at < best) {
      best = at;
      mark = &candidate;
    }
  }
  return best;
}

// The last of the marks in `text`; empty where there is none.
std::string_view LastAnswerMark(std::string_view text) {
  std::string_view last = text.substr(0, 0);
  for (const std::string_view mark : kAnswerMarks) {
    const size_t at = text.rfind(mark);
    if (at != std::string_view::npos && text.data() + at >= last.data() + last.size()) {
      last = text.substr(at, mark.size());
    }
  }
  return last;
}

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

bool IsTranscript(std::string_view text) {
  const std::string_view mark = kSpeakerMarks[0].text;
  return text.starts_with(mark) || text.starts_with(mark.substr(2));
}

Conversation ReadTranscript(std::string_view text) {
  Conversation conversation;
  const SpeakerMark* mark = kSpeakerMarks.data();
  size_t begin = text.starts_with(mark->text) ? mark->text.size() : mark->text.size() - 2;
  while (true) {
    const Speaker speaker = mark->speaker;
    const size_t next = FindMark(text, begin, mark);
    const bool last = next == std::string_view::npos;
    const std::string_view turn = text.substr(begin, last ? next : next - begin);
    conversation.push_back({speaker, std::string(DropOneSpace(turn))});
    if (last) break;
    begin = next + mark->text.size();
  }
  return conversation;
}

std::optional<RowError> SplitSharedBeginning(std::string_view first, std::string_view second,
                                             SharedBeginning& parts) {
  const auto differ = std::mismatch(first.begin(), first.end(), second.begin(), second.end()).first;
  const std::string_view shared = first.substr(0, static_cast<size_t>(differ - first.begin()));
  const std::string_view mark = LastAnswerMark(shared);
  const bool marked = !mark.empty();
  const auto before = marked ? static_cast<size_t>(mark.data() - shared.data())
                             : shared.find_last_of(kWhiteSpace) + 1;  // 0 where there is none
  const size_t cut = before + mark.size();
  const size_t end = shared.substr(0, before).find_last_not_of(kWhiteSpace) + 1;
  if (end == 0) {
    return RowError{"bad_conversation", "the two texts share no beginning to be the question"};
  }
  parts.question = first.substr(0, end);
  parts.first = marked ? DropOneSpace(first.substr(cut)) : first.substr(cut);
  parts.second = marked ? DropOneSpace(second.substr(cut)) : second.substr(cut);
  return std::nullopt;
}

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
