// The ways from a text to tokens that are implemented, by name: what is done to a text before it is
// split, and where it is split. A packed tokenizer records the name of its own.
#ifndef GRAM_TOKENIZER_PIPELINE_H_
#define GRAM_TOKENIZER_PIPELINE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "tokenizer/pretokenizer.h"
#include "tokenizer/vocab.h"

namespace gram::tokenizer {

enum class Normalization : uint8_t {
  kNone,
  kNfc,
  kSpaces,          ///< a space and U+2581 are one character, as SentencePiece has it
  kPrefixedSpaces,  ///< and one of them is put in front of each text between added tokens
};

struct Pipeline {
  std::string_view name;
  Normalization normalization;
  /// nullptr: what lies between two added tokens is not split, and merges run over all of it.
  const SplitPattern* split;

  /// What merging starts from. Texts that are split are merged as bytes.
  Alphabet alphabet() const { return split != nullptr ? Alphabet::kBytes : Alphabet::kCharacters; }
};

inline constexpr Pipeline kPipelines[] = {
    {"qwen", Normalization::kNfc, &kQwenPattern},
    {"llama3", Normalization::kNone, &kLlama3Pattern},
    {"sentencepiece", Normalization::kSpaces, nullptr},
    {"sentencepiece-prefix", Normalization::kPrefixedSpaces, nullptr},
};

/// nullptr where no pipeline has this name.
const Pipeline* FindPipeline(std::string_view name);

/// nullptr where no pipeline has these parts.
const Pipeline* FindPipeline(Normalization normalization, const SplitPattern* split);

/// `text`, valid UTF-8, as the pipeline has it before it is split: `text` itself where nothing
/// changes, otherwise a view of `*storage`. Cost: that of NormalizeNfc, or linear.
std::string_view Normalize(const Pipeline& pipeline, const UnicodeTable& table,
                           std::string_view text, std::string* storage);

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_PIPELINE_H_
