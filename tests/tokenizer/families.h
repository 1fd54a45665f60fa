// Small tokenizers of all pipelines, and a slow, literal second opinion on what they do.
#ifndef GRAM_TESTS_TOKENIZER_FAMILIES_H_
#define GRAM_TESTS_TOKENIZER_FAMILIES_H_

#include <nlohmann/json.hpp>
#include <string>

#include "tests/tokenizer/testing.h"

namespace gram::tokenizer::testing {

inline const std::string kFamilies[] = {"qwen", "llama3", "gemma2", "internlm2",
                                        "internlm2-prepend"};

/// The tokenizer.json in tests/golden/tokenizers/FAMILY ("qwen": the tiny one; "-prepend": with the
/// Prepend normalizer).
const nlohmann::json& FamilyJson(const std::string& family);
const Tokenizer& FamilyTokenizer(const std::string& family);

/// The text between two added tokens as the family's normalizer leaves it, with spaces for U+2581.
std::string ReferenceNormal(const std::string& family, const std::string& text);

/// The text as data.
Ids ReferencePlain(const std::string& family, const std::string& text);

}  // namespace gram::tokenizer::testing

#endif  // GRAM_TESTS_TOKENIZER_FAMILIES_H_
