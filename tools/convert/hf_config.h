// config.json of a Hugging Face folder, in both spellings, as a ModelConfig.
#ifndef GRAM_TOOLS_CONVERT_HF_CONFIG_H_
#define GRAM_TOOLS_CONVERT_HF_CONFIG_H_

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/format/model_config.h"

namespace gram::convert {

/// Reads `path`. kUnsupported names every setting that would change the computation (another
/// architecture, biases, a sliding window, RoPE scaling, quantization, code of
/// its own); kCorrupt names a missing or
/// ill-typed field; kNotFound, kIo. `notes`, where given, receives a line for each setting that is
/// unknown here.
Result<format::ModelConfig> ReadHfConfig(const std::string& path,
                                         std::vector<std::string>* notes = nullptr);

/// The same for text at hand; `where` names it in messages.
Result<format::ModelConfig> ParseHfConfig(std::string_view json, const std::string& where,
                                          std::vector<std::string>* notes = nullptr);

}  // namespace gram::convert

#endif  // GRAM_TOOLS_CONVERT_HF_CONFIG_H_
