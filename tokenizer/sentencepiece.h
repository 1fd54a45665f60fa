// InternLM2's older form of a tokenizer: a SentencePiece model.
#ifndef GRAM_TOKENIZER_SENTENCEPIECE_H_
#define GRAM_TOKENIZER_SENTENCEPIECE_H_

#include <string>
#include <string_view>

#include "engine/base/status.h"

namespace gram::tokenizer {

/// The tokenizer.json that transformers makes of `model`, a tokenizer.model, and `config`, the
/// tokenizer_config.json beside it: every cut of a piece into two others is a merge rule, in the
/// order of the pieces' scores, and pieces are renamed as the config says. Messages name `where`,
/// the model's path. Errors: kUnsupported for other tokenizers than InternLM2's, whose added tokens
/// follow other rules, and for settings that change texts; kCorrupt.
Result<std::string> JsonFromSentencePiece(std::string_view model, std::string_view config,
                                          const std::string& where);

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_SENTENCEPIECE_H_
