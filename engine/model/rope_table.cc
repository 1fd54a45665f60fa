#include "engine/model/rope_table.h"

#include <cmath>

namespace gram::model {

RopeTable::RopeTable(double theta, size_t head_dim) {
  for (size_t i = 0; i < head_dim / 2; ++i) {
    const float exponent = static_cast<float>(2 * i) / static_cast<float>(head_dim);
    frequencies_.push_back(1.0F / std::pow(static_cast<float>(theta), exponent));
  }
}

ops::RopeAngles RopeTable::Angles(size_t positions) {
  const size_t half = frequencies_.size();
  for (size_t position = cos_.size() / half; position < positions; ++position) {
    for (const float frequency : frequencies_) {
      const float angle = static_cast<float>(position) * frequency;
      cos_.push_back(std::cos(angle));
      sin_.push_back(std::sin(angle));
    }
  }
  return {cos_.data(), sin_.data(), half};
}

}  // namespace gram::model
