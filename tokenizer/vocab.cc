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

bool FlagsMakeSense(uint8_t flags, Alphabet alphabet) {
  if (flags == kByteToken) return alphabet == Alphabet::kCharacters;
  if ((flags & ~kKnownFlags) != 0 || (flags & (kModelToken | kAddedToken)) == 0) return false;
  if ((flags & kSpecialToken) != 0 && (flags & kAddedToken) == 0) return false;
  return (flags & kWholeToken) == 0 || (flags & kModelToken) != 0;
}

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
    const uint8_t flags = table_.flags[i];
    if (!FlagsMakeSense(flags, alphabet()) || (flags == kByteToken && end - begin != 1)) {
      return Corrupt(where + ": token " + std::to_string(i) + " has impossible flags");
    }
    if (alphabet() == Alphabet::kCharacters && (flags & kModelToken) != 0 &&
        FindInvalidUtf8(Text(static_cast<TokenId>(i))) != std::string_view::npos) {
      return Corrupt(where + ": token " + std::to_string(i) + " is not valid UTF-8");
    }
    begin = end;
  }
  return CheckAdded(where);
}

Status Vocab::CheckAdded(const std::string& where) const {
  auto next = table_.added.begin();
  for (size_t i = 0; i < size(); ++i) {
    const auto id = static_cast<TokenId>(i);
    if ((flags(id) & kAddedToken) == 0) continue;
    if (next == table_.added.end() || next->id != id || next->text.empty() ||
        next->text.size() > kMaxTokenBytes) {
      return Corrupt(where + ": added token " + std::to_string(i) + " has no text");
    }
    if (FindInvalidUtf8(next->text) != std::string_view::npos) {
      return Corrupt(where + ": added token " + std::to_string(i) + " is not valid UTF-8");
    }
    ++next;
  }
  if (next == table_.added.end()) return Status();
  return Corrupt(where + ": id " + std::to_string(next->id) + " has a text and is no added token");
}

std::string Vocab::Spelled(std::string_view bytes) const {
  return alphabet() == Alphabet::kBytes ? AlphabetFromBytes(bytes) : WithSpaceMarks(bytes);
}

Status Vocab::InsertAll(const std::string& where) {
  // A power of two, so that the top bits of a hash are an index.
  const size_t slots = std::bit_ceil(std::max<size_t>(size() + size() / 2, 16));
  slots_.assign(slots, Slot{0, -1, 0, 0});
  shift_ = 64 - std::countr_zero(slots);
  for (size_t i = 0; i < size(); ++i) {
    const auto id = static_cast<TokenId>(i);
    if ((flags(id) & kModelToken) != 0 && !Insert(id)) {
      return Corrupt(where + ": two tokens are both '" + Spelled(Text(id)) + "'");
    }
  }
  return Status();
}

Status Vocab::SetByteTokens(const std::string& where) {
  byte_tokens_.fill(-1);
  for (size_t i = 0; i < size(); ++i) {
    const auto id = static_cast<TokenId>(i);
    if (flags(id) != kByteToken) continue;
    TokenId& token = byte_tokens_[static_cast<unsigned char>(Text(id)[0])];
    if (token >= 0) {
      return Corrupt(where + ": tokens " + std::to_string(token) + " and " + std::to_string(id) +
                     " are both the same byte");
    }
    token = id;
  }
  for (unsigned byte = 0; byte < 256; ++byte) {
    const char text = static_cast<char>(byte);
    const std::string_view bytes(&text, 1);
    // Of an ASCII character's two tokens, its own comes before that of its byte.
    byte_tokens_[byte] = Find(bytes).value_or(byte_tokens_[byte]);
    if (byte_tokens_[byte] < 0) {
      return Corrupt(where + ": the vocabulary lacks the byte " + std::to_string(byte) +
                     (alphabet() == Alphabet::kBytes ? " ('" + Spelled(bytes) + "')" : "") +
                     ", so not every text can be encoded");
    }
  }
  return Status();
}

Result<Vocab> Vocab::Build(VocabTable table, const std::string& where) {
  Vocab vocab(std::move(table));
  GRAM_RETURN_IF_ERROR(vocab.CheckTable(where));
  GRAM_RETURN_IF_ERROR(vocab.InsertAll(where));
  GRAM_RETURN_IF_ERROR(vocab.SetByteTokens(where));
  return vocab;
}

}  // namespace gram::tokenizer
