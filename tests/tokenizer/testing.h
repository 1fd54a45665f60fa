// What the tokenizer's tests share: the committed tiny tokenizer, and a slow, literal second
// opinion on how a text becomes tokens.
#ifndef GRAM_TESTS_TOKENIZER_TESTING_H_
#define GRAM_TESTS_TOKENIZER_TESTING_H_

#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/tokenizer.h"

namespace gram::tokenizer::testing {

using Ids = std::vector<TokenId>;

std::string ReadFile(const std::string& path);

/// tests/golden/tiny-tied/tokenizer.json: 1,024 model tokens, 5 added ones.
const std::string& TinyJsonText();
const nlohmann::json& TinyJson();
const Tokenizer& TinyTokenizer();

/// A tokenizer.json over the bare byte alphabet, with `merges` (pairs of plain ASCII texts without
/// spaces) whose results become tokens from 256 on.
nlohmann::json ByteJson(const std::vector<std::pair<std::string, std::string>>& merges);

/// NFC by utf8proc over the whole text at once.
std::string ReferenceNfc(const std::string& text);

/// The split pattern, alternative by alternative, over code points; of up to `digits` numbers.
std::vector<std::string> ReferencePieces(const std::string& text, size_t digits = 1);

/// BPE by scanning for the lowest rule again and again, over strings, of bytes or, where the file
/// has byte_fallback, of characters.
class ReferenceBpe {
 public:
  explicit ReferenceBpe(const nlohmann::json& tokenizer_json);
  Ids Encode(const std::string& piece) const;

 private:
  std::vector<std::string> Symbols(const std::string& piece) const;

  bool characters_ = false;
  bool ignore_merges_ = false;
  std::map<std::string, TokenId> ids_;                          // by spelling
  std::map<std::pair<std::string, std::string>, size_t> rank_;  // by spelling
};

/// All of it for Qwen: the text as data.
Ids ReferenceEncode(const ReferenceBpe& bpe, const std::string& text);

/// A random text of up to `max_parts` parts, from words, spaces, line ends, digits, contractions,
/// many scripts, combining marks, emoji and the spelling of added tokens.
std::string RandomText(std::mt19937* random, int max_parts);

}  // namespace gram::tokenizer::testing

#endif  // GRAM_TESTS_TOKENIZER_TESTING_H_
