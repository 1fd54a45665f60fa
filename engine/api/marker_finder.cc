#include "engine/api/marker_finder.h"

#include <algorithm>

#include "tokenizer/utf8.h"

namespace gram::api {
namespace {

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

}  // namespace gram::api
