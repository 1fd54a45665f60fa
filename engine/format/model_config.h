// What a model is, besides its weights: hyper-parameters, and the list of tensors that follows from
// them.
#ifndef GRAM_ENGINE_FORMAT_MODEL_CONFIG_H_
#define GRAM_ENGINE_FORMAT_MODEL_CONFIG_H_

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/format/chat_pieces.h"

namespace gram::format {

inline constexpr uint32_t kMaxLayers = 1024;

/// What the gate of the feed-forward goes through.
enum class Activation : uint32_t {
  kSilu = 1,             ///< z * sigmoid(z)
  kGeluPytorchTanh = 2,  ///< 0.5 z (1 + tanh(sqrt(2/pi) (z + 0.044715 z^3)))
};

/// How rotary frequencies are stretched beyond what the model was first trained on; formulas in
/// model/rope.h.
enum class RopeType : uint32_t { kDefault = 1, kLinear = 2, kDynamic = 3, kLlama3 = 4 };

struct RopeParameters {
  RopeType rope_type = RopeType::kDefault;
  double rope_theta = 0;        ///< base of the frequencies
  double factor = 1;            ///< all but kDefault: how far they are stretched, >= 1
  double low_freq_factor = 0;   ///< kLlama3: turns below which a frequency is stretched in full
  double high_freq_factor = 0;  ///< kLlama3: turns above which it is left alone
  /// kLlama3, kDynamic: positions that need no stretching; else 0.
  uint32_t original_max_position_embeddings = 0;

  friend bool operator==(const RopeParameters&, const RopeParameters&) = default;
};

/// What a layer consists of, and what is done to its numbers: everything in which the families of
/// models differ. The engine asks these fields and never for a family's name. They have Hugging
/// Face's names, where config.json has such a field. Letters in comments are the project's shape
/// letters (docs/architecture.md).
struct ModelConfig {
  std::string architecture;              ///< the checkpoint's class, "Qwen3ForCausalLM": for people
  uint32_t hidden_size = 0;              ///< D: width of the residual stream
  uint32_t intermediate_size = 0;        ///< F: width of the feed-forward
  uint32_t num_hidden_layers = 0;        ///< L
  uint32_t num_attention_heads = 0;      ///< H: query heads
  uint32_t num_key_value_heads = 0;      ///< K: key/value heads; H is a multiple of K
  uint32_t head_dim = 0;                 ///< Dh: even; H * Dh need not equal D
  uint32_t vocab_size = 0;               ///< V: rows of the embedding
  uint32_t max_position_embeddings = 0;  ///< positions that the model was made for
  float rms_norm_eps = 0;                ///< added to the mean square in every RMSNorm
  Activation hidden_act = Activation::kSilu;
  RopeParameters rope = {};
  bool tie_word_embeddings = false;   ///< the LM head is the embedding
  bool qk_norm = false;               ///< RMSNorm of each head of q and k, before RoPE
  bool qkv_bias = false;              ///< q, k and v are products plus a vector
  bool norm_plus_one = false;         ///< norms multiply by 1 + the checkpoint's weight
  bool branch_norms = false;          ///< attention and feed-forward end with an RMSNorm
  bool scale_embeddings = false;      ///< embeddings times sqrt(D), in the activations' type
  double query_pre_attn_scalar = 0;   ///< scores are q . k / sqrt(this); 0: Dh
  double attn_logit_softcapping = 0;  ///< c: scores become c tanh(score / c); 0: no cap
  uint32_t sliding_window = 0;        ///< W: keys that a row of such a layer sees; 0: none is
  std::bitset<kMaxLayers> sliding_layers = {};  ///< which layers have the window

  /// Longest prompt, tokens.
  uint32_t max_tokens() const;

  friend bool operator==(const ModelConfig&, const ModelConfig&) = default;
};

/// What is read at a prompt's last position.
enum class HeadKind : uint32_t {
  kLmHead = 1,  ///< the logits of any tokens: lm_head [V, D], or the embedding where tied
  kRows = 2,    ///< score [n, D], n = 1 or 2: a reward, or one as the difference of two
  kMlp = 3,     ///< score.2 . relu(score.0 x + bias) + bias: score.0 [M, D], score.2 [1, M]
};

/// How a model answers: a judge, which is asked for one of two tokens, or a reward model, which
/// gives a number for one response.
struct Readout {
  HeadKind head = HeadKind::kLmHead;
  uint32_t rows = 0;  ///< kRows: n; kMlp: M; else 0
  /// kRows, kMlp: the last token that is not this one is read; -1: the last.
  int32_t pad_token_id = -1;
  /// kRows, kMlp: ends every prompt, unless it does already; -1: none.
  int32_t reward_token_id = -1;

  constexpr bool gives_reward() const { return head != HeadKind::kLmHead; }
  friend bool operator==(const Readout&, const Readout&) = default;
};

/// What the parts of a packed file follow from.
struct ModelDescription {
  ModelConfig config;
  Readout readout;

  friend bool operator==(const ModelDescription&, const ModelDescription&) = default;
};

/// "silu", "gelu_pytorch_tanh".
std::string_view ActivationName(Activation activation);
/// "default", "linear", "dynamic", "llama3".
std::string_view RopeTypeName(RopeType type);
/// "lm_head", "score", "mlp".
std::string_view HeadName(HeadKind head);

/// kCorrupt or kUnsupported, naming `where` and the field, unless every field is in a range the
/// engine can run and no tensor size overflows.
Status Validate(const ModelDescription& model, const std::string& where);

/// How the engine reads a tensor, which decides the layout it is stored in.
enum class TensorRole : uint32_t {
  kMatrix = 1,  ///< [N, K] weight of a matmul: packed (PackedLayout)
  kRows = 2,    ///< [V, D] read row by row (embedding, heads): row-major
  kVector = 3,  ///< [n] norm weight or bias: f32
};

struct TensorSpec {
  std::string name;  ///< in the packed file, such as "layers.0.attn.q"
  TensorRole role;
  uint64_t rows;  ///< N or V (output features); 1 for a vector
  uint64_t cols;  ///< K or D (input features); n for a vector
};

/// THE list of a model's tensors, which converter, writer, reader and engine follow, in file order.
/// Per layer i: layers.i.attn_norm [D], .attn.q [H*Dh, D], .attn.kv [2*K*Dh, D] (all rows of k,
/// then all of v), with qkv_bias .attn.q_bias [H*Dh] and .attn.kv_bias [2*K*Dh], with qk_norm
/// .attn.q_norm [Dh] and .attn.k_norm [Dh], .attn.o [D, H*Dh], with branch_norms .attn_out_norm
/// [D], .mlp_norm [D], .mlp.gate [F, D], .mlp.up [F, D], .mlp.down [D, F], with branch_norms
/// .mlp_out_norm [D]; before them embed [V, D]; after them final_norm [D] and what the readout
/// needs: lm_head [V, D] unless tied; score [n, D]; or score.0 [M, D], score.0_bias [M], score.2
/// [1, M], score.2_bias [1]. Norm weights are what the norm multiplies by, norm_plus_one or not.
std::vector<TensorSpec> TensorTable(const ModelDescription& model);

}  // namespace gram::format

#endif  // GRAM_ENGINE_FORMAT_MODEL_CONFIG_H_
