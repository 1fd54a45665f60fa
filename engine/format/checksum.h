// xxh3-64, the file's checksum: of bytes at hand, or of bytes as they come.
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
  /// The checksum of what came since the start or the last Take, and starts anew.
  uint64_t Take();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gram::format

#endif  // GRAM_ENGINE_FORMAT_CHECKSUM_H_
