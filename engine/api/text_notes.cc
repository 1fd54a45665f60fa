#include "gram/text_notes.h"

namespace gram {

std::string_view TextFieldName(TextField field) {
  switch (field) {
    case TextField::kQuestion:
      return "question";
    case TextField::kResponse1:
      return "response1";
    case TextField::kResponse2:
      return "response2";
  }
  return "unknown";
}

std::string_view TextFlagKindName(TextFlagKind kind) {
  switch (kind) {
    case TextFlagKind::kControlToken:
      return "control_token";
    case TextFlagKind::kJudgeMarker:
      return "judge_marker";
  }
  return "unknown";
}

}  // namespace gram
