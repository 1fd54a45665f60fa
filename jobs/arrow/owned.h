// A struct of Arrow's C interfaces that is released with its owner.
#ifndef GRAM_JOBS_ARROW_OWNED_H_
#define GRAM_JOBS_ARROW_OWNED_H_

#include <utility>

#include "gram/c_api.h"

namespace gram::jobs {

/// An ArrowSchema, ArrowArray or ArrowArrayStream: it is released at the end, unless it was handed
/// on. Move-only.
template <typename T>
class Owned {
 public:
  Owned() = default;
  explicit Owned(T taken) : value_(taken) {}
  Owned(Owned&& other) noexcept : value_(std::exchange(other.value_, {})) {}
  Owned& operator=(Owned&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Owned() {
    if (value_.release != nullptr) value_.release(&value_);
  }

  T* get() { return &value_; }
  const T& operator*() const { return value_; }
  bool empty() const { return value_.release == nullptr; }

 private:
  T value_ = {};
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_ARROW_OWNED_H_
