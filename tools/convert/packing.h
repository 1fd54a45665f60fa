// What Convert and Synthesize have in common: the tensors, the tokenizer and the provenance of a
// packed file.
#ifndef GRAM_TOOLS_CONVERT_PACKING_H_
#define GRAM_TOOLS_CONVERT_PACKING_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/format/writer.h"
#include "tools/convert/convert.h"

namespace gram::convert {

/// Fills `out` with rows [first, first + count) of tensor `index` of the table, row-major in its
/// stored dtype: count * cols elements. Called with rising rows, 64 at a time.
using RowSource =
    std::function<Status(size_t index, uint64_t first, uint64_t count, std::span<std::byte> out)>;

/// Packs and appends every tensor of `writer` from `source`. Memory: two strips of 64 rows of the
/// widest tensor. Errors: the source's and the writer's.
Status PackTensors(const RowSource& source, const ProgressCallback& progress,
                   format::PackedFileWriter& writer);

/// What a packed file takes from a folder's tokenizer files.
struct TokenizerSource {
  std::string bytes;        ///< tokenizer::Tokenizer::Serialize()'s
  uint64_t vocab_size = 0;  ///< token ids are below it
  format::ChatPieces chat;
  std::vector<std::string> notes;  ///< what is saved in the files and has no effect, a line each
};

/// Reads tokenizer.json and the chat template of `folder`. With both prefix and suffix
/// overridden the folder's template is not read, so it may be one that this build does not know.
/// kUnsupported where `A` or `B`, whose logits are the verdict, is not a single token, or where a
/// file beside tokenizer.json would change the tokenizer; else the tokenizer library's errors.
Result<TokenizerSource> LoadTokenizer(const std::string& folder, const ChatOverride& chat);

/// What inspecting shows of a packed tokenizer.
struct TokenizerSummary {
  std::string pipeline;
  std::optional<int32_t> bos;
};

/// Of tokenizer::Tokenizer::Serialize()'s bytes. Errors: the tokenizer library's, which name
/// `where`.
Result<TokenizerSummary> SummarizeTokenizer(std::string_view bytes, const std::string& where);

/// The provenance section, a JSON object that says where a packed file came from. Fields:
/// converter, source (the folder's own name, not its path), source_dtype, weight_dtype; and
/// ignored, the names of adapter files that the user had left out, where there are any.
std::string ConvertProvenance(const std::string& folder, std::string_view source_dtype,
                              std::string_view weight_dtype,
                              const std::vector<std::string>& ignored);

/// The same of random weights. Fields: converter, source ("synthetic"), preset, seed, weight_dtype.
std::string SynthProvenance(std::string_view preset, uint64_t seed, std::string_view weight_dtype);

}  // namespace gram::convert

#endif  // GRAM_TOOLS_CONVERT_PACKING_H_
