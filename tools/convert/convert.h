// A Hugging Face checkpoint folder becomes one packed file.
#ifndef GRAM_TOOLS_CONVERT_CONVERT_H_
#define GRAM_TOOLS_CONVERT_CONVERT_H_

#include <functional>
#include <string>

#include "engine/base/status.h"
#include "tools/convert/tensor_packer.h"
#include "tools/convert/tokenizer_source.h"

namespace gram::convert {

using NoteCallback = std::function<void(const std::string& line)>;

/// How weights (matrices, embedding, LM head) are stored. Norm weights are always f32.
enum class WeightDType {
  kAuto,  ///< bf16 if every weight of the source is BF16, else f32: nothing is altered
  kBf16,  ///< rounded to nearest even where the source is F16 or F32
  kF32,
};

struct ConvertOptions {
  std::string folder;  ///< config.json, weights, tokenizer.json, chat template
  std::string output;  ///< replaced if it exists, once the conversion has succeeded
  WeightDType dtype = WeightDType::kAuto;
  ChatOverride chat = {};       ///< empty: what the folder's chat template says
  bool ignore_adapter = false;  ///< convert without an adapter beside the weights, and record that
  NoteCallback note = {};       ///< may be empty; told what is there and has no effect, a line each
  ProgressCallback progress = {};  ///< may be empty
};

/// Streams: memory is the tokenizer's plus a few strips of 64 rows, whatever the model's size. On
/// failure no output file appears and an existing one stays as it was. Errors, one line each with
/// file and tensor or field: kNotFound, kIo, kCorrupt (also NaN or infinite weights), kUnsupported,
/// kInvalidArgument (the output is one of the inputs). Want of memory is kOutOfMemory.
Status Convert(const ConvertOptions& options);

}  // namespace gram::convert

#endif  // GRAM_TOOLS_CONVERT_CONVERT_H_
