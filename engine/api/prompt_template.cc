#include "engine/api/prompt_template.h"

#include <algorithm>
#include <utility>

#include "gram/judge.h"
#include "tokenizer/utf8.h"

namespace gram {
namespace {

// The judging prompt of the GRAM model card, byte for byte.
constexpr std::string_view kCardPrompt =
    R"CARD(Please act as an impartial judge and evaluate the quality of the responses provided by two AI assistants to the user question displayed below. You should choose the assistant that follows the user's instructions and answers the user's question better.
Your evaluation should consider factors such as the helpfulness, relevance, accuracy, depth, creativity, and level of detail of their responses. Avoid any position biases and ensure that the order in which the responses were presented does not influence your decision. Do not allow the length of the responses to influence your evaluation. Do not favor certain names of the assistants. Be as objective as possible.
Please directly output your final verdict by strictly following this format: "A" if assistant A is better, "B" if assistant B is better.

[User Question]
{input}

[The Start of Assistant A's Answer]
{response_a}
[The End of Assistant A's Answer]

[The Start of Assistant B's Answer]
{response_b}
[The End of Assistant B's Answer]
)CARD";

constexpr std::string_view kEvalTail = "\n#Preferred: ";

std::string BaseText(const ScoreOptions& options) {
  return options.prompt.empty() ? std::string(kCardPrompt) : options.prompt;
}

}  // namespace

std::string PromptText(const ScoreOptions& options) {
  if (options.protocol == Protocol::kReward) return {};
  std::string text = BaseText(options);
  if (options.protocol == Protocol::kEval) text += kEvalTail;
  return text;
}

namespace api {
namespace {

constexpr std::string_view kBlank = " \t\r\n\v\f";

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(kBlank);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) + 1 - first);
}

// Of a folded marker.
constexpr size_t kMinLetters = 6;
constexpr size_t kMaxBytes = 100;
constexpr size_t kMaxMarkers = 64;  // bits of State::ends

bool IsLetterOrDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c & 0x80) != 0;
}

/// White space and characters that show nothing.
bool IsInvisible(char32_t c) {
  return (c >= 0x09 && c <= 0x0d) || c == ' ' || c == 0x85 || c == 0xa0 || c == 0xad ||
         (c >= 0x2000 && c <= 0x200f) || (c >= 0x2028 && c <= 0x202f) ||
         (c >= 0x205f && c <= 0x2064) || c == 0x3000 || c == 0xfeff;
}

bool IsApostrophe(char32_t c) { return c == 0x2018 || c == 0x2019 || c == 0x02bc; }

/// Calls step(byte) for every byte of `text` as markers are compared: variants become one.
template <typename Step>
void Fold(std::string_view text, const Step& step) {
  for (size_t pos = 0; pos < text.size();) {
    const auto [code_point, length] = tokenizer::DecodeUtf8(text, pos);
    if (code_point >= 'A' && code_point <= 'Z') {
      step(static_cast<char>(code_point - 'A' + 'a'));
    } else if (IsApostrophe(code_point)) {
      step('\'');
    } else if (!IsInvisible(code_point)) {
      for (const char byte : text.substr(pos, length)) step(byte);
    }
    pos += length;
  }
}

bool WorthLookingFor(std::string_view folded) {
  const auto letters = std::count_if(folded.begin(), folded.end(), IsLetterOrDigit);
  return static_cast<size_t>(letters) >= kMinLetters && folded.size() <= kMaxBytes;
}

}  // namespace

Result<PromptTemplate> PromptTemplate::Parse(std::string_view text) {
  constexpr std::array<std::string_view, 3> kNames = {"{input}", "{response_a}", "{response_b}"};
  GRAM_RETURN_IF_ERROR(tokenizer::CheckUtf8(text, "the judging prompt"));
  std::array<std::pair<size_t, size_t>, 3> found;  // (offset, which)
  for (size_t i = 0; i < kNames.size(); ++i) {
    const size_t at = text.find(kNames[i]);
    if (at == text.npos || text.find(kNames[i], at + 1) != text.npos) {
      return InvalidArgument("the judging prompt must hold " + std::string(kNames[i]) +
                             " exactly once");
    }
    found[i] = {at, i};
  }
  std::sort(found.begin(), found.end());
  PromptTemplate result;
  size_t end = 0;
  for (size_t i = 0; i < found.size(); ++i) {
    const auto [at, which] = found[i];
    result.texts_[i] = text.substr(end, at - end);
    result.slots_[i] = static_cast<Slot>(which);
    end = at + kNames[which].size();
  }
  result.texts_[3] = text.substr(end);
  return result;
}

