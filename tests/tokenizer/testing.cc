#include "tests/tokenizer/testing.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <utility>

#include "tests/testing/paths.h"
#include "tokenizer/utf8.h"

namespace gram::tokenizer::testing {
namespace {

using CodePoints = std::u32string;

CodePoints Decode(const std::string& text) {
  CodePoints points;
  for (size_t pos = 0; pos < text.size();) {
    const Utf8Char c = DecodeUtf8(text, pos);
    points.push_back(c.code_point);
    pos += c.length;
  }
  return points;
}

std::string Encode(std::u32string_view points) {
  std::string text;
  for (const char32_t c : points) AppendUtf8(c, &text);
  return text;
}

char CategoryLetter(char32_t c) {
  return utf8proc_category_string(static_cast<utf8proc_int32_t>(c))[0];
}
bool IsL(char32_t c) { return CategoryLetter(c) == 'L'; }
bool IsN(char32_t c) { return CategoryLetter(c) == 'N'; }
bool IsBreak(char32_t c) { return c == '\r' || c == '\n'; }
bool IsS(char32_t c) {
  static const std::set<char32_t> kOthers = {9, 10, 11, 12, 13, 0x85, 0x2028, 0x2029};
  return CategoryLetter(c) == 'Z' || kOthers.count(c) != 0;
}

// How many characters at `at` satisfy `is`, one after another.
template <typename Is>
size_t Run(const CodePoints& t, size_t at, Is is) {
  size_t n = 0;
  while (at + n < t.size() && is(t[at + n])) ++n;
  return n;
}

size_t Contraction(const CodePoints& t, size_t at) {
  for (const char* word : {"s", "t", "re", "ve", "m", "ll", "d"}) {
    size_t n = 1;
    bool match = t[at] == '\'';
    for (const char* c = word; match && *c != 0; ++c, ++n) {
      const char32_t have = at + n < t.size() ? t[at + n] : 0;
      match = have == static_cast<char32_t>(*c) || have == static_cast<char32_t>(*c - 32) ||
              (*c == 's' && have == 0x17f);
    }
    if (match) return n;
  }
  return 0;
}

// Characters that the pattern matches at `at`: the alternatives in order, each with backtracking.
size_t MatchLength(const CodePoints& t, size_t at, size_t digits) {
  if (const size_t n = Contraction(t, at)) return n;
  if (!IsBreak(t[at]) && !IsL(t[at]) && !IsN(t[at])) {
    if (const size_t n = Run(t, at + 1, IsL)) return 1 + n;
  }
  if (const size_t n = Run(t, at, IsL)) return n;
  if (const size_t n = Run(t, at, IsN)) return std::min(n, digits);
  const auto is_mark = [](char32_t c) { return !IsS(c) && !IsL(c) && !IsN(c); };
  for (const size_t space : {t[at] == ' ' ? size_t{1} : size_t{0}, size_t{0}}) {
    if (const size_t n = Run(t, at + space, is_mark)) {
      return space + n + Run(t, at + space + n, IsBreak);
    }
  }
  const size_t spaces = Run(t, at, IsS);
  for (size_t n = spaces + 1; n-- > 0;) {
    if (const size_t breaks = Run(t, at + n, IsBreak)) return n + breaks;
  }
  for (size_t n = spaces; n > 0; --n) {
    if (at + n == t.size() || IsS(t[at + n])) return n;
  }
  return spaces;
}

}  // namespace

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

const std::string& TinyJsonText() {
  static const auto* const kText =
      new std::string(ReadFile(gram::testing::GoldenPath("tiny-tied/tokenizer.json")));
  return *kText;
}

const nlohmann::json& TinyJson() {
  static const auto* const kJson = new nlohmann::json(nlohmann::json::parse(TinyJsonText()));
  return *kJson;
}

const Tokenizer& TinyTokenizer() {
  static const auto* const kTokenizer =
      new Result<Tokenizer>(Tokenizer::FromJson(TinyJsonText(), "tiny"));
  return kTokenizer->value();
}

nlohmann::json ByteJson(const std::vector<std::pair<std::string, std::string>>& merges) {
  nlohmann::json json = TinyJson();
  json["added_tokens"] = nlohmann::json::array();
  auto vocab = nlohmann::json::object();
  auto rules = nlohmann::json::array();
  for (int byte = 0; byte < 256; ++byte) {
    vocab[AlphabetFromBytes(std::string(1, static_cast<char>(byte)))] = byte;
  }
  for (const auto& [left, right] : merges) {
    rules.push_back({left, right});
    if (!vocab.contains(left + right)) {
      const size_t id = vocab.size();
      vocab[left + right] = id;
    }
  }
  json["model"]["vocab"] = std::move(vocab);
  json["model"]["merges"] = std::move(rules);
  return json;
}

std::string ReferenceNfc(const std::string& text) {
  // utf8proc 2.8 takes U+11A7, which is no Hangul final, for one and drops it behind a syllable.
  // Nothing composes across it, so what lies on either side of it is normalised by itself.
  constexpr std::string_view kBeforeFinals = "\u11a7";
  if (const size_t at = text.find(kBeforeFinals); at != text.npos) {
    return ReferenceNfc(text.substr(0, at)) + std::string(kBeforeFinals) +
           ReferenceNfc(text.substr(at + kBeforeFinals.size()));
  }
  utf8proc_uint8_t* normal = nullptr;
  const auto length =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                   static_cast<utf8proc_ssize_t>(text.size()), &normal,
                   static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  std::string result(reinterpret_cast<const char*>(normal), static_cast<size_t>(length));
  std::free(normal);
  return result;
}

std::vector<std::string> ReferencePieces(const std::string& text, size_t digits) {
  const CodePoints points = Decode(text);
  std::vector<std::string> pieces;
  for (size_t at = 0; at < points.size();) {
    const size_t length = MatchLength(points, at, digits);
    pieces.push_back(Encode(points.substr(at, length)));
    at += length;
  }
  return pieces;
}

ReferenceBpe::ReferenceBpe(const nlohmann::json& tokenizer_json) {
  const auto& model = tokenizer_json.at("model");
  characters_ = model.value("byte_fallback", false);
  ignore_merges_ = model.value("ignore_merges", false);
  ids_ = model.at("vocab").get<std::map<std::string, TokenId>>();
  for (const auto& pair : model.at("merges")) {
    const size_t rank = rank_.size();
    rank_[{pair.at(0).get<std::string>(), pair.at(1).get<std::string>()}] = rank;
  }
}

std::vector<std::string> ReferenceBpe::Symbols(const std::string& piece) const {
  std::vector<std::string> symbols;
  if (!characters_) {
    for (const char byte : piece) symbols.push_back(AlphabetFromBytes(std::string(1, byte)));
    return symbols;
  }
  for (const char32_t c : Decode(piece)) {
    const std::string character = c == ' ' ? "\u2581" : testing::Encode({&c, 1});
    if (ids_.count(character) != 0) {
      symbols.push_back(character);
      continue;
    }
    for (const char byte : character) {
      char token[8];
      std::snprintf(token, sizeof(token), "<0x%02X>", static_cast<unsigned char>(byte));
      symbols.push_back(token);
    }
  }
  return symbols;
}

Ids ReferenceBpe::Encode(const std::string& piece) const {
  std::vector<std::string> parts = Symbols(piece);
  if (ignore_merges_) {
    std::string spelled;
    for (const std::string& part : parts) spelled += part;
    if (ids_.count(spelled) != 0) return {ids_.at(spelled)};
  }
  for (;;) {
    size_t best_rank = rank_.size();
    size_t best = 0;
    for (size_t i = 0; i + 1 < parts.size(); ++i) {
      const auto rule = rank_.find({parts[i], parts[i + 1]});
      if (rule == rank_.end() || rule->second >= best_rank) continue;
      best_rank = rule->second;
      best = i;
    }
    if (best_rank == rank_.size()) break;
    parts[best] += parts[best + 1];
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(best) + 1);
  }
  Ids ids;
  for (const std::string& part : parts) ids.push_back(ids_.at(part));
  return ids;
}

