#include "engine/format/checksum.h"

#include <gtest/gtest.h>

#include <vector>

namespace gram::format {
namespace {

TEST(ChecksumTest, IsXxh3OfTheSpecification) {
  EXPECT_EQ(Checksum({}), 0x2d06800538d394c2U);  // XXH3_64bits of no bytes, seed 0
}

TEST(ChecksumTest, RunningEqualsWholeHoweverCut) {
  std::vector<std::byte> data(5000);
  for (size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::byte>(i * 31);
  RunningChecksum running;
  for (const size_t piece : {1, 63, 64, 257, 4999, 5000}) {
    for (size_t begin = 0; begin < data.size(); begin += piece) {
      running.Update(std::span(data).subspan(begin, std::min(piece, data.size() - begin)));
    }
    EXPECT_EQ(running.Take(), Checksum(data)) << piece;
  }
}

}  // namespace
}  // namespace gram::format
