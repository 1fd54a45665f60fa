#include "tokenizer/special_tokens.h"

#include <algorithm>
#include <tuple>

#include "tokenizer/utf8.h"

namespace gram::tokenizer {
namespace {

unsigned FirstByte(std::string_view text) { return static_cast<unsigned char>(text[0]); }

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
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::make_tuple(FirstByte(a.text), b.text.size(), std::string_view(a.text)) <
           std::make_tuple(FirstByte(b.text), a.text.size(), std::string_view(b.text));
  });
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
    const unsigned byte = static_cast<unsigned char>(text[pos]);
    const std::string_view rest = text.substr(pos);
    for (uint32_t i = first_byte_[byte]; i < first_byte_[byte + 1]; ++i) {
      const Entry& entry = entries_[i];
      if (rest.starts_with(entry.text)) return Match{pos, entry.text.size(), entry.id};
    }
  }
  return std::nullopt;
}

std::optional<TokenId> SpecialTokens::Find(std::string_view text) const {
  if (text.empty()) return std::nullopt;
  const unsigned byte = FirstByte(text);
  for (uint32_t i = first_byte_[byte]; i < first_byte_[byte + 1]; ++i) {
    if (entries_[i].text == text) return entries_[i].id;
  }
  return std::nullopt;
}

}  // namespace gram::tokenizer