Ids ReferenceEncode(const ReferenceBpe& bpe, const std::string& text) {
  Ids ids;
  for (const std::string& piece : ReferencePieces(ReferenceNfc(text))) {
    const Ids part = bpe.Encode(piece);
    ids.insert(ids.end(), part.begin(), part.end());
  }
  return ids;
}

std::string RandomText(std::mt19937* random, int max_parts) {
  using namespace std::string_literals;
  static const std::vector<std::string> kParts = {" ",
                                                  " ",
                                                  " ",
                                                  "  ",
                                                  "\n",
                                                  "\r\n",
                                                  "\t",
                                                  "\v",
                                                  "\f",
                                                  "\u0085",
                                                  "\u00a0",
                                                  "\u2028",
                                                  "\u3000",
                                                  "a",
                                                  "e",
                                                  "the",
                                                  "Assistant",
                                                  "response",
                                                  "Judge",
                                                  "!",
                                                  "...",
                                                  "#",
                                                  "$x$",
                                                  "'",
                                                  "'s",
                                                  "'S",
                                                  "'\u017f",
                                                  "'re",
                                                  "'VE",
                                                  "'ll",
                                                  "'lL",
                                                  "'d",
                                                  "'m",
                                                  "'t",
                                                  "0",
                                                  "42",
                                                  "\u0665",
                                                  "\u2167",
                                                  "\u00b2",
                                                  "\u00e9",
                                                  "e\u0301",
                                                  "\u0301",
                                                  "\u0323",
                                                  "\u0307\u0323",
                                                  "\u1e9b",
                                                  "\u212b",
                                                  "\u2126",
                                                  "\u00df",
                                                  "\u0436",
                                                  "\u0418\u0306",
                                                  "\u03a9",
                                                  "\u05d0\u05b8",
                                                  "\u0639\u064b",
                                                  "\u0915\u093c",
                                                  "\u0bc6\u0bbe",
                                                  "\u0e01\u0e33",
                                                  "\u1100\u1161\u11a8",
                                                  "\ud55c",
                                                  "\u6f22\u5b57",
                                                  "\U0002f800",
                                                  "\U0001f642",
                                                  "\U0001f469\u200d\U0001f469",
                                                  "\ufeff",
                                                  "\u200b",
                                                  "\u0378",
                                                  "\U0010ffff",
                                                  "\0"s,
                                                  "\u2581",
                                                  "\u2581\u2581",
                                                  "1234567",
                                                  "<0x41>",
                                                  "<table>",
                                                  "<s>",
                                                  "<bos>",
                                                  "<|eot_id|>",
                                                  "<|im_end|>",
                                                  "<|im_start|>",
                                                  "<think>",
                                                  "<",
                                                  "|>"};
  std::string text;
  const int parts = std::uniform_int_distribution<int>(0, max_parts)(*random);
  for (int i = 0; i < parts; ++i) {
    text += kParts[std::uniform_int_distribution<size_t>(0, kParts.size() - 1)(*random)];
  }
  return text;
}

}  // namespace gram::tokenizer::testing
