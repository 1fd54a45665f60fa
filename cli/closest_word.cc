#include "cli/closest_word.h"

#include <algorithm>
#include <vector>

namespace gram::cli {
namespace {

constexpr size_t kLongestWord = 64;       // nobody mistypes a text
constexpr size_t kShortestBeginning = 3;  // fewer letters begin anything

const std::string* FirstThatBegins(std::string_view typed, std::span<const std::string> words) {
  if (typed.size() < kShortestBeginning) return nullptr;
  const auto found = std::find_if(words.begin(), words.end(), [typed](const std::string& word) {
    return word.starts_with(typed);
  });
  return found == words.end() ? nullptr : &*found;
}

}  // namespace

size_t EditDistance(std::string_view a, std::string_view b) {
  // Three rows of the usual table: what stands two rows up is what a swap goes on from.
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> above(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    before.swap(above);
    above.swap(row);
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

std::optional<std::string> ClosestWord(std::string_view typed, std::span<const std::string> words) {
  if (typed.empty() || typed.size() > kLongestWord) return std::nullopt;
  const std::string* closest = nullptr;
  size_t least = 0;
  for (const std::string& word : words) {
    const size_t distance = EditDistance(typed, word);
    const size_t allowed = std::max<size_t>(word.size() / 3, 1);
    if (distance > allowed || distance >= std::max(typed.size(), word.size())) continue;
    if (closest != nullptr && distance >= least) continue;
    closest = &word;
    least = distance;
  }
  if (closest == nullptr) closest = FirstThatBegins(typed, words);
  return closest == nullptr ? std::nullopt : std::optional(*closest);
}

}  // namespace gram::cli
