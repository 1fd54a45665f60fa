// The judging text with its three placeholders.
#ifndef GRAM_ENGINE_API_PROMPT_TEMPLATE_H_
#define GRAM_ENGINE_API_PROMPT_TEMPLATE_H_

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

namespace gram::api {

/// The judging text cut at its three placeholders, so that filling it is one pass: braces in a
/// user's text stay.
class PromptTemplate {
 public:
  /// kInvalidArgument unless `text` is UTF-8 and holds {input}, {response_a} and {response_b} once
  /// each.
  static Result<PromptTemplate> Parse(std::string_view text);

  std::string Fill(std::string_view input, std::string_view response_a,
                   std::string_view response_b) const;

  /// The lines by which the text separates its parts, trimmed: the nearest that is not blank before
  /// and after each slot, and the last of all. At most 7, each once, in the order of the text.
  std::vector<std::string> Markers() const;

 private:
  enum class Slot { kInput, kResponseA, kResponseB };

  std::array<std::string, 4> texts_;  // before, between and after the slots
  std::array<Slot, 3> slots_{};       // in the order of the text
};

}  // namespace gram::api

#endif  // GRAM_ENGINE_API_PROMPT_TEMPLATE_H_
