// How config.json says that rotary positions are scaled: rope_parameters in newer checkpoints,
// rope_theta and rope_scaling in older ones.
#ifndef GRAM_TOOLS_CONVERT_ROPE_CONFIG_H_
#define GRAM_TOOLS_CONVERT_ROPE_CONFIG_H_

#include "engine/base/status.h"
#include "engine/format/model_config.h"
#include "tools/convert/json_fields.h"

namespace gram::convert {

/// Reads both spellings. `max_position_embeddings` is what dynamic scaling stretches from. Errors:
/// kUnsupported names a kind of scaling, or a setting of one, that is not computed here; kCorrupt
/// what is missing, ill-typed or said twice in different ways.
Result<format::RopeParameters> ReadRope(const Fields& config, uint32_t max_position_embeddings);

}  // namespace gram::convert

#endif  // GRAM_TOOLS_CONVERT_ROPE_CONFIG_H_
