#include "tokenizer/vocab.h"

#include <sys/random.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstring>

#include "tokenizer/utf8.h"

namespace gram::tokenizer {
namespace {

// The first min(8, size) bytes as an integer, the rest zero.
uint64_t LoadUpTo8(const char* data, size_t size) {
  uint64_t word = 0;
  if (size >= 8) {
    std::memcpy(&word, data, 8);
  } else if (size >= 4) {
    // Two overlapping loads cover 4 to 7 bytes without a byte loop.
    uint32_t low;
    uint32_t high;
    std::memcpy(&low, data, 4);
    std::memcpy(&high, data + size - 4, 4);
    word = low | static_cast<uint64_t>(high) << (8 * (size - 4));
  } else {
    for (size_t i = 0; i < size; ++i) {
      word |= static_cast<uint64_t>(static_cast<unsigned char>(data[i])) << (8 * i);
    }
  }
  return word;
}

constexpr uint8_t kKnownFlags = kModelToken | kAddedToken | kSpecialToken | kWholeToken;

bool FlagsMakeSense(uint8_t flags) {
  if ((flags & ~kKnownFlags) != 0 || (flags & (kModelToken | kAddedToken)) == 0) return false;
  if ((flags & kSpecialToken) != 0 && (flags & kAddedToken) == 0) return false;
  return (flags & kWholeToken) == 0 || (flags & kModelToken) != 0;
}

unsigned Byte(std::string_view text, size_t pos) { return static_cast<unsigned char>(text[pos]); }

unsigned FirstByte(std::string_view text) { return Byte(text, 0); }

}  // namespace

uint64_t RandomSeed() {
  uint64_t seed = 0;
  if (::getrandom(&seed, sizeof(seed), GRND_NONBLOCK) == sizeof(seed)) return seed;
  // A system without randomness yet: the clock and where the stack is are hard to guess as well.
  const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  return SeededHash(static_cast<uint64_t>(now), reinterpret_cast<uintptr_t>(&seed));
}

uint64_t Vocab::KeyOf(std::string_view bytes) const {
  return bytes.size() <= 8 ? LoadUpTo8(bytes.data(), bytes.size()) : SeededHash(bytes, seed_);
}

// Build leaves a third of the slots free, so every search ends at a free one.
const Vocab::Slot* Vocab::FindSlot(std::string_view bytes) const {
  if (bytes.size() > kMaxTokenBytes) return nullptr;
  const uint64_t key = KeyOf(bytes);
  const size_t mask = slots_.size() - 1;
  for (size_t i = Home(key, bytes.size());; i = (i + 1) & mask) {
    const Slot& slot = slots_[i];
    if (slot.id < 0) return nullptr;
    // A key of at most eight bytes is the token itself; a longer one is a hash, which proves
    // nothing.
    if (slot.key == key && slot.length == bytes.size() &&
        (bytes.size() <= 8 || Text(slot.id) == bytes)) {
      return &slot;
    }
  }
}

std::optional<TokenId> Vocab::Find(std::string_view bytes) const {
  const Slot* slot = FindSlot(bytes);
  if (slot == nullptr) return std::nullopt;
  return slot->id;
}

bool Vocab::Insert(TokenId id) {
  const std::string_view bytes = Text(id);
  const uint64_t key = KeyOf(bytes);
  const size_t mask = slots_.size() - 1;
  size_t i = Home(key, bytes.size());
  for (; slots_[i].id >= 0; i = (i + 1) & mask) {
    if (slots_[i].key == key && Text(slots_[i].id) == bytes) return false;
  }
  slots_[i] = {key, id, static_cast<uint16_t>(bytes.size()),
               static_cast<uint16_t>((flags(id) & kWholeToken) != 0 ? 1 : 0)};
  return true;
}

void Vocab::MarkWhole(TokenId id) {
  table_.flags[static_cast<size_t>(id)] |= kWholeToken;
  const Slot* slot = FindSlot(Text(id));
  if (slot != nullptr) slots_[static_cast<size_t>(slot - slots_.data())].whole = 1;
}

size_t Vocab::LongestProbe() const {
  const size_t mask = slots_.size() - 1;
  size_t longest = 0;
  for (size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].id < 0) continue;
    longest = std::max(longest, 1 + ((i - Home(slots_[i].key, slots_[i].length)) & mask));
  }
  return longest;
}

Status Vocab::CheckTable(const std::string& where) const {
  if (table_.ends.empty() || table_.ends.size() > kMaxTokens ||
      table_.flags.size() != table_.ends.size() || table_.ends.back() != table_.blob.size()) {
    return Corrupt(where + ": the vocabulary's tables do not fit together");
  }
  uint32_t begin = 0;
  for (size_t i = 0; i < table_.ends.size(); ++i) {
    const uint32_t end = table_.ends[i];
    if (end <= begin || end - begin > kMaxTokenBytes) {
      return Corrupt(where + ": token " + std::to_string(i) + " is empty or longer than " +
                     std::to_string(kMaxTokenBytes) + " bytes");
    }
    if (!FlagsMakeSense(table_.flags[i])) {
      return Corrupt(where + ": token " + std::to_string(i) + " has impossible flags");
    }
    begin = end;
  }
  return Status();
}

Result<Vocab> Vocab::Build(VocabTable table, const std::string& where) {
  Vocab vocab(std::move(table));
  GRAM_RETURN_IF_ERROR(vocab.CheckTable(where));
  // A power of two, so that the top bits of a hash are an index.
  const size_t slots = std::bit_ceil(std::max<size_t>(vocab.size() + vocab.size() / 2, 16));
  vocab.slots_.assign(slots, Slot{0, -1, 0, 0});
  vocab.shift_ = 64 - std::countr_zero(slots);
  for (size_t i = 0; i < vocab.size(); ++i) {
    const auto id = static_cast<TokenId>(i);
    if ((vocab.flags(id) & kModelToken) != 0 && !vocab.Insert(id)) {
      return Corrupt(where + ": two tokens are both '" + AlphabetFromBytes(vocab.Text(id)) + "'");
    }
  }
  for (unsigned byte = 0; byte < 256; ++byte) {
    const char text = static_cast<char>(byte);
    const std::optional<TokenId> id = vocab.Find(std::string_view(&text, 1));
    if (!id) {
      return Corrupt(where + ": the vocabulary lacks the byte " + std::to_string(byte) + " ('" +
                     AlphabetFromBytes(std::string_view(&text, 1)) +
                     "'), so not every text can be encoded");
    }
    vocab.byte_tokens_[byte] = *id;
  }
  return vocab;
}

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
  // Counts by first byte, then their running sum: where in the sorted list each byte's entries are.
  for (const Entry& entry : entries) ++special.first_byte_[FirstByte(entry.text) + 1];
  for (size_t b = 1; b <= 256; ++b) special.first_byte_[b] += special.first_byte_[b - 1];
  if (!entries.empty() && FirstByte(entries.front().text) == FirstByte(entries.back().text)) {
    special.only_first_byte_ = entries.front().text[0];
  }
  return special;
}

size_t SpecialTokens::NextCandidate(std::string_view text, size_t from) const {
  // In practice all added tokens begin with '<', and memchr finds that much faster than this loop.
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
