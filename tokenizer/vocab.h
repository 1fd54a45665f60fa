// The vocabulary: what each token id stands for, and which id a byte string has.
#ifndef GRAM_TOKENIZER_VOCAB_H_
#define GRAM_TOKENIZER_VOCAB_H_

// The hash is inlined from xxhash's header: a function call per look-up would cost more than it.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/status.h"

namespace gram::tokenizer {

using TokenId = int32_t;

/// What merging starts from.
enum class Alphabet : uint8_t {
  kBytes,       ///< every byte value has a token of its own
  kCharacters,  ///< a character that has none becomes its bytes (byte fallback)
};

/// What an id is; several may hold at once.
enum TokenFlags : uint8_t {
  kModelToken = 1,    ///< BPE can produce it; its bytes name it
  kAddedToken = 2,    ///< it is found in text as a whole, before BPE
  kSpecialToken = 4,  ///< an added token that skip_special leaves out
  kWholeToken = 8,    ///< BPE makes of its bytes this one token (false for unreachable ones)
  kByteToken = 16,    ///< one byte of a character that has no token; of characters only, and alone
};

/// An added token as it stands in a text, which need not be the bytes it stands for.
struct AddedText {
  TokenId id;
  std::string text;
};

/// The contents of a vocabulary, unchecked: token i is blob[ends[i - 1], ends[i]).
struct VocabTable {
  Alphabet alphabet = Alphabet::kBytes;
  std::string blob;              ///< the bytes of text that the tokens stand for, in id order
  std::vector<uint32_t> ends;    ///< [tokens]
  std::vector<uint8_t> flags;    ///< [tokens], TokenFlags
  std::vector<AddedText> added;  ///< of all kAddedToken, in id order
};

inline constexpr size_t kMaxTokenBytes = 0xffff;
inline constexpr size_t kMaxTokens = size_t{1} << 23;

// The hash tables are seeded at random, so that nobody can make a file whose entries all collide
// and turn every look-up into a search of the whole table. Results never depend on the seed.

/// A different number at each call, from the system's source of randomness.
uint64_t RandomSeed();

inline uint64_t SeededHash(uint64_t key, uint64_t seed) {
  return XXH3_64bits_withSeed(&key, sizeof(key), seed);
}

inline uint64_t SeededHash(std::string_view bytes, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

/// Ids are 0 .. size() - 1 without gaps. Immutable but for MarkWhole.
class Vocab {
 public:
  /// Errors, all kCorrupt and naming `where`: an empty or overlong token, two model tokens with the
  /// same bytes, flags that contradict each other, added tokens that are not those of the flags or
  /// not UTF-8, a byte value without a token; with Alphabet::kCharacters a model token that is not
  /// UTF-8.
  static Result<Vocab> Build(VocabTable table, const std::string& where);

  size_t size() const { return table_.ends.size(); }
  const VocabTable& table() const { return table_; }
  Alphabet alphabet() const { return table_.alphabet; }
  uint8_t flags(TokenId id) const { return table_.flags[static_cast<size_t>(id)]; }

  /// Whether `id` is a control token: an added one that is special, or that BPE knows nothing of.
  /// The others (line breaks and HTML tags of Gemma) are a part of the language.
  bool IsControl(TokenId id) const {
    const unsigned kind = flags(id) & (kModelToken | kAddedToken | kSpecialToken);
    return (kind & kSpecialToken) != 0 || kind == kAddedToken;
  }

  /// The bytes of token `id`, which must be in [0, size()).
  std::string_view Text(TokenId id) const {
    const auto i = static_cast<size_t>(id);
    const uint32_t begin = i == 0 ? 0 : table_.ends[i - 1];
    return std::string_view(table_.blob).substr(begin, table_.ends[i] - begin);
  }

  /// The model token with exactly these bytes.
  std::optional<TokenId> Find(std::string_view bytes) const;

  /// `bytes` as a tokenizer.json spells them: for messages.
  std::string Spelled(std::string_view bytes) const;

  /// The same, if BPE makes of these bytes that one token; -1 otherwise.
  TokenId FindWhole(std::string_view bytes) const {
    const Slot* slot = FindSlot(bytes);
    return slot != nullptr && slot->whole != 0 ? slot->id : -1;
  }

  /// The token of one byte; with Alphabet::kCharacters, of an ASCII character or of one byte of a
  /// character that has no token.
  TokenId ByteToken(unsigned char byte) const { return byte_tokens_[byte]; }

  /// Sets kWholeToken for `id`, a model token.
  void MarkWhole(TokenId id);

  /// The most slots that one look-up visits: what a hostile vocabulary would drive up.
  size_t LongestProbe() const;

 private:
  // A hash table with linear probing. The bytes of tokens of up to 8 bytes are in the slot itself,
  // so that common words are found without a second memory access.
  struct Slot {
    uint64_t key;     // the bytes, zero-padded, if length <= 8; else their seeded hash
    TokenId id;       // -1: free
    uint16_t length;  // bytes
    uint16_t whole;   // 1: kWholeToken
  };
  static_assert(sizeof(Slot) == 16);

  explicit Vocab(VocabTable table) : table_(std::move(table)) {}
  uint64_t KeyOf(std::string_view bytes) const;
  size_t Home(uint64_t key, size_t length) const {
    return static_cast<size_t>(SeededHash(key, seed_ ^ length) >> shift_);
  }
  const Slot* FindSlot(std::string_view bytes) const;
  Status CheckTable(const std::string& where) const;
  Status CheckAdded(const std::string& where) const;
  Status InsertAll(const std::string& where);
  Status SetByteTokens(const std::string& where);
  bool Insert(TokenId id);

  VocabTable table_;
  std::vector<Slot> slots_;
  int shift_ = 0;
  uint64_t seed_ = RandomSeed();
  std::array<TokenId, 256> byte_tokens_{};
};

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_VOCAB_H_
