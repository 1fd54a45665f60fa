// What is read at a prompt's last position: rows of the head, or a two-layer head's one number.
#ifndef GRAM_ENGINE_MODEL_READOUT_H_
#define GRAM_ENGINE_MODEL_READOUT_H_

#include <cstdint>
#include <span>

#include "engine/model/weights.h"
#include "engine/ops/compute.h"

namespace gram::model {

/// x [D] f32, the last position after the final norm -> out: head row rows[i] . x for each of
/// `rows`; for a two-layer head, which has but one number to give, second . relu(rows x + bias) +
/// second_bias, `rows` being {0}. Sums in f32.
void ReadHead(const ops::Compute& compute, const HeadWeights& head, std::span<const int32_t> rows,
              const float* x, std::span<float> out);

}  // namespace gram::model

#endif  // GRAM_ENGINE_MODEL_READOUT_H_
