#include "tokenizer/vocab.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "tokenizer/byte_map.h"

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

}  // namespace

uint64_t Vocab::KeyOf(std::string_view bytes) const {
  return bytes.size() <= 8 ? LoadUpTo8(bytes.data(), bytes.size()) : SeededHash(bytes, seed_);
}

const Vocab::Slot* Vocab::FindSlot(std::string_view bytes) const {
  if (bytes.size() > kMaxTokenBytes) return nullptr;
  const uint64_t key = KeyOf(bytes);
  const size_t mask = slots_.size() - 1;
  for (size_t i = Home(key, bytes.size());; i = (i + 1) & mask) {
    const Slot& slot = slots_[i];
    if (slot.id < 0) return nullptr;
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

}  // namespace gram::tokenizer
