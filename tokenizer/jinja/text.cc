#include "tokenizer/jinja/text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <numeric>
#include <utility>

#include "engine/base/white_space.h"
#include "tokenizer/jinja/lexer.h"

namespace gram::tokenizer::jinja {
namespace {

constexpr size_t kLongestSymbol = 4096;  // bytes of its spelling

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

bool IsStrip(std::string_view method) {
  return method == "strip" || method == "lstrip" || method == "rstrip";
}

std::string Strip(std::string_view text, std::string_view method,
                  const std::vector<std::string>& arguments) {
  if (arguments.empty()) {
    if (method != "rstrip") text = TrimLeft(text);
    if (method != "lstrip") text = TrimRight(text);
  } else {
    const std::string& characters = arguments[0];
    if (method != "rstrip") {
      text.remove_prefix(std::min(text.find_first_not_of(characters), text.size()));
    }
    if (method != "lstrip") text = text.substr(0, text.find_last_not_of(characters) + 1);
  }
  return std::string(text);
}

Result<Text> Replace(std::string_view text, std::string_view from, std::string_view to) {
  const std::vector<std::string> parts = Split(text, from);
  if (text.size() + parts.size() * to.size() > kMaxTemplateBytes) {
    return Unsupported("it makes a text of more than " + std::to_string(kMaxTemplateBytes) +
                       " bytes, or too many of them");
  }
  std::string replaced = parts[0];
  for (size_t i = 1; i < parts.size(); ++i) replaced.append(to).append(parts[i]);
  return Known(std::move(replaced));
}

// Python's title() if `every_word`, else capitalize(): a word's first letter is upper case, the
// others lower case.
std::string Capitalized(std::string text, bool every_word) {
  bool in_word = false;
  for (char& c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter) c = static_cast<char>(in_word ? c | 0x20 : c & ~0x20);
    in_word = !every_word || letter;
  }
  return text;
}

std::string InCase(std::string text, bool upper) {
  for (char& c : text) {
    if (upper && c >= 'a' && c <= 'z') c = static_cast<char>(c - 0x20);
    if (!upper && c >= 'A' && c <= 'Z') c = static_cast<char>(c + 0x20);
  }
  return text;
}

Result<Text> OfKnown(const std::string& text, std::string_view method,
                     const std::vector<std::string>& arguments) {
  if (IsStrip(method)) return Known(Strip(text, method, arguments));
  if (method == "replace") return Replace(text, arguments[0], arguments[1]);
  if (!IsAscii(text)) return Unsupported("it changes the case of letters beyond ASCII");
  if (method == "upper" || method == "lower") return Known(InCase(text, method == "upper"));
  return Known(Capitalized(text, method == "title"));
}

// Whether `call` changes nothing in what `spelled` gives, since its last call did it already; of a
// call that does what the last one did and more, the last one is cut off first.
bool IsDone(std::string_view method, const std::string& arguments, std::string* spelled) {
  const auto ends_in = [&](std::string_view name) {
    return spelled->ends_with("." + std::string(name) + arguments);
  };
  if (!IsStrip(method)) return false;
  if (ends_in(method) || ends_in("strip")) return true;
  if (method != "strip") return false;
  for (const std::string_view half : {"lstrip", "rstrip"}) {
    if (ends_in(half)) spelled->resize(spelled->size() - 1 - half.size() - arguments.size());
  }
  return false;
}

Result<Text> OfSymbol(std::string spelled, std::string_view method,
                      const std::vector<std::string>& arguments) {
  std::string list = "(";
  for (const std::string& argument : arguments) {
    list += (list.size() > 1 ? ", " : "") + Quote(argument);
  }
  list += ")";
  if (!IsDone(method, list, &spelled)) spelled += "." + std::string(method) + list;
  if (spelled.size() > kLongestSymbol) return Unsupported("it alters a message in too many ways");
  return Symbol(std::move(spelled));
}

Status CheckArguments(std::string_view method, const std::vector<std::string>& arguments) {
  constexpr std::string_view kWithout[] = {"upper", "lower", "capitalize", "title"};
  const bool known =
      std::find(std::begin(kWithout), std::end(kWithout), method) != std::end(kWithout);
  const bool fits = IsStrip(method)       ? arguments.size() <= 1
                    : method == "replace" ? arguments.size() == 2 && !arguments[0].empty()
                                          : known && arguments.empty();
  if (!fits || (IsStrip(method) && !arguments.empty() && !IsAscii(arguments[0]))) {
    return Unsupported("it uses '" + std::string(method) +
                       "' on a text in a way that is not known");
  }
  return {};
}

}  // namespace

Text Known(std::string text) {
  if (text.empty()) return {};
  return {{std::move(text), false}};
}

Text Symbol(std::string spelled) { return {{std::move(spelled), true}}; }

void Append(const Text& more, Text* text) {
  for (const Piece& piece : more) {
    if (!piece.symbol && !text->empty() && !text->back().symbol) {
      text->back().text += piece.text;
    } else {
      text->push_back(piece);
    }
  }
}

size_t Size(const Text& text) {
  return std::accumulate(text.begin(), text.end(), size_t{0},
                         [](size_t sum, const Piece& piece) { return sum + piece.text.size(); });
}

const std::string* AsKnown(const Text& text) {
  static const std::string kEmpty;
  if (text.empty()) return &kEmpty;
  return text.size() == 1 && !text[0].symbol ? &text[0].text : nullptr;
}

const std::string* AsSymbol(const Text& text) {
  return text.size() == 1 && text[0].symbol ? &text[0].text : nullptr;
}

std::string Quote(std::string_view text) {
  constexpr std::string_view kEscaped = "\n\r\t\\'";
  constexpr std::string_view kLetters = "nrt\\'";
  std::string quoted = "'";
  for (const char c : text) {
    if (const size_t which = kEscaped.find(c); which != kEscaped.npos) {
      quoted += {'\\', kLetters[which]};
    } else if (c >= ' ' && c <= '~') {
      quoted += c;
    } else {
      std::array<char, 5> hex{};
      std::snprintf(hex.data(), hex.size(), "\\x%02x", static_cast<unsigned char>(c));
      quoted += hex.data();
    }
  }
  return quoted + "'";
}

Result<Text> CallTextMethod(const Text& text, std::string_view method,
                            const std::vector<std::string>& arguments) {
  GRAM_RETURN_IF_ERROR(CheckArguments(method, arguments));
  if (const std::string* known = AsKnown(text)) return OfKnown(*known, method, arguments);
  if (const std::string* symbol = AsSymbol(text)) return OfSymbol(*symbol, method, arguments);
  return Unsupported("it uses '" + std::string(method) + "' on a text with a message in it");
}

std::vector<std::string> Split(std::string_view text, std::string_view separator) {
  std::vector<std::string> parts;
  for (;;) {
    const size_t at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == text.npos) return parts;
    text.remove_prefix(at + separator.size());
  }
}

}  // namespace gram::tokenizer::jinja
