// What was found in the texts of a pair, or done to them, before the model saw them.
#ifndef GRAM_TEXT_NOTES_H_
#define GRAM_TEXT_NOTES_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gram {

enum class TextField { kQuestion, kResponse1, kResponse2 };

/// What in a text could pass for something that is not the text's author's to say.
enum class TextFlagKind {
  kControlToken,  ///< an added token of the model's tokenizer, such as "<|im_end|>"
  kJudgeMarker,   ///< a line by which the judging prompt separates its parts, or a near variant
};

/// One of them in one field. The text is judged all the same (docs/judging.md).
struct TextFlag {
  TextField field = TextField::kQuestion;
  TextFlagKind kind = TextFlagKind::kControlToken;
  std::string text;  ///< the token; the marker as the judging prompt spells it

  friend bool operator==(const TextFlag&, const TextFlag&) = default;
};

/// A response's length in tokens, encoded by itself, and how many of them the model was shown.
struct ResponseCut {
  int64_t tokens = 0;
  int64_t kept = 0;

  friend bool operator==(const ResponseCut&, const ResponseCut&) = default;
};

struct TextNotes {
  /// Both orders make the same prompt, since the responses are one text as shown (after Unicode
  /// normalisation and shortening): the score is one half by construction.
  bool identical = false;
  /// Question, response 1, response 2; in each the control tokens, then the markers; each of them
  /// once a field. The whole texts are searched, not what Truncate leaves of them.
  std::vector<TextFlag> flags = {};
  /// Response 1 and 2, where at least one was shortened.
  std::optional<std::array<ResponseCut, 2>> cut = std::nullopt;
};

/// "question", "response1", "response2": for machine-readable output, like the next.
std::string_view TextFieldName(TextField field);
/// "control_token", "judge_marker".
std::string_view TextFlagKindName(TextFlagKind kind);

}  // namespace gram

#endif  // GRAM_TEXT_NOTES_H_
