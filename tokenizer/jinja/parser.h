// Jinja's statements: a template's text to a tree.
#ifndef GRAM_TOKENIZER_JINJA_PARSER_H_
#define GRAM_TOKENIZER_JINJA_PARSER_H_

#include <string_view>

#include "engine/base/status.h"
#include "tokenizer/jinja/ast.h"

namespace gram::tokenizer::jinja {

/// if, for, set, macro, break, continue and Hugging Face's generation. Anything else, wherever it
/// stands, is refused: kUnsupported with the reason alone.
Result<Block> Parse(std::string_view source);

}  // namespace gram::tokenizer::jinja

#endif  // GRAM_TOKENIZER_JINJA_PARSER_H_
