#include "tools/convert/family.h"

#include <algorithm>
#include <iterator>

namespace gram::convert {
namespace {

using format::HeadKind;

constexpr std::string_view kQwenFields[] = {"max_window_layers", "partial_rotary_factor",
                                            "use_mrope", "use_sliding_window"};
constexpr std::string_view kLlamaFields[] = {"mlp_bias"};
constexpr std::string_view kGemma2Fields[] = {
    "attn_logit_softcapping", "cache_implementation",  "final_logit_softcapping",
    "hidden_activation",      "query_pre_attn_scalar", "use_bidirectional_attention"};
constexpr std::string_view kInternLm2Fields[] = {"attn_implementation", "bias", "reward_token_id"};

constexpr Family kFamilies[] = {
    {.architecture = "Qwen3ForCausalLM",
     .model_type = "qwen3",
     .head = HeadKind::kLmHead,
     .head_dim = HeadDimDefault::k128,
     .qk_norm = true,
     .extra_fields = kQwenFields},
    {.architecture = "Qwen3ForSequenceClassification",
     .model_type = "qwen3",
     .head = HeadKind::kRows,
     .head_dim = HeadDimDefault::k128,
     .qk_norm = true,
     .extra_fields = kQwenFields},
    {.architecture = "Qwen2ForCausalLM",
     .model_type = "qwen2",
     .head = HeadKind::kLmHead,
     .qkv_bias = true,
     .extra_fields = kQwenFields},
    {.architecture = "Qwen2ForSequenceClassification",
     .model_type = "qwen2",
     .head = HeadKind::kRows,
     .qkv_bias = true,
     .extra_fields = kQwenFields},
    {.architecture = "Qwen2ForRewardModel",
     .model_type = "qwen2",
     .head = HeadKind::kMlp,
     .qkv_bias = true,
     .brings_code = true,
     .extra_fields = kQwenFields},
    {.architecture = "LlamaForCausalLM",
     .model_type = "llama",
     .head = HeadKind::kLmHead,
     .extra_fields = kLlamaFields},
    {.architecture = "LlamaForSequenceClassification",
     .model_type = "llama",
     .head = HeadKind::kRows,
     .extra_fields = kLlamaFields},
    {.architecture = "Gemma2ForSequenceClassification",
     .model_type = "gemma2",
     .head = HeadKind::kRows,
     .names = TensorNames::kGemma2,
     .head_dim = HeadDimDefault::k256,
     .gemma2 = true,
     .tied_by_default = true,
     .extra_fields = kGemma2Fields},
    {.architecture = "InternLM2ForRewardModel",
     .model_type = "internlm2",
     .head = HeadKind::kRows,
     .names = TensorNames::kInternLm2,
     .brings_code = true,
     .has_reward_token = true,
     .extra_fields = kInternLm2Fields},
};

constexpr std::string_view kCommonFields[] = {
    "_attn_implementation",
    "_attn_implementation_autoset",
    "_name_or_path",
    "_num_labels",
    "add_cross_attention",
    "architectures",
    "attention_bias",
    "attention_dropout",
    "bad_words_ids",
    "begin_suppress_tokens",
    "bos_token_id",
    "chunk_size_feed_forward",
    "classifier_dropout",
    "compression_config",
    "cross_attention_hidden_size",
    "decoder_start_token_id",
    "diversity_penalty",
    "do_sample",
    "dtype",
    "early_stopping",
    "encoder_no_repeat_ngram_size",
    "eos_token_id",
    "exponential_decay_length_penalty",
    "finetuning_task",
    "forced_bos_token_id",
    "forced_eos_token_id",
    "head_dim",
    "hidden_act",
    "hidden_size",
    "id2label",
    "initializer_range",
    "intermediate_size",
    "is_decoder",
    "is_encoder_decoder",
    "label2id",
    "layer_types",
    "length_penalty",
    "max_length",
    "max_position_embeddings",
    "min_length",
    "model_type",
    "no_repeat_ngram_size",
    "num_attention_heads",
    "num_beam_groups",
    "num_beams",
    "num_hidden_layers",
    "num_key_value_heads",
    "num_labels",
    "num_return_sequences",
    "output_attentions",
    "output_hidden_states",
    "output_past",
    "output_scores",
    "pad_token_id",
    "prefix",
    "pretraining_tp",
    "problem_type",
    "pruned_heads",
    "quantization_config",
    "remove_invalid_values",
    "repetition_penalty",
    "return_dict",
    "return_dict_in_generate",
    "rms_norm_eps",
    "rope_parameters",
    "rope_scaling",
    "rope_theta",
    "sep_token_id",
    "sliding_window",
    "suppress_tokens",
    "task_specific_params",
    "temperature",
    "tf_legacy_loss",
    "tie_encoder_decoder",
    "tie_word_embeddings",
    "tokenizer_class",
    "top_k",
    "top_p",
    "torch_dtype",
    "torchscript",
    "transformers_version",
    "typical_p",
    "unsloth_fixed",
    "unsloth_version",
    "use_bfloat16",
    "use_cache",
    "vocab_size",
};

static_assert(std::is_sorted(std::begin(kCommonFields), std::end(kCommonFields)));

}  // namespace

const Family* FindFamily(std::string_view architecture) {
  const auto found =
      std::find_if(std::begin(kFamilies), std::end(kFamilies),
                   [&](const Family& family) { return family.architecture == architecture; });
  return found == std::end(kFamilies) ? nullptr : found;
}

std::string KnownArchitectures() {
  std::string names;
  for (const Family& family : kFamilies) {
    if (!names.empty()) names += ", ";
    names += family.architecture;
  }
  return names;
}

bool IsKnownField(const Family& family, std::string_view field) {
  return std::binary_search(std::begin(kCommonFields), std::end(kCommonFields), field) ||
         std::find(family.extra_fields.begin(), family.extra_fields.end(), field) !=
             family.extra_fields.end() ||
         (family.brings_code && field == "auto_map");
}

}  // namespace gram::convert
