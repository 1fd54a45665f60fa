#include "engine/base/json_numbers.h"

#include <gtest/gtest.h>

#include <string>

namespace gram {
namespace {

TEST(JsonNumbers, OnlyLargeWholeNumbersAreChanged) {
  const std::string large = "1000000000000000019884624838656";
  EXPECT_EQ(WithLargeNumbersAsFloats("{\"a\": " + large + ", \"b\": [-" + large + "]}"),
            "{\"a\": " + large + ".0, \"b\": [-" + large + ".0]}");
  EXPECT_EQ(WithLargeNumbersAsFloats(large), large + ".0");
  for (const std::string& json :
       {std::string(), std::string("{\"a\": 123456789012345678, \"b\": true}"), large + ".5",
        "1." + large, large + "e3", "1e" + large, "1E-" + large, "1e+" + large,
        "[\"" + large + "\", \"\\\"" + large + "\"]", "\"" + large, std::string("\"\\"),
        "\"a\\\"" + large}) {
    EXPECT_EQ(WithLargeNumbersAsFloats(json), json);
  }
}

}  // namespace
}  // namespace gram
