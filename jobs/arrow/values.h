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

/// ?: would give both the type that they have in common, which has no sign.
template <typename Signed, typename Unsigned>
int64_t IntegerAt(const void* buffer, int64_t index, bool is_signed) {
  if (is_signed) return ValueAt<Signed>(buffer, index);
  return ValueAt<Unsigned>(buffer, index);
}

/// An integer of `width` bytes. Of 8 bytes without a sign, what is too large comes out negative.
inline int64_t IntegerAt(const void* buffer, int64_t index, int width, bool is_signed) {
  switch (width) {
    case 1:
      return IntegerAt<int8_t, uint8_t>(buffer, index, is_signed);
    case 2:
      return IntegerAt<int16_t, uint16_t>(buffer, index, is_signed);
    case 4:
      return IntegerAt<int32_t, uint32_t>(buffer, index, is_signed);
    default:
      return ValueAt<int64_t>(buffer, index);
  }
}

inline bool BitAt(const void* bits, int64_t index) {
  return ((static_cast<const uint8_t*>(bits)[index / 8] >> (index % 8)) & 1) != 0;
}

}  // namespace gram::jobs

#endif  // GRAM_JOBS_ARROW_VALUES_H_
