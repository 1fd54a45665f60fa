// Random weights in the shape of a real model.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

#include "engine/base/bf16.h"
#include "engine/base/status.h"
#include "tools/convert/convert.h"
#include "tools/convert/packing.h"

namespace gram::convert {
namespace {

using format::ModelConfig;
using format::ModelDescription;

struct Preset {
  std::string_view name;
  ModelDescription model;  // vocab_size 0: the tokenizer's
};

constexpr std::string_view kGram = "gram-";  // may be left out

bool IsCalled(const Preset& preset, std::string_view name) {
  return preset.name == name ||
         (preset.name.starts_with(kGram) && preset.name.substr(kGram.size()) == name);
}

struct Sizes {
  uint32_t hidden_size;
  uint32_t intermediate_size;
  uint32_t num_hidden_layers;
  uint32_t num_attention_heads;
  bool tied = false;
};

ModelConfig Shape(std::string_view architecture, const Sizes& sizes) {
  return {.architecture = std::string(architecture),
          .hidden_size = sizes.hidden_size,
          .intermediate_size = sizes.intermediate_size,
          .num_hidden_layers = sizes.num_hidden_layers,
          .num_attention_heads = sizes.num_attention_heads,
          .num_key_value_heads = 8,
          .head_dim = 128,
          .tie_word_embeddings = sizes.tied};
}

ModelDescription Qwen3(const Sizes& sizes) {
  ModelConfig config = Shape("Qwen3ForCausalLM", sizes);
  config.vocab_size = 151936;
  config.max_position_embeddings = 40960;
  config.rms_norm_eps = 1e-6F;
  config.rope.rope_theta = 1e6;
  config.qk_norm = true;
  return {config, {}};
}

constexpr format::Readout kReward = {.head = format::HeadKind::kRows, .rows = 1};

ModelDescription Llama3(const Sizes& sizes, double factor, std::string_view head) {
  const bool judge = head == "CausalLM";
  ModelConfig config = Shape("LlamaFor" + std::string(head), sizes);
  config.vocab_size = 128256;
  config.max_position_embeddings = 131072;
  config.rms_norm_eps = 1e-5F;
  config.rope = {.rope_type = format::RopeType::kLlama3,
                 .rope_theta = 5e5,
                 .factor = factor,
                 .low_freq_factor = 1,
                 .high_freq_factor = 4,
                 .original_max_position_embeddings = 8192};
  return {config, judge ? format::Readout{} : kReward};
}

ModelDescription Gemma2(const Sizes& sizes) {
  ModelConfig config = Shape("Gemma2ForSequenceClassification", sizes);
  config.num_key_value_heads = 16;
  config.vocab_size = 256000;
  config.max_position_embeddings = 8192;
  config.rms_norm_eps = 1e-6F;
  config.hidden_act = format::Activation::kGeluPytorchTanh;
  config.rope.rope_theta = 1e4;
  config.norm_plus_one = true;
  config.branch_norms = true;
  config.scale_embeddings = true;
  config.query_pre_attn_scalar = 144;
  config.attn_logit_softcapping = 50;
  config.sliding_window = 4096;
  for (uint32_t i = 0; i < config.num_hidden_layers; i += 2) config.sliding_layers.set(i);
  return {config, kReward};
}

ModelDescription InternLm2(const Sizes& sizes) {
  ModelConfig config = Shape("InternLM2ForRewardModel", sizes);
  config.vocab_size = 92544;
  config.max_position_embeddings = 32768;
  config.rms_norm_eps = 1e-5F;
  config.rope.rope_theta = 1e6;
  format::Readout readout = kReward;
  readout.reward_token_id = 92527;
  return {config, readout};
}

/// Nemotron's reward is the logit of one token of a causal model.
ModelDescription Nemotron(const Sizes& sizes) {
  ModelDescription model = Llama3(sizes, 8, "CausalLM");
  model.readout = kReward;
  return model;
}

ModelDescription TinyShape() {
  ModelDescription model = Qwen3({64, 160, 3, 4, true});
  model.config.num_key_value_heads = 2;
  model.config.head_dim = 32;
  model.config.vocab_size = 0;
  return model;
}

const std::vector<Preset>& Presets() {
  static const std::vector<Preset> kPresets = {
      {"gram-qwen3-1.7b", Qwen3({2048, 6144, 28, 16, true})},
      {"gram-qwen3-4b", Qwen3({2560, 9728, 36, 32, true})},
      {"gram-qwen3-8b", Qwen3({4096, 12288, 36, 32})},
      {"gram-qwen3-14b", Qwen3({5120, 17408, 40, 40})},
      {"gram-llama3.2-3b", Llama3({3072, 8192, 28, 24, true}, 32, "CausalLM")},
      {"skywork-llama3.1-8b", Llama3({4096, 14336, 32, 32}, 8, "SequenceClassification")},
      {"skywork-gemma2-27b", Gemma2({4608, 36864, 46, 32, true})},
      {"internlm2-20b", InternLm2({6144, 16384, 48, 48})},
      {"nemotron-70b", Nemotron({8192, 28672, 80, 64})},
      {"tiny", TinyShape()}};
  return kPresets;
}

// The finalizer of SplitMix64 (Steele, Lea, Flood 2014): a bijection whose outputs for a counter
// look random.
uint64_t Mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

constexpr uint64_t kGolden = 0x9e3779b97f4a7c15U;  // 2^64 / golden ratio: SplitMix64's step

// Calls store(i, u) for i in [0, count) with odd integers u, uniform in [-65535, 65535]: four from
// each 64-bit number. `begin`, the element's place in its tensor, decides which.
template <typename Store>
void Generate(uint64_t key, uint64_t begin, uint64_t count, const Store& store) {
  GRAM_DCHECK(begin % 4 == 0 && count % 4 == 0);
  for (uint64_t i = 0; i < count; i += 4) {
    const uint64_t bits = Mix(key + kGolden * ((begin + i) / 4 + 1));
    for (uint64_t lane = 0; lane < 4; ++lane) {
      const auto u16 = static_cast<int32_t>((bits >> (16 * lane)) & 0xffffU);
      store(i + lane, 2 * u16 - 65535);
    }
  }
}

// Only exactly rounded operations on exact integers: the same bits everywhere.
void FillWeights(uint64_t key, uint64_t begin, uint64_t count, uint64_t inputs, std::byte* out) {
  // sqrt(3 / K) is the half-width of a uniform distribution with variance 1/K.
  const auto scale = static_cast<float>(std::sqrt(3.0 / static_cast<double>(inputs)) / 65536);
  Generate(key, begin, count, [out, scale](uint64_t i, int32_t u) {
    const Bf16 value = ToBf16(static_cast<float>(u) * scale);
    std::memcpy(out + i * sizeof(value), &value, sizeof(value));
  });
}

void FillNorm(uint64_t key, uint64_t begin, uint64_t count, std::byte* out) {
  Generate(key, begin, count, [out](uint64_t i, int32_t u) {
    const float value = 1.0F + static_cast<float>(u) * 0x1p-19F;  // exact: 17 + 19 bits at most
    std::memcpy(out + i * sizeof(value), &value, sizeof(value));
  });
}

Result<ModelDescription> ModelFor(const SynthOptions& options, uint64_t vocab_size) {
  const std::vector<Preset>& presets = Presets();
  const auto preset = std::find_if(presets.begin(), presets.end(), [&](const Preset& candidate) {
    return IsCalled(candidate, options.preset);
  });
  if (preset == presets.end()) {
    std::string known;
    for (const Preset& p : presets) known += std::string(known.empty() ? "" : ", ").append(p.name);
    return InvalidArgument("preset '" + options.preset + "' is unknown; the presets are " + known);
  }
  ModelDescription model = preset->model;
  ModelConfig& config = model.config;
  if (options.layers > 0) {
    config.num_hidden_layers = options.layers;
    config.sliding_layers &= ~(~decltype(config.sliding_layers)() << options.layers);
  }
  if (config.vocab_size == 0) {
    config.vocab_size = static_cast<uint32_t>((vocab_size + 63) / 64 * 64);
  }
  if (vocab_size > config.vocab_size) {
    return InvalidArgument(options.tokenizer_folder + "/tokenizer.json: " +
                           std::to_string(vocab_size) + " token ids, more than the " +
                           std::to_string(config.vocab_size) + " of preset " + options.preset);
  }
  return model;
}

void FillTensor(const format::TensorSpec& spec, uint64_t key, uint64_t first, uint64_t count,
                std::byte* out) {
  const uint64_t begin = first * spec.cols;
  const uint64_t elements = count * spec.cols;
  if (spec.role != format::TensorRole::kVector) {
    FillWeights(key, begin, elements, spec.cols, out);
  } else {
    FillNorm(key, begin, elements, out);
  }
}

Status SynthesizeModel(const SynthOptions& options) {
  // A wrong preset is reported before any work.
  GRAM_ASSIGN_OR_RETURN(const ModelDescription shape, ModelFor(options, 0));
  GRAM_ASSIGN_OR_RETURN(TokenizerSource tokenizer,
                        LoadTokenizer(options.tokenizer_folder, options.chat, FormOf(shape)));
  GRAM_ASSIGN_OR_RETURN(const ModelDescription model, ModelFor(options, tokenizer.vocab_size));
  const DType dtype = DType::kBf16;
  GRAM_ASSIGN_OR_RETURN(
      format::PackedFileWriter writer,
      format::PackedFileWriter::Create(
          options.output, {model, dtype, std::move(tokenizer.chat), std::move(tokenizer.bytes),
                           SynthProvenance(options, DTypeName(dtype))}));
  const RowSource source = [&](size_t index, uint64_t first, uint64_t count,
                               std::span<std::byte> out) {
    const uint64_t key = Mix(options.seed * kGolden + Mix(index + 1));
    FillTensor(writer.table()[index], key, first, count, out.data());
    return Status();
  };
  GRAM_RETURN_IF_ERROR(PackTensors(source, options.progress, writer));
  return writer.Finish();
}

}  // namespace

std::vector<std::string_view> SynthPresets() {
  std::vector<std::string_view> names;
  for (const Preset& preset : Presets()) {
    names.push_back(preset.name);
    if (preset.name.starts_with(kGram)) names.push_back(preset.name.substr(kGram.size()));
  }
  return names;
}

Status Synthesize(const SynthOptions& options) {
  return OrOutOfMemory("writing " + options.output, [&] { return SynthesizeModel(options); });
}

}  // namespace gram::convert
