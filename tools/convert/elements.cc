#include "tools/convert/elements.h"

#include <bit>
#include <cstring>

#include "engine/base/bf16.h"
#include "engine/base/status.h"

namespace gram::convert {
namespace {

template <typename T>
T Load(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

// Finite exactly if the exponent bits are not all ones.
bool IsFinite(float x) { return (std::bit_cast<uint32_t>(x) & 0x7f800000U) != 0x7f800000U; }
bool IsFinite(Bf16 x) { return (x.bits & 0x7f80U) != 0x7f80U; }

// The whole run is converted before anything is searched, so that the hot loop has no exit and
// vectorizes. A source that is not finite stays so in either stored type.
template <typename Source, typename Stored, typename Convert>
size_t ConvertRun(std::span<const std::byte> source, std::byte* stored, const Convert& convert) {
  const size_t count = source.size() / sizeof(Source);
  bool finite = true;
  for (size_t i = 0; i < count; ++i) {
    const Stored value = convert(Load<Source>(source.data() + i * sizeof(Source)));
    std::memcpy(stored + i * sizeof(Stored), &value, sizeof(value));
    finite &= IsFinite(value);
  }
  if (finite) return count;
  size_t first = 0;
  while (IsFinite(Load<Stored>(stored + first * sizeof(Stored)))) ++first;
  return first;
}

}  // namespace

std::string_view SourceDTypeName(SourceDType dtype) {
  switch (dtype) {
    case SourceDType::kBf16:
      return "BF16";
    case SourceDType::kF16:
      return "F16";
    case SourceDType::kF32:
      return "F32";
  }
  return "unknown";
}

float HalfToFloat(uint16_t bits) {
  const uint32_t sign = (bits & 0x8000U) << 16;
  const uint32_t exponent = (bits >> 10) & 0x1fU;
  const uint32_t fraction = bits & 0x3ffU;
  if (exponent == 0x1f) return std::bit_cast<float>(sign | 0x7f800000U | fraction << 13);
  if (exponent != 0) return std::bit_cast<float>(sign | (exponent + 112) << 23 | fraction << 13);
  const float magnitude = static_cast<float>(fraction) * 0x1p-24F;  // zero or subnormal: exact
  return std::bit_cast<float>(sign | std::bit_cast<uint32_t>(magnitude));
}

size_t ConvertElements(SourceDType from, std::span<const std::byte> source, format::DType to,
                       std::span<std::byte> stored) {
  GRAM_DCHECK(stored.size() / (to == format::DType::kBf16 ? 2 : 4) >=
              source.size() / ElementBytes(from));
  std::byte* const out = stored.data();
  if (to == format::DType::kBf16) {
    switch (from) {
      case SourceDType::kBf16:
        return ConvertRun<Bf16, Bf16>(source, out, [](Bf16 x) { return x; });
      case SourceDType::kF16:
        return ConvertRun<uint16_t, Bf16>(source, out,
                                          [](uint16_t x) { return ToBf16(HalfToFloat(x)); });
      case SourceDType::kF32:
        return ConvertRun<float, Bf16>(source, out, [](float x) { return ToBf16(x); });
    }
  }
  switch (from) {
    case SourceDType::kBf16:
      return ConvertRun<Bf16, float>(source, out, [](Bf16 x) { return ToFloat(x); });
    case SourceDType::kF16:
      return ConvertRun<uint16_t, float>(source, out, [](uint16_t x) { return HalfToFloat(x); });
    case SourceDType::kF32:
      return ConvertRun<float, float>(source, out, [](float x) { return x; });
  }
  return 0;
}

}  // namespace gram::convert
