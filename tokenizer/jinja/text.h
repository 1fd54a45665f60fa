// Texts in which parts are not known: the messages, for which a template is followed without
// having them, and the date.
#ifndef GRAM_TOKENIZER_JINJA_TEXT_H_
#define GRAM_TOKENIZER_JINJA_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

namespace gram::tokenizer::jinja {

/// A known text, or a symbol: a text that is not known, spelled as the Jinja expression that gives
/// it, such as "response.split('</think>')[-1]". One text has one spelling as far as that is easy:
/// cutting off the same characters twice is spelled once.
struct Piece {
  std::string text;
  bool symbol = false;

  friend bool operator==(const Piece&, const Piece&) = default;
};

/// What the pieces give one after the other. No known piece is empty, no two stand side by side.
using Text = std::vector<Piece>;

Text Known(std::string text);
Text Symbol(std::string spelled);

void Append(const Text& more, Text* text);

/// Bytes of all pieces.
size_t Size(const Text& text);

/// The known text; nullptr if a symbol is in it. Valid while `text` is.
const std::string* AsKnown(const Text& text);

/// The symbol that is the whole text; nullptr if it is anything else.
const std::string* AsSymbol(const Text& text);

/// `text` as a literal of one printable line, in single quotes.
std::string Quote(std::string_view text);

/// text.METHOD(arguments...) as Python has it: strip, lstrip, rstrip, upper, lower, capitalize,
/// title, replace. A symbol becomes a longer symbol. Errors: kUnsupported with the reason, for
/// other methods, texts of both kinds, and letters beyond ASCII whose case changes.
Result<Text> CallTextMethod(const Text& text, std::string_view method,
                            const std::vector<std::string>& arguments);

/// The parts of a known text between separators, which is not empty.
std::vector<std::string> Split(std::string_view text, std::string_view separator);

}  // namespace gram::tokenizer::jinja

#endif  // GRAM_TOKENIZER_JINJA_TEXT_H_
