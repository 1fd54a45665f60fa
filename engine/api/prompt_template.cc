#include "engine/api/prompt_template.h"

#include <algorithm>
#include <utility>

#include "tokenizer/utf8.h"

namespace gram::api {
namespace {

constexpr std::string_view kBlank = " \t\r\n\v\f";

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(kBlank);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) + 1 - first);
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

}  // namespace gram::api
