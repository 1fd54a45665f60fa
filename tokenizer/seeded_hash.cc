#include "tokenizer/seeded_hash.h"

#include <sys/random.h>

#include <chrono>

namespace gram::tokenizer {

uint64_t RandomSeed() {
  uint64_t seed = 0;
  if (::getrandom(&seed, sizeof(seed), GRND_NONBLOCK) == sizeof(seed)) return seed;
  // A system without randomness yet: the clock and where the stack is are hard to guess as well.
  const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  return SeededHash(static_cast<uint64_t>(now), reinterpret_cast<uintptr_t>(&seed));
}

}  // namespace gram::tokenizer
