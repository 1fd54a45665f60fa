// Making packed model files: of a Hugging Face checkpoint folder, or of random weights in the shape
// of a real model, for benchmarks and tests that have no real weights.
#ifndef GRAM_TOOLS_CONVERT_CONVERT_H_
#define GRAM_TOOLS_CONVERT_CONVERT_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/packed_layout.h"
#include "engine/base/status.h"
#include "gram/named.h"

namespace gram::convert {

/// How far packing is.
struct PackProgress {
  size_t tensor = 0;         ///< tensors done
  size_t tensors = 0;        ///< in all
  uint64_t bytes = 0;        ///< tensor bytes written
  uint64_t total_bytes = 0;  ///< in all
  std::string_view next;     ///< tensor that comes next; empty at the end
};

/// Called before each tensor and once at the end, from the calling thread.
using ProgressCallback = std::function<void(const PackProgress&)>;

/// Text that takes the place of what the folder's chat template says. A judge's prompt is prefix +
/// message + suffix, a scalar model's prefix + question + between + response + end.
struct ChatOverride {
  std::optional<std::string> prefix = {};       ///< before the user message or question
  std::optional<std::string> suffix = {};       ///< after it, up to where the verdict begins
  std::optional<std::string> no_thinking = {};  ///< after the suffix when thinking is off
  std::optional<std::string> between = {};      ///< between question and response
  std::optional<std::string> end = {};          ///< after the response
  bool trim = false;  ///< white space at both ends of the messages is cut off
};

using NoteCallback = std::function<void(const std::string& line)>;

/// The words for ConvertOptions::dtype.
inline constexpr Named<std::optional<DType>> kDTypeNames[] = {
    {"auto", std::nullopt}, {"bf16", DType::kBf16}, {"f32", DType::kF32}};

struct ConvertOptions {
  std::string folder;  ///< config.json, weights, tokenizer.json, chat template
  std::string output;  ///< replaced if it exists, once the conversion has succeeded
  /// How weights (matrices, embedding, LM head) are stored: kBf16, rounded to nearest even where
  /// the source is F16 or F32, or kF32. Not set: bf16 if every weight of the source is BF16, else
  /// f32, so that nothing is altered. Norm weights are always f32.
  std::optional<DType> dtype = {};
  /// For causal models. "token:T" makes a reward model of one: the reward is the logit of the token
  /// T, an id or a text; with "token:T,U", the logit of T less that of U. Empty: a judge.
  std::string readout = {};
  ChatOverride chat = {};       ///< empty: what the folder's chat template says
  bool ignore_adapter = false;  ///< convert without an adapter beside the weights, and record that
  NoteCallback note =
      {};  ///< may be empty; called with one line for each thing in the folder that has no effect
  ProgressCallback progress = {};  ///< may be empty
};

/// Streams: memory is the tokenizer's plus a few strips of 64 rows, whatever the model's size. On
/// failure no output file appears and an existing one stays as it was. Errors, one line each with
/// file and tensor or field: kNotFound, kIo, kCorrupt (also NaN or infinite weights), kUnsupported,
/// kInvalidArgument (the output is one of the inputs, or a dtype that is not stored). Running
/// out of memory is kOutOfMemory.
Status Convert(const ConvertOptions& options);

struct SynthOptions {
  std::string preset;              ///< one of SynthPresets()
  std::string tokenizer_folder;    ///< tokenizer.json and chat template
  std::string output;              ///< replaced if it exists, once all is written
  uint32_t layers = 0;             ///< that many instead of the model's own; 0: all
  uint64_t seed = 0;               ///< the same seed gives the same bits on every machine
  ChatOverride chat = {};          ///< empty: what the folder's chat template says
  ProgressCallback progress = {};  ///< may be empty
};

/// Those of the models that gram-cpu runs, such as "gram-qwen3-1.7b" (or for short "qwen3-1.7b")
/// and "skywork-gemma2-27b", and "tiny".
std::vector<std::string_view> SynthPresets();

/// Writes a bf16 model. Weights are uniform with variance 1/K (K inputs), so that activations keep
/// their size from layer to layer; norm weights lie within 1/8 of 1. "tiny" takes its vocabulary
/// from the tokenizer, rounded up to 64. kInvalidArgument for an unknown preset or a tokenizer with
/// more ids than the preset's vocabulary; else as Convert().
Status Synthesize(const SynthOptions& options);

}  // namespace gram::convert

#endif  // GRAM_TOOLS_CONVERT_CONVERT_H_
