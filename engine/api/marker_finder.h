// Finding the judging prompt's own markers in a user's text.
#ifndef GRAM_ENGINE_API_MARKER_FINDER_H_
#define GRAM_ENGINE_API_MARKER_FINDER_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gram::api {

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

}  // namespace gram::api

#endif  // GRAM_ENGINE_API_MARKER_FINDER_H_
