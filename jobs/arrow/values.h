// Values in Arrow's buffers: in the byte order of the machine, at whatever address.
#ifndef GRAM_JOBS_ARROW_VALUES_H_
#define GRAM_JOBS_ARROW_VALUES_H_

#include <cstdint>
#include <cstring>

namespace gram::jobs {

template <typename T>
T ValueAt(const void* buffer, int64_t index) {
  T value;
  std::memcpy(&value, static_cast<const char*>(buffer) + index * static_cast<int64_t>(sizeof(T)),
              sizeof(T));
  return value;
}

/// An integer of `width` bytes. Of 8 bytes without a sign, what is too large comes out negative.
inline int64_t IntegerAt(const void* buffer, int64_t index, int width, bool is_signed) {
  switch (width) {
    case 1:
      return is_signed ? ValueAt<int8_t>(buffer, index) : ValueAt<uint8_t>(buffer, index);
    case 2:
      return is_signed ? ValueAt<int16_t>(buffer, index) : ValueAt<uint16_t>(buffer, index);
    case 4:
      return is_signed ? ValueAt<int32_t>(buffer, index) : ValueAt<uint32_t>(buffer, index);
    default:
      return ValueAt<int64_t>(buffer, index);
  }
}

inline bool BitAt(const void* bits, int64_t index) {
  return ((static_cast<const uint8_t*>(bits)[index / 8] >> (index % 8)) & 1) != 0;
}

}  // namespace gram::jobs

#endif  // GRAM_JOBS_ARROW_VALUES_H_
