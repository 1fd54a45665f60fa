// The config section: ModelDescription to and from its record.
#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/format/layout.h"

namespace gram::format {
namespace {

Status CheckFlags(const ConfigRecord& record, const std::string& where) {
  for (const auto& [field, value] : {std::pair("tie_word_embeddings", record.tie_word_embeddings),
                                     {"qk_norm", record.qk_norm},
                                     {"qkv_bias", record.qkv_bias},
                                     {"norm_plus_one", record.norm_plus_one},
                                     {"branch_norms", record.branch_norms},
                                     {"scale_embeddings", record.scale_embeddings}}) {
    if (value <= 1) continue;
    return Corrupt(where + ": " + field + " is " + std::to_string(value) + ", expected 0 or 1");
  }
  if (record.reserved != 0) return Corrupt(where + ": a reserved field is not zero");
  return {};
}

/// The text in `field`, which has to be zero behind it.
Result<std::string> DecodeName(std::span<const char> field, const std::string& where) {
  const auto end = std::find(field.begin(), field.end(), '\0');
  const bool zeros = std::all_of(end, field.end(), [](char c) { return c == '\0'; });
  const bool printable = std::all_of(field.begin(), end, [](char c) { return c > ' ' && c < 127; });
  if (end == field.begin() || end == field.end() || !zeros || !printable) {
    return Corrupt(where + ": architecture is not a name");
  }
  return std::string(field.begin(), end);
}

RopeParameters DecodeRope(const ConfigRecord& record) {
  return {.rope_type = static_cast<RopeType>(record.rope_type),
          .rope_theta = record.rope_theta,
          .factor = record.rope_factor,
          .low_freq_factor = record.low_freq_factor,
          .high_freq_factor = record.high_freq_factor,
          .original_max_position_embeddings = record.original_max_position_embeddings};
}

ModelConfig DecodeFields(const ConfigRecord& record, std::string architecture) {
  ModelConfig config = {.architecture = std::move(architecture),
                        .hidden_size = record.hidden_size,
                        .intermediate_size = record.intermediate_size,
                        .num_hidden_layers = record.num_hidden_layers,
                        .num_attention_heads = record.num_attention_heads,
                        .num_key_value_heads = record.num_key_value_heads,
                        .head_dim = record.head_dim,
                        .vocab_size = record.vocab_size,
                        .max_position_embeddings = record.max_position_embeddings,
                        .rms_norm_eps = record.rms_norm_eps,
                        .hidden_act = static_cast<Activation>(record.hidden_act),
                        .rope = DecodeRope(record),
                        .tie_word_embeddings = record.tie_word_embeddings == 1,
                        .qk_norm = record.qk_norm == 1,
                        .qkv_bias = record.qkv_bias == 1,
                        .norm_plus_one = record.norm_plus_one == 1,
                        .branch_norms = record.branch_norms == 1,
                        .scale_embeddings = record.scale_embeddings == 1,
                        .query_pre_attn_scalar = record.query_pre_attn_scalar,
                        .attn_logit_softcapping = record.attn_logit_softcapping,
                        .sliding_window = record.sliding_window};
  for (size_t layer = 0; layer < kMaxLayers; ++layer) {
    config.sliding_layers[layer] = (record.sliding_layers[layer / 8] >> layer % 8 & 1) != 0;
  }
  return config;
}

}  // namespace

std::string EncodeConfig(const ModelDescription& model) {
  const ModelConfig& config = model.config;
  ConfigRecord record{
      .architecture = {},
      .hidden_size = config.hidden_size,
      .intermediate_size = config.intermediate_size,
      .num_hidden_layers = config.num_hidden_layers,
      .num_attention_heads = config.num_attention_heads,
      .num_key_value_heads = config.num_key_value_heads,
      .head_dim = config.head_dim,
      .vocab_size = config.vocab_size,
      .max_position_embeddings = config.max_position_embeddings,
      .rms_norm_eps = config.rms_norm_eps,
      .hidden_act = static_cast<uint32_t>(config.hidden_act),
      .tie_word_embeddings = config.tie_word_embeddings ? 1U : 0U,
      .qk_norm = config.qk_norm ? 1U : 0U,
      .qkv_bias = config.qkv_bias ? 1U : 0U,
      .norm_plus_one = config.norm_plus_one ? 1U : 0U,
      .branch_norms = config.branch_norms ? 1U : 0U,
      .scale_embeddings = config.scale_embeddings ? 1U : 0U,
      .query_pre_attn_scalar = config.query_pre_attn_scalar,
      .attn_logit_softcapping = config.attn_logit_softcapping,
      .sliding_window = config.sliding_window,
      .rope_type = static_cast<uint32_t>(config.rope.rope_type),
      .rope_theta = config.rope.rope_theta,
      .rope_factor = config.rope.factor,
      .low_freq_factor = config.rope.low_freq_factor,
      .high_freq_factor = config.rope.high_freq_factor,
      .original_max_position_embeddings = config.rope.original_max_position_embeddings,
      .head = static_cast<uint32_t>(model.readout.head),
      .head_rows = model.readout.rows,
      .pad_token_id = model.readout.pad_token_id,
      .reward_token_id = model.readout.reward_token_id,
      .reserved = 0,
      .sliding_layers = {}};
  GRAM_DCHECK(config.architecture.size() < sizeof(record.architecture));
  std::memcpy(record.architecture, config.architecture.data(),
              std::min(config.architecture.size(), sizeof(record.architecture) - 1));
  for (size_t layer = 0; layer < kMaxLayers; ++layer) {
    if (!config.sliding_layers[layer]) continue;
    record.sliding_layers[layer / 8] |= static_cast<uint8_t>(1U << layer % 8);
  }
  return {reinterpret_cast<const char*>(&record), sizeof(record)};
}

Result<ModelDescription> DecodeConfig(std::span<const std::byte> bytes, const std::string& where) {
  ConfigRecord record;
  if (bytes.size() != sizeof(record)) {
    return Corrupt(where + ": " + std::to_string(bytes.size()) + " bytes, expected " +
                   std::to_string(sizeof(record)));
  }
  std::memcpy(&record, bytes.data(), sizeof(record));
  GRAM_RETURN_IF_ERROR(CheckFlags(record, where));
  GRAM_ASSIGN_OR_RETURN(std::string architecture, DecodeName(record.architecture, where));
  const ModelDescription model{.config = DecodeFields(record, std::move(architecture)),
                               .readout = {.head = static_cast<HeadKind>(record.head),
                                           .rows = record.head_rows,
                                           .pad_token_id = record.pad_token_id,
                                           .reward_token_id = record.reward_token_id}};
  GRAM_RETURN_IF_ERROR(Validate(model, where));
  return model;
}

}  // namespace gram::format
