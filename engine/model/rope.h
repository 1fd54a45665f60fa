// The frequencies of the rotary embedding, and how they are stretched for prompts that are longer
// than those the model was first trained on.
#ifndef GRAM_ENGINE_MODEL_ROPE_H_
#define GRAM_ENGINE_MODEL_ROPE_H_

#include <cstddef>
#include <vector>

#include "engine/format/model_config.h"

namespace gram::model {

/// Whether a prompt of `tokens` tokens has frequencies of its own, which no prompt of another
/// length has: then its keys are no other prompt's.
bool HasOwnFrequencies(const format::RopeParameters& rope, size_t tokens);

/// Frequencies w_i of a prompt of `tokens` tokens, i < head_dim / 2: theta^(-2i / head_dim) in f32,
/// as the models were trained. With the factor f and P original positions,
///   linear:  w / f (Chen et al. 2023)
///   dynamic: theta becomes theta (f T / P - (f - 1))^(Dh / (Dh - 2)) where T > P tokens (NTK-aware
///            scaling by length, as transformers has it)
///   llama3:  w ((1 - s) / f + s), s = clamp((r - low) / (high - low), 0, 1) of the r = P w / 2 pi
///            turns that a frequency makes within P (Llama 3.1)
std::vector<float> RopeFrequencies(const format::RopeParameters& rope, size_t head_dim,
                                   size_t tokens);

}  // namespace gram::model

#endif  // GRAM_ENGINE_MODEL_ROPE_H_
