#include "tokenizer/added_tokens.h"

#include <algorithm>

namespace gram::tokenizer {
namespace {

unsigned Byte(std::string_view text, size_t pos) { return static_cast<unsigned char>(text[pos]); }

unsigned FirstByte(std::string_view text) { return Byte(text, 0); }

}  // namespace

Result<AddedTokens> AddedTokens::Build(const Vocab& vocab, Kind kind, const std::string& where) {
  AddedTokens tokens;
  auto& entries = tokens.entries_;
  for (const AddedText& added : vocab.table().added) {
    if (kind == Kind::kAll || !vocab.IsControl(added.id)) entries.push_back(added);
  }
  std::sort(entries.begin(), entries.end(),
            [](const AddedText& a, const AddedText& b) { return a.text < b.text; });
  for (size_t i = 1; i < entries.size(); ++i) {
    if (entries[i].text == entries[i - 1].text) {
      return Corrupt(where + ": added token '" + entries[i].text + "' has two ids, " +
                     std::to_string(entries[i - 1].id) + " and " + std::to_string(entries[i].id));
    }
  }
  // Counts by first byte, then their running sum: where in the sorted list each byte's entries are.
  for (const AddedText& entry : entries) ++tokens.first_byte_[FirstByte(entry.text) + 1];
  for (size_t b = 1; b <= 256; ++b) tokens.first_byte_[b] += tokens.first_byte_[b - 1];
  if (!entries.empty() && FirstByte(entries.front().text) == FirstByte(entries.back().text)) {
    tokens.only_first_byte_ = entries.front().text[0];
  }
  return tokens;
}

size_t AddedTokens::NextCandidate(std::string_view text, size_t from) const {
  // In practice all added tokens begin with '<', and memchr finds that much faster than this loop.
  if (only_first_byte_) return std::min(text.find(*only_first_byte_, from), text.size());
  while (from < text.size()) {
    const unsigned byte = static_cast<unsigned char>(text[from]);
    if (first_byte_[byte] != first_byte_[byte + 1]) break;
    ++from;
  }
  return from;
}

std::optional<AddedTokens::Match> AddedTokens::FindNext(std::string_view text, size_t from) const {
  if (entries_.empty()) return std::nullopt;
  for (size_t pos = NextCandidate(text, from); pos < text.size();
       pos = NextCandidate(text, pos + 1)) {
    if (const auto match = LongestAt(text, pos)) return match;
  }
  return std::nullopt;
}

/// Byte by byte narrows down the entries that begin like the text at `pos`: what it costs depends
/// on how much of an entry is there, hardly on how many entries there are.
std::optional<AddedTokens::Match> AddedTokens::LongestAt(std::string_view text, size_t pos) const {
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
        begin, end, [&](const AddedText& entry) { return Byte(entry.text, length) < byte; });
    end = std::partition_point(
        begin, end, [&](const AddedText& entry) { return Byte(entry.text, length) == byte; });
  }
  return longest;
}

std::optional<TokenId> AddedTokens::Find(std::string_view text) const {
  const auto found = std::lower_bound(
      entries_.begin(), entries_.end(), text,
      [](const AddedText& entry, std::string_view wanted) { return entry.text < wanted; });
  if (found == entries_.end() || found->text != text) return std::nullopt;
  return found->id;
}

}  // namespace gram::tokenizer
