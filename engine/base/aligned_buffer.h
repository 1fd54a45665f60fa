// An owning array aligned for full-width vector loads and for cache lines.
#ifndef GRAM_ENGINE_BASE_ALIGNED_BUFFER_H_
#define GRAM_ENGINE_BASE_ALIGNED_BUFFER_H_

#include <algorithm>
#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

#include "engine/base/packed_layout.h"

namespace gram {

/// `size` zeroed elements at a 64-byte boundary. Move-only; an allocation failure throws
/// std::bad_alloc, which the public API turns into a Status.
template <typename T>
class AlignedBuffer {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  AlignedBuffer() = default;
  explicit AlignedBuffer(size_t size)
      : data_(size == 0 ? nullptr
                        : static_cast<T*>(::operator new (size * sizeof(T),
                                                          std::align_val_t{kTensorAlignment}))),
        size_(size) {
    std::fill_n(reinterpret_cast<unsigned char*>(data_), size_ * sizeof(T),
                static_cast<unsigned char>(0));
  }
  AlignedBuffer(AlignedBuffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  AlignedBuffer& operator=(AlignedBuffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  AlignedBuffer(const AlignedBuffer&) = delete;
  AlignedBuffer& operator=(const AlignedBuffer&) = delete;
  ~AlignedBuffer() { ::operator delete (data_, std::align_val_t{kTensorAlignment}); }

  T* data() { return data_; }
  const T* data() const { return data_; }
  size_t size() const { return size_; }
  T& operator[](size_t i) { return data_[i]; }
  const T& operator[](size_t i) const { return data_[i]; }

 private:
  T* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace gram

#endif  // GRAM_ENGINE_BASE_ALIGNED_BUFFER_H_
