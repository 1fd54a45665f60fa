// xxh3-64, the packed file's checksum: of bytes in memory, or of bytes that arrive in pieces.
#ifndef GRAM_ENGINE_FORMAT_CHECKSUM_H_
#define GRAM_ENGINE_FORMAT_CHECKSUM_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace gram::format {

/// xxh3-64 with seed 0.
uint64_t Checksum(std::span<const std::byte> bytes);

/// The same number for bytes that arrive in pieces, however they are cut. Move-only.
class RunningChecksum {
 public:
  RunningChecksum();
  RunningChecksum(RunningChecksum&&) noexcept;
  RunningChecksum& operator=(RunningChecksum&&) noexcept;
  ~RunningChecksum();

  void Update(std::span<const std::byte> bytes);
  /// The checksum of all bytes since the start or the last Take; the next one begins empty.
  uint64_t Take();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gram::format

#endif  // GRAM_ENGINE_FORMAT_CHECKSUM_H_
