// Memory that is brought into the second-level cache while something else is computed.
#ifndef GRAM_ENGINE_KERNELS_VECTOR_PREFETCH_H_
#define GRAM_ENGINE_KERNELS_VECTOR_PREFETCH_H_

#include "engine/kernels/kernel_table.h"

namespace gram::kernels::vector {
namespace {

constexpr size_t kCacheLine = 64;  // bytes

/// `runs` runs of `bytes`, a multiple of a line, `stride` apart, in about equal parts over `calls`
/// calls of Next. No bytes: nothing, whatever `from` is.
class Prefetcher {
 public:
  Prefetcher(const unsigned char* from, size_t bytes, size_t runs, size_t stride, size_t calls)
      : at_(from),
        run_end_(from + bytes),
        gap_(stride - bytes),
        bytes_(bytes),
        runs_(bytes == 0 ? 0 : runs),
        lines_a_call_(CeilDiv(bytes / kCacheLine * runs, calls)) {}
  void Next() {
    for (size_t i = 0; i < lines_a_call_ && runs_ > 0; ++i) {
      __builtin_prefetch(at_, 0, 2);
      at_ += kCacheLine;
      if (at_ < run_end_) continue;
      at_ += gap_;
      run_end_ = at_ + bytes_;
      --runs_;
    }
  }

 private:
  const unsigned char* at_;
  const unsigned char* run_end_;
  size_t gap_, bytes_, runs_;
  size_t lines_a_call_;
};

}  // namespace
}  // namespace gram::kernels::vector

#endif  // GRAM_ENGINE_KERNELS_VECTOR_PREFETCH_H_
