#include "tokenizer/special_tokens.h"

#include <algorithm>

#include "tokenizer/utf8.h"

namespace gram::tokenizer {
namespace {

unsigned Byte(std::string_view text, size_t pos) { return static_cast<unsigned char>(text[pos]); }

unsigned FirstByte(std::string_view text) { return Byte(text, 0); }

}  // namespace

Result<SpecialTokens> SpecialTokens::Build(const Vocab& vocab, const std::string& where) {
  SpecialTokens special;
  auto& entries = special.entries_;
  for (size_t i = 0; i < vocab.size(); ++i) {
    const auto id = static_cast<TokenId>(i);
    if ((vocab.flags(id) & kAddedToken) == 0) continue;
    const std::string what = where + ": added token " + std::to_string(id);
    if (FindInvalidUtf8(vocab.Text(id)) != std::string_view::npos) {
      return Corrupt(what + " is not valid UTF-8");
    }
    entries.push_back({std::string(vocab.Text(id)), id});
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.text < b.text; });
  for (size_t i = 1; i < entries.size(); ++i) {
    if (entries[i].text == entries[i - 1].text) {
      return Corrupt(where + ": added token '" + entries[i].text + "' has two ids, " +
                     std::to_string(entries[i - 1].id) + " and " + std::to_string(entries[i].id));
    }
  }
  for (const Entry& entry : entries) ++special.first_byte_[FirstByte(entry.text) + 1];
  for (size_t b = 1; b <= 256; ++b) special.first_byte_[b] += special.first_byte_[b - 1];
  if (!entries.empty() && FirstByte(entries.front().text) == FirstByte(entries.back().text)) {
    special.only_first_byte_ = entries.front().text[0];
  }
  return special;
}

size_t SpecialTokens::NextCandidate(std::string_view text, size_t from) const {
  if (only_first_byte_) return std::min(text.find(*only_first_byte_, from), text.size());
  while (from < text.size()) {
    const unsigned byte = static_cast<unsigned char>(text[from]);
    if (first_byte_[byte] != first_byte_[byte + 1]) break;
    ++from;
  }
  return from;
}

std::optional<SpecialTokens::Match> SpecialTokens::FindNext(std::string_view text,
                                                            size_t from) const {
  if (entries_.empty()) return std::nullopt;
  for (size_t pos = NextCandidate(text, from); pos < text.size();
       pos = NextCandidate(text, pos + 1)) {
    if (const auto match = LongestAt(text, pos)) return match;
  }
  return std::nullopt;
}

/// Byte by byte narrows down the entries that begin like the text at `pos`: what it costs depends
/// on how much of an entry is there, hardly on how many entries there are.
std::optional<SpecialTokens::Match> SpecialTokens::LongestAt(std::string_view text,
                                                             size_t pos) const {
  const unsigned first = Byte(text, pos);
  auto begin = entries_.begin() + first_byte_[first];
  auto end = entries_.begin() + first_byte_[first + 1];
  std::optional<Match> longest;
  for (size_t length = 1; begin != end; ++length) {
    if (begin->text.size() == length) {  // the shortest is the first
      longest = Match{pos, length, begin->id};
      ++begin;
    }
    if (pos + length == text.size()) break;
    const unsigned byte = Byte(text, pos + length);
    begin = std::partition_point(
        begin, end, [&](const Entry& entry) { return Byte(entry.text, length) < byte; });
    end = std::partition_point(
        begin, end, [&](const Entry& entry) { return Byte(entry.text, length) == byte; });
  }
  return longest;
}

std::optional<TokenId> SpecialTokens::Find(std::string_view text) const {
  const auto found = std::lower_bound(
      entries_.begin(), entries_.end(), text,
      [](const Entry& entry, std::string_view wanted) { return entry.text < wanted; });
  if (found == entries_.end() || found->text != text) return std::nullopt;
  return found->id;
}

}  // namespace gram::tokenizer
