// config.json of a Hugging Face folder, in both spellings, as a ModelConfig.
#ifndef GRAM_TOOLS_CONVERT_HF_CONFIG_H_
#define GRAM_TOOLS_CONVERT_HF_CONFIG_H_

#include <string>
#include <string_view>

#include "engine/base/status.h"
#include "engine/format/model_config.h"

namespace gram::convert {

/// Reads `path`. kUnsupported names every setting that would change the computation (another
/// architecture, biases, a sliding window, RoPE scaling, quantization); kCorrupt names a missing or
/// ill-typed field; kNotFound, kIo.
Result<format::ModelConfig> ReadHfConfig(const std::string& path);

/// The same for text at hand; `where` names it in messages.
Result<format::ModelConfig> ParseHfConfig(std::string_view json, const std::string& where);

}  // namespace gram::convert

#endif  // GRAM_TOOLS_CONVERT_HF_CONFIG_H_
