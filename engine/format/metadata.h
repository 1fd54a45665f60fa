// The config and chat sections as bytes, and back.
#ifndef GRAM_ENGINE_FORMAT_METADATA_H_
#define GRAM_ENGINE_FORMAT_METADATA_H_

#include <cstddef>
#include <span>
#include <string>

#include "engine/base/status.h"
#include "engine/format/chat_pieces.h"
#include "engine/format/model_config.h"

namespace gram::format {

std::string EncodeConfig(const ModelConfig& config);

/// Validates too. kCorrupt or kUnsupported, naming `where` and the field.
Result<ModelConfig> DecodeConfig(std::span<const std::byte> bytes, const std::string& where);

std::string EncodeChat(const ChatPieces& chat);

/// kCorrupt, naming `where`, unless the three lengths fill the section exactly.
Result<ChatPieces> DecodeChat(std::span<const std::byte> bytes, const std::string& where);

}  // namespace gram::format

#endif  // GRAM_ENGINE_FORMAT_METADATA_H_
