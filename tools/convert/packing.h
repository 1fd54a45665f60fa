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

/// The form of a chat template that a model needs (format::ChatPieces).
enum class ChatForm {
  kJudge,   ///< one user message and a generation prompt
  kReward,  ///< question and response
};

/// What the chat template of `folder` does, with the user's texts in the place of its own. A form
/// beside the needed one is there if it could be read. With all texts of the needed form given, the
/// template may be one that this build does not know, or absent. Errors: those of
/// tokenizer::ChatTemplateFromFolder; kUnsupported where the needed form cannot be read;
/// kInvalidArgument for texts that do not go together.
Result<format::ChatPieces> LoadChat(const std::string& folder, const ChatOverride& chat,
                                    ChatForm form);

/// Reads tokenizer.json and the chat template of `folder`.
/// kUnsupported where `A` or `B`, whose logits are a judge's verdict, is not a single token, or
/// where a file beside tokenizer.json would change the tokenizer; else the tokenizer library's
/// errors, and LoadChat's.
Result<TokenizerSource> LoadTokenizer(const std::string& folder, const ChatOverride& chat,
                                      ChatForm form);

/// The form that `model` needs.
inline ChatForm FormOf(const format::ModelDescription& model) {
  return model.readout.gives_reward() ? ChatForm::kReward : ChatForm::kJudge;
}

/// The ids of one or two tokens that ConvertOptions::readout names. kInvalidArgument for anything
/// else; the tokenizer library's errors.
Result<std::vector<int32_t>> ReadoutTokens(const std::string& folder, const std::string& readout,
                                           uint32_t vocab_size);

/// What inspecting shows of a packed tokenizer.
struct TokenizerSummary {
  std::string pipeline;
  std::optional<int32_t> bos;
};

/// Of tokenizer::Tokenizer::Serialize()'s bytes. Errors: the tokenizer library's, which name
/// `where`.
Result<TokenizerSummary> SummarizeTokenizer(std::string_view bytes, const std::string& where);

/// The provenance section, a JSON object that says where a packed file came from. Fields:
/// converter, source (the folder's own name, not its path), source_dtype, weight_dtype; and,
/// where they are set, readout, and ignored, the names of adapter files that the user had left out.
std::string ConvertProvenance(const ConvertOptions& options, std::string_view source_dtype,
                              std::string_view weight_dtype,
                              const std::vector<std::string>& ignored);

/// The same of random weights. Fields: converter, source ("synthetic"), preset, layers where the
/// preset's were not taken, seed, weight_dtype.
std::string SynthProvenance(const SynthOptions& options, std::string_view weight_dtype);

}  // namespace gram::convert

#endif  // GRAM_TOOLS_CONVERT_PACKING_H_
