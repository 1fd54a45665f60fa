#include "engine/format/model_config.h"

#include <cmath>

namespace gram::format {
namespace {

struct Range {
  const char* field;
  uint32_t value;
  uint32_t largest;
};

}  // namespace

std::string ArchitectureName(Architecture architecture) {
  switch (architecture) {
    case Architecture::kQwen3:
      return "Qwen3ForCausalLM";
  }
  return "unknown architecture " + std::to_string(static_cast<uint32_t>(architecture));
}

Status Validate(const ModelConfig& config, const std::string& where) {
  if (config.architecture != Architecture::kQwen3) {
    return Unsupported(where + ": " + ArchitectureName(config.architecture) +
                       ", this build runs Qwen3ForCausalLM only");
  }
  // The bounds lie far above any model of today, and low enough that no size in bytes overflows.
  const Range ranges[] = {
      {"hidden", config.hidden, 1U << 17}, {"feed_forward", config.feed_forward, 1U << 20},
      {"layers", config.layers, 1024},     {"heads", config.heads, 1024},
      {"kv_heads", config.kv_heads, 1024}, {"head_dim", config.head_dim, 512},
      {"vocab", config.vocab, 1U << 24},   {"max_positions", config.max_positions, 1U << 24},
  };
  for (const Range& range : ranges) {
    if (range.value < 1 || range.value > range.largest) {
      return Corrupt(where + ": " + range.field + " is " + std::to_string(range.value) +
                     ", expected 1 to " + std::to_string(range.largest));
    }
  }
  if (config.head_dim % 2 != 0) {
    return Corrupt(where + ": head_dim is " + std::to_string(config.head_dim) +
                   ", expected an even number");
  }
  if (config.heads % config.kv_heads != 0) {
    return Corrupt(where + ": heads is " + std::to_string(config.heads) +
                   ", expected a multiple of kv_heads, " + std::to_string(config.kv_heads));
  }
  if (!(config.rms_eps > 0 && config.rms_eps < 1)) {
    return Corrupt(where + ": rms_eps is " + std::to_string(config.rms_eps) +
                   ", expected more than 0 and less than 1");
  }
  if (!(std::isfinite(config.rope_theta) && config.rope_theta >= 1)) {
    return Corrupt(where + ": rope_theta is " + std::to_string(config.rope_theta) +
                   ", expected a finite number from 1");
  }
  return {};
}

}  // namespace gram::format
