// Random weights in the shape of a real model.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <utility>

#include "engine/base/bf16.h"
#include "engine/base/status.h"
#include "tools/convert/convert.h"
#include "tools/convert/packing.h"

namespace gram::convert {
namespace {

using format::ModelConfig;

struct Preset {
  std::string_view name;
  ModelConfig config;  // vocab 0: the tokenizer's
};

ModelConfig Shape(uint32_t hidden, uint32_t feed_forward, uint32_t layers, uint32_t heads,
                  bool tied) {
  return {.hidden = hidden,
          .feed_forward = feed_forward,
          .layers = layers,
          .heads = heads,
          .kv_heads = 8,
          .head_dim = 128,
          .vocab = 151936,
          .max_positions = 40960,
          .rms_eps = 1e-6F,
          .rope_theta = 1e6,
          .tied_embeddings = tied};
}

ModelConfig TinyShape() {
  ModelConfig config = Shape(64, 160, 3, 4, true);
  config.kv_heads = 2;
  config.head_dim = 32;
  config.vocab = 0;
  return config;
}

std::array<Preset, 5> Presets() {
  return {{{"qwen3-1.7b", Shape(2048, 6144, 28, 16, true)},
           {"qwen3-4b", Shape(2560, 9728, 36, 32, true)},
           {"qwen3-8b", Shape(4096, 12288, 36, 32, false)},
           {"qwen3-14b", Shape(5120, 17408, 40, 40, false)},
           {"tiny", TinyShape()}}};
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

Result<ModelConfig> ConfigFor(const SynthOptions& options, uint64_t vocab_size) {
  const std::array<Preset, 5> presets = Presets();
  const auto preset = std::find_if(presets.begin(), presets.end(), [&](const Preset& candidate) {
    return candidate.name == options.preset;
  });
  if (preset == presets.end()) {
    std::string known;
    for (const Preset& p : presets) known += std::string(known.empty() ? "" : ", ").append(p.name);
    return InvalidArgument("preset '" + options.preset + "' is unknown; the presets are " + known);
  }
  ModelConfig config = preset->config;
  if (config.vocab == 0) config.vocab = static_cast<uint32_t>((vocab_size + 63) / 64 * 64);
  if (vocab_size > config.vocab) {
    return InvalidArgument(options.tokenizer_folder + "/tokenizer.json: " +
                           std::to_string(vocab_size) + " token ids, more than the " +
                           std::to_string(config.vocab) + " of preset " + options.preset);
  }
  return config;
}

Status SynthesizeModel(const SynthOptions& options) {
  GRAM_RETURN_IF_ERROR(
      ConfigFor(options, 0).status());  // a wrong preset is reported before any work
  GRAM_ASSIGN_OR_RETURN(TokenizerSource tokenizer,
                        LoadTokenizer(options.tokenizer_folder, options.chat, ChatForm::kJudge));
  GRAM_ASSIGN_OR_RETURN(const ModelConfig config, ConfigFor(options, tokenizer.vocab_size));
  const DType dtype = DType::kBf16;
  GRAM_ASSIGN_OR_RETURN(
      format::PackedFileWriter writer,
      format::PackedFileWriter::Create(
          options.output, {config, dtype, std::move(tokenizer.chat), std::move(tokenizer.bytes),
                           SynthProvenance(options.preset, options.seed, DTypeName(dtype))}));
  const RowSource source = [&](size_t index, uint64_t first, uint64_t count,
                               std::span<std::byte> out) {
    const format::TensorSpec& spec = writer.table()[index];
    const uint64_t key = Mix(options.seed * kGolden + Mix(index + 1));
    if (spec.role == format::TensorRole::kVector) {
      FillNorm(key, first * spec.cols, count * spec.cols, out.data());
    } else {
      FillWeights(key, first * spec.cols, count * spec.cols, spec.cols, out.data());
    }
    return Status();
  };
  GRAM_RETURN_IF_ERROR(PackTensors(source, options.progress, writer));
  return writer.Finish();
}

}  // namespace

std::vector<std::string_view> SynthPresets() {
  std::vector<std::string_view> names;
  for (const Preset& preset : Presets()) names.push_back(preset.name);
  return names;
}

Status Synthesize(const SynthOptions& options) {
  return OrOutOfMemory("writing " + options.output, [&] { return SynthesizeModel(options); });
}

}  // namespace gram::convert
