// Hashing what a file holds: with a seed that nobody knows beforehand, so that no file can be made
// whose entries all fall into one place of a table. Results never depend on the seed.
#ifndef GRAM_TOKENIZER_SEEDED_HASH_H_
#define GRAM_TOKENIZER_SEEDED_HASH_H_

// The header holds the whole of xxhash: a call a look-up would cost more than the hash.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdint>
#include <string_view>

namespace gram::tokenizer {

/// Another number each time: from the system's source of randomness.
uint64_t RandomSeed();

inline uint64_t SeededHash(uint64_t key, uint64_t seed) {
  return XXH3_64bits_withSeed(&key, sizeof(key), seed);
}

inline uint64_t SeededHash(std::string_view bytes, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_SEEDED_HASH_H_
