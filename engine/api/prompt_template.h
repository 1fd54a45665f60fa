// The judging prompt as text: the model card's or the caller's own, its three placeholders, and the
// lines that separate its parts, found in a user's text.
#ifndef GRAM_ENGINE_API_PROMPT_TEMPLATE_H_
#define GRAM_ENGINE_API_PROMPT_TEMPLATE_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "gram/options.h"

namespace gram::api {

/// The judging text cut at its three placeholders, so that filling it is one pass: braces in a
/// user's text stay.
class PromptTemplate {
 public:
  /// Errors: kInvalidUtf8; kInvalidArgument unless `text` holds {input}, {response_a} and
  /// {response_b} once each.
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

/// An Aho-Corasick automaton: one step a byte however many markers there are and whatever the text.
///
/// Variants that a reader, or a model, would take for the marker count as it: letter case (of ASCII
/// letters), white space and invisible characters anywhere, curly apostrophes.
class MarkerFinder {
 public:
  MarkerFinder() : MarkerFinder(std::vector<std::string>()) {}
  /// Takes the first 64 of those `markers` that are worth looking for: a shorter one than six
  /// letters or digits (bytes, beyond ASCII) is common in any text, a longer one than 100 bytes is
  /// prose and no separator.
  explicit MarkerFinder(const std::vector<std::string>& markers);

  /// The markers that occur in `text`, valid UTF-8, in the order in which they were given.
  std::vector<std::string> Find(std::string_view text) const;

 private:
  struct State {
    std::array<uint16_t, 256> next{};  // by byte of the folded text
    uint64_t ends = 0;                 // bit i: markers_[i] ends here
  };

  void Insert(const std::string& marker, std::string_view folded);
  void Link();

  std::vector<std::string> markers_;  // as given; of variants the first
  std::vector<State> states_;
};

/// Finds the markers of the prompt in use and of the prompts that the models are made for, whether
/// or not the protocol has the tail: a text can fake any of them. Errors: as PromptTemplate::Parse.
Result<MarkerFinder> FinderOfMarkers(const ScoreOptions& options);

}  // namespace gram::api

#endif  // GRAM_ENGINE_API_PROMPT_TEMPLATE_H_
