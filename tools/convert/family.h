// The classes of checkpoints that can be converted, each as what it is made of: what its
// config.json does not say because the published code has it fixed.
#ifndef GRAM_TOOLS_CONVERT_FAMILY_H_
#define GRAM_TOOLS_CONVERT_FAMILY_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/format/model_config.h"

namespace gram::convert {

/// How the head size follows where config.json does not give it.
enum class HeadDimDefault {
  kEqualPart,  ///< hidden_size / num_attention_heads
  k128,        ///< transformers' Qwen3Config: 128 where the field is absent, an equal part for null
  k256,        ///< transformers' Gemma2Config: 256
};

/// Which of the checkpoint's tensors are which.
enum class TensorNames { kLlama, kGemma2, kInternLm2 };

struct Family {
  std::string_view architecture;  ///< in config.json's "architectures"
  std::string_view model_type;
  format::HeadKind head;
  TensorNames names = TensorNames::kLlama;
  HeadDimDefault head_dim = HeadDimDefault::kEqualPart;
  bool qk_norm = false;
  bool qkv_bias = false;
  /// 1 + w norms, norms behind each branch, scaled embeddings, soft caps and windows.
  bool gemma2 = false;
  bool tied_by_default = false;
  /// Published together with code of its own ("auto_map"), of which this is the meaning.
  bool brings_code = false;
  /// Ends every text with config.json's reward_token_id and reads there.
  bool has_reward_token = false;
  std::span<const std::string_view> extra_fields = {};  ///< of config.json, beside the common ones

  bool gives_reward() const { return head != format::HeadKind::kLmHead; }
};

/// The family called `architecture`; null for any other.
const Family* FindFamily(std::string_view architecture);

/// "LlamaForCausalLM, LlamaForSequenceClassification, ...": for messages.
std::string KnownArchitectures();

/// Whether `field` of config.json is one that the family's published code reads, or that says
/// nothing about the computation: notes about the file, training, generation.
bool IsKnownField(const Family& family, std::string_view field);

}  // namespace gram::convert

#endif  // GRAM_TOOLS_CONVERT_FAMILY_H_
