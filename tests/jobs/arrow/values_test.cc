#include "jobs/arrow/values.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace gram::jobs {
namespace {

template <typename T>
void EveryValueIsItself() {
  using Limits = std::numeric_limits<T>;
  const std::array<T, 5> values = {Limits::min(), static_cast<T>(-1), 0, 1, Limits::max()};
  for (size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(IntegerAt(values.data(), static_cast<int64_t>(i), sizeof(T), Limits::is_signed),
              static_cast<int64_t>(values[i]))
        << sizeof(T) << " bytes, value " << i;
  }
}

TEST(ValuesTest, IntegersOfEveryWidthAreWhatTheyAre) {
  EveryValueIsItself<int8_t>();
  EveryValueIsItself<uint8_t>();
  EveryValueIsItself<int16_t>();
  EveryValueIsItself<uint16_t>();
  EveryValueIsItself<int32_t>();
  EveryValueIsItself<uint32_t>();
  EveryValueIsItself<int64_t>();
  EveryValueIsItself<uint64_t>();
}

}  // namespace
}  // namespace gram::jobs