std::string PromptTemplate::Fill(std::string_view input, std::string_view response_a,
                                 std::string_view response_b) const {
  std::string filled = texts_[0];
  for (size_t i = 0; i < slots_.size(); ++i) {
    filled += slots_[i] == Slot::kInput       ? input
              : slots_[i] == Slot::kResponseA ? response_a
                                              : response_b;
    filled += texts_[i + 1];
  }
  return filled;
}

std::vector<std::string> PromptTemplate::Markers() const {
  std::vector<std::string> markers;
  const auto add = [&](std::string_view line) {
    if (line.empty() || std::find(markers.begin(), markers.end(), line) != markers.end()) return;
    markers.emplace_back(line);
  };
  for (size_t i = 0; i < texts_.size(); ++i) {
    const std::string_view text = Trim(texts_[i]);
    if (i > 0) add(Trim(text.substr(0, text.find('\n'))));
    add(Trim(text.substr(text.rfind('\n') + 1)));  // npos + 1 is 0: the only line
  }
  return markers;
}

MarkerFinder::MarkerFinder(const std::vector<std::string>& markers) : states_(1) {
  for (const std::string& marker : markers) {
    if (markers_.size() == kMaxMarkers) break;
    std::string folded;
    Fold(marker, [&](char byte) { folded += byte; });
    if (WorthLookingFor(folded)) Insert(marker, folded);
  }
  Link();
}

void MarkerFinder::Insert(const std::string& marker, std::string_view folded) {
  size_t state = 0;
  for (const char c : folded) {
    const auto byte = static_cast<unsigned char>(c);
    if (states_[state].next[byte] == 0) {
      states_[state].next[byte] = static_cast<uint16_t>(states_.size());
      states_.emplace_back();
    }
    state = states_[state].next[byte];
  }
  if (states_[state].ends != 0) return;  // a variant of one that is there
  states_[state].ends = uint64_t{1} << markers_.size();
  markers_.push_back(marker);
}

/// Breadth first: where a state has no step of its own for a byte, it takes the one of the state
/// for its longest proper suffix.
void MarkerFinder::Link() {
  std::vector<uint16_t> suffix(states_.size());
  std::vector<uint16_t> queue = {0};
  for (size_t i = 0; i < queue.size(); ++i) {
    const size_t state = queue[i];
    for (size_t byte = 0; byte < 256; ++byte) {
      const uint16_t fallback = state == 0 ? uint16_t{0} : states_[suffix[state]].next[byte];
      uint16_t& next = states_[state].next[byte];
      if (next == 0) {
        next = fallback;
        continue;
      }
      suffix[next] = fallback;
      states_[next].ends |= states_[fallback].ends;
      queue.push_back(next);
    }
  }
}

std::vector<std::string> MarkerFinder::Find(std::string_view text) const {
  size_t state = 0;
  uint64_t ends = 0;
  Fold(text, [&](char byte) {
    state = states_[state].next[static_cast<unsigned char>(byte)];
    ends |= states_[state].ends;
  });
  std::vector<std::string> found;
  for (size_t i = 0; i < markers_.size(); ++i) {
    if ((ends >> i & 1) != 0) found.push_back(markers_[i]);
  }
  return found;
}

Result<MarkerFinder> FinderOfMarkers(const ScoreOptions& options) {
  const std::string base = BaseText(options);
  const std::string tail(kEvalTail);
  std::vector<std::string> markers;
  for (const std::string& text : {base, base + tail, std::string(kCardPrompt) + tail}) {
    GRAM_ASSIGN_OR_RETURN(const PromptTemplate parsed, PromptTemplate::Parse(text));
    const std::vector<std::string> more = parsed.Markers();
    markers.insert(markers.end(), more.begin(), more.end());
  }
  return MarkerFinder(markers);
}

}  // namespace api
}  // namespace gram
