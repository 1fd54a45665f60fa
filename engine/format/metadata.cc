#include "engine/format/metadata.h"

#include <array>
#include <cstdint>
#include <cstring>

#include "engine/format/layout.h"

namespace gram::format {
namespace {

using ChatLengths = std::array<uint32_t, 3>;  // prefix, suffix, no_thinking

}  // namespace

std::string EncodeConfig(const ModelConfig& config) {
  const ConfigRecord record{
      .architecture = static_cast<uint32_t>(config.architecture),
      .hidden = config.hidden,
      .feed_forward = config.feed_forward,
      .layers = config.layers,
      .heads = config.heads,
      .kv_heads = config.kv_heads,
      .head_dim = config.head_dim,
      .vocab = config.vocab,
      .max_positions = config.max_positions,
      .rms_eps = config.rms_eps,
      .tied_embeddings = config.tied_embeddings ? 1U : 0U,
      .reserved = 0,
      .rope_theta = config.rope_theta,
  };
  return {reinterpret_cast<const char*>(&record), sizeof(record)};
}

Result<ModelConfig> DecodeConfig(std::span<const std::byte> bytes, const std::string& where) {
  ConfigRecord record;
  if (bytes.size() != sizeof(record)) {
    return Corrupt(where + ": " + std::to_string(bytes.size()) + " bytes, expected " +
                   std::to_string(sizeof(record)));
  }
  std::memcpy(&record, bytes.data(), sizeof(record));
  if (record.tied_embeddings > 1) {
    return Corrupt(where + ": tied_embeddings is " + std::to_string(record.tied_embeddings) +
                   ", expected 0 or 1");
  }
  if (record.reserved != 0) return Corrupt(where + ": a reserved field is not zero");
  const ModelConfig config{
      .architecture = static_cast<Architecture>(record.architecture),
      .hidden = record.hidden,
      .feed_forward = record.feed_forward,
      .layers = record.layers,
      .heads = record.heads,
      .kv_heads = record.kv_heads,
      .head_dim = record.head_dim,
      .vocab = record.vocab,
      .max_positions = record.max_positions,
      .rms_eps = record.rms_eps,
      .rope_theta = record.rope_theta,
      .tied_embeddings = record.tied_embeddings == 1,
  };
  GRAM_RETURN_IF_ERROR(Validate(config, where));
  return config;
}

std::string EncodeChat(const ChatPieces& chat) {
  const ChatLengths lengths = {static_cast<uint32_t>(chat.prefix.size()),
                               static_cast<uint32_t>(chat.suffix.size()),
                               static_cast<uint32_t>(chat.no_thinking.size())};
  return std::string(reinterpret_cast<const char*>(lengths.data()), sizeof(lengths)) + chat.prefix +
         chat.suffix + chat.no_thinking;
}

Result<ChatPieces> DecodeChat(std::span<const std::byte> bytes, const std::string& where) {
  ChatLengths lengths{};
  if (bytes.size() >= sizeof(lengths)) std::memcpy(lengths.data(), bytes.data(), sizeof(lengths));
  const uint64_t expected =
      sizeof(lengths) + uint64_t{lengths[0]} + uint64_t{lengths[1]} + uint64_t{lengths[2]};
  if (bytes.size() != expected) {
    return Corrupt(where + ": " + std::to_string(bytes.size()) + " bytes, its lengths ask for " +
                   std::to_string(expected));
  }
  const char* text = reinterpret_cast<const char*>(bytes.data()) + sizeof(lengths);
  ChatPieces chat;
  chat.prefix.assign(text, lengths[0]);
  chat.suffix.assign(text + lengths[0], lengths[1]);
  chat.no_thinking.assign(text + lengths[0] + lengths[1], lengths[2]);
  return chat;
}

}  // namespace gram::format
