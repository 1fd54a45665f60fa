// Random weights in the shape of a real model: for benchmarks and tests where no weights are at
// hand.
#ifndef GRAM_TOOLS_CONVERT_SYNTH_H_
#define GRAM_TOOLS_CONVERT_SYNTH_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tools/convert/tensor_packer.h"
#include "tools/convert/tokenizer_source.h"

namespace gram::convert {

struct SynthOptions {
  std::string preset;              ///< one of SynthPresets()
  std::string tokenizer_folder;    ///< tokenizer.json and chat template
  std::string output;              ///< replaced if it exists, once all is written
  uint64_t seed = 0;               ///< the same seed gives the same bits on every machine
  ChatOverride chat = {};          ///< empty: what the folder's chat template says
  ProgressCallback progress = {};  ///< may be empty
};

/// "qwen3-1.7b", "qwen3-4b", "qwen3-8b", "qwen3-14b", "tiny".
std::vector<std::string_view> SynthPresets();

/// Writes a bf16 model. Weights are uniform with variance 1/K (K inputs), so that activations keep
/// their size from layer to layer; norm weights lie within 1/8 of 1. "tiny" takes its vocabulary
/// from the tokenizer, rounded up to 64. kInvalidArgument for an unknown preset or a tokenizer with
/// more ids than the preset's vocabulary; else as Convert().
Status Synthesize(const SynthOptions& options);

}  // namespace gram::convert

#endif  // GRAM_TOOLS_CONVERT_SYNTH_H_
