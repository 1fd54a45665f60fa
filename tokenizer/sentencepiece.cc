#include "tokenizer/sentencepiece.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <map>
#include <vector>

#include "tokenizer/json.h"
#include "tokenizer/protobuf.h"
#include "tokenizer/utf8.h"
#include "tokenizer/vocab.h"

namespace gram::tokenizer {
namespace {

using simdjson::SUCCESS;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr size_t kMaxPieceBytes =
    1024;  // finding merges is quadratic in it; 128 are the most in use

struct Piece {
  std::string text;
  float score = 0;
  bool control = false;  // for unknown text, or a control symbol
};

struct Model {
  std::vector<Piece> pieces;  // [id]
  bool prefix = true;         // a space is put before a text
};

// sentencepiece_model.proto: SentencePiece {piece = 1; score = 2; type = 3}.
Result<Piece> ReadPiece(std::string_view message, const std::string& what) {
  constexpr uint64_t kUnknown = 2;
  constexpr uint64_t kControl = 3;
  Piece piece;
  ProtoReader reader(message);
  while (const auto field = reader.Next()) {
    if (field->number == 1) piece.text = field->bytes;
    if (field->number == 2) piece.score = std::bit_cast<float>(static_cast<uint32_t>(field->value));
    if (field->number == 3) piece.control = field->value == kUnknown || field->value == kControl;
  }
  if (!reader.ok() || piece.text.empty() || piece.text.size() > kMaxPieceBytes ||
      FindInvalidUtf8(piece.text) != std::string::npos || std::isnan(piece.score)) {
    return Corrupt(what + " is no piece of text with a score");
  }
  return piece;
}

// The fields of a settings message that are numbers.
Result<std::map<uint64_t, uint64_t>> ReadNumbers(std::string_view message,
                                                 const std::string& what) {
  std::map<uint64_t, uint64_t> numbers;
  ProtoReader reader(message);
  while (const auto field = reader.Next()) numbers[field->number] = field->value;
  if (!reader.ok()) return Corrupt(what + " is not readable");
  return numbers;
}

// TrainerSpec {model_type = 3; treat_whitespace_as_suffix = 24; byte_fallback = 35}.
Status CheckTrainer(std::string_view message, const std::string& where) {
  constexpr uint64_t kBpe = 2;
  GRAM_ASSIGN_OR_RETURN(auto numbers, ReadNumbers(message, where + ": trainer_spec"));
  if (numbers[3] != kBpe) return Unsupported(where + ": model_type is not BPE");
  if (numbers[24] != 0) return Unsupported(where + ": treat_whitespace_as_suffix is true");
  if (numbers[35] == 0) return Unsupported(where + ": byte_fallback is false");
  return Status();
}

// NormalizerSpec {precompiled_charsmap = 2; add_dummy_prefix = 3; remove_extra_whitespaces = 4;
// escape_whitespaces = 5}: the last three are true where they are absent.
Result<bool> ReadPrefix(std::string_view message, const std::string& where) {
  GRAM_ASSIGN_OR_RETURN(auto numbers, ReadNumbers(message, where + ": normalizer_spec"));
  const auto flag = [&numbers](uint64_t number) {
    return numbers.count(number) == 0 || numbers[number] != 0;
  };
  // Of bytes the number is their count.
  if (numbers[2] != 0) return Unsupported(where + ": texts are normalised by a table of its own");
  if (flag(4)) return Unsupported(where + ": remove_extra_whitespaces is true");
  if (!flag(5)) return Unsupported(where + ": escape_whitespaces is false");
  return flag(3);
}

// ModelProto {pieces = 1; trainer_spec = 2; normalizer_spec = 3}.
Result<Model> ReadModel(std::string_view bytes, const std::string& where) {
  Model model;
  std::string_view trainer;
  std::string_view normalizer;
  ProtoReader reader(bytes);
  while (const auto field = reader.Next()) {
    if (field->number == 2) trainer = field->bytes;
    if (field->number == 3) normalizer = field->bytes;
    if (field->number != 1) continue;
    const std::string what = where + ": piece " + std::to_string(model.pieces.size());
    GRAM_ASSIGN_OR_RETURN(Piece piece, ReadPiece(field->bytes, what));
    model.pieces.push_back(std::move(piece));
  }
  if (!reader.ok() || model.pieces.empty() || model.pieces.size() > kMaxTokens) {
    return Corrupt(where + ": not a SentencePiece model");
  }
  GRAM_RETURN_IF_ERROR(CheckTrainer(trainer, where));
  GRAM_ASSIGN_OR_RETURN(model.prefix, ReadPrefix(normalizer, where));
  return model;
}

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof(escape), "\\u%04x", static_cast<unsigned>(c));
      quoted += escape;
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

// What tokenizer_config.json says about an added token; flags that it leaves out are false.
std::string AddedJson(size_t id, std::string_view content, const object* fields, bool special) {
  std::string json = "{\"id\":" + std::to_string(id) + ",\"content\":" + Quoted(content);
  const auto put = [&](const char* name, bool value) {
    if (fields != nullptr && (*fields)[name].get(value) != SUCCESS) value = false;
    json += std::string(",\"") + name + "\":" + (value ? "true" : "false");
  };
  for (const char* flag : {"single_word", "lstrip", "rstrip", "normalized"}) put(flag, false);
  put("special", special);
  return json + "}";
}

// Renames pieces as {"92542": {"content": "<|im_end|>", ...}} says, and returns these tokens.
Result<std::map<size_t, std::string>> ReadAdded(const object& decoder, Model* model,
                                                const std::string& where) {
  std::map<size_t, std::string> added;
  for (const auto& [key, value] : decoder) {
    size_t id = 0;
    object fields;
    std::string_view content;
    const auto parsed = std::from_chars(key.data(), key.data() + key.size(), id);
    if (parsed.ec != std::errc() || parsed.ptr != key.data() + key.size() ||
        id >= model->pieces.size() || value.get(fields) != SUCCESS ||
        fields["content"].get(content) != SUCCESS) {
      return Corrupt(where + ": tokenizer_config.json adds '" + Shortened(key) +
                     "', which is no id with a token");
    }
    model->pieces[id].text = content;
    added[id] = AddedJson(id, content, &fields, true);
  }
  return added;
}

Result<std::string> AddedTokensJson(const element& config, Model* model, const std::string& where) {
  std::map<size_t, std::string> added;
  object decoder;
  if (config["added_tokens_decoder"].get(decoder) == SUCCESS) {
    GRAM_ASSIGN_OR_RETURN(added, ReadAdded(decoder, model, where));
  } else {
    for (size_t id = 0; id < model->pieces.size(); ++id) {
      const Piece& piece = model->pieces[id];
      if (piece.control) added[id] = AddedJson(id, piece.text, nullptr, true);
    }
  }
  std::string json;
  for (const auto& [id, token] : added) json += (json.empty() ? "" : ",") + token;
  return json;
}

struct Merge {
  size_t left;
  size_t right;
  float score;
};

// All cuts of all pieces, the highest score first; equal ones by piece, then by the ids of the
// parts.
std::vector<Merge> FindMerges(const std::vector<Piece>& pieces) {
  std::map<std::string_view, size_t> ids;  // no hash: the texts are whoever made the file's choice
  for (size_t id = 0; id < pieces.size(); ++id) ids.emplace(pieces[id].text, id);
  std::vector<Merge> merges;
  for (const Piece& piece : pieces) {
    const std::string_view text = piece.text;
    const size_t first = merges.size();
    for (size_t cut = 1; cut < text.size(); ++cut) {
      if ((static_cast<unsigned char>(text[cut]) & 0xc0) == 0x80) continue;  // inside a character
      const auto left = ids.find(text.substr(0, cut));
      const auto right = left == ids.end() ? ids.end() : ids.find(text.substr(cut));
      if (right != ids.end()) merges.push_back({left->second, right->second, piece.score});
    }
    std::sort(merges.begin() + static_cast<std::ptrdiff_t>(first), merges.end(),
              [](const Merge& a, const Merge& b) {
                return std::pair(a.left, a.right) < std::pair(b.left, b.right);
              });
  }
  std::stable_sort(merges.begin(), merges.end(),
                   [](const Merge& a, const Merge& b) { return a.score > b.score; });
  return merges;
}

std::string ModelJson(const std::vector<Piece>& pieces) {
  std::string vocab;
  for (size_t id = 0; id < pieces.size(); ++id) {
    vocab += (id == 0 ? "" : ",") + Quoted(pieces[id].text) + ":" + std::to_string(id);
  }
  std::string merges;
  for (const Merge& merge : FindMerges(pieces)) {
    merges += std::string(merges.empty() ? "" : ",") + "[" + Quoted(pieces[merge.left].text) + "," +
              Quoted(pieces[merge.right].text) + "]";
  }
  return R"({"type":"BPE","byte_fallback":true,"vocab":{)" + vocab + R"(},"merges":[)" + merges +
         "]}";
}

// The token that stands before a text, unless the config says that there is none.
Result<std::string> ProcessorJson(const element& config, const Model& model,
                                  const std::string& where) {
  bool add = true;
  if (config["add_bos_token"].get(add) == SUCCESS && !add) return std::string("null");
  std::string_view bos = "<s>";
  if (config["bos_token"].get(bos) != SUCCESS &&
      config["bos_token"]["content"].get(bos) != SUCCESS) {
    bos = "<s>";
  }
  for (size_t id = 0; id < model.pieces.size(); ++id) {
    if (model.pieces[id].text != bos) continue;
    const std::string token = Quoted(bos);
    return R"({"type":"TemplateProcessing","single":[{"SpecialToken":{"id":)" + token +
           R"(}},{"Sequence":{"id":"A"}}],"special_tokens":{)" + token + R"(:{"ids":[)" +
           std::to_string(id) + "]}}}";
  }
  return Corrupt(where + ": there is no piece '" + Shortened(bos) + "', the bos_token");
}

constexpr std::string_view kReplace =
    R"({"type":"Replace","pattern":{"String":" "},"content":"\u2581"})";
constexpr std::string_view kPrepend = R"({"type":"Prepend","prepend":"\u2581"},)";
constexpr std::string_view kDecoders =
    R"([{"type":"Replace","pattern":{"String":"\u2581"},"content":" "},{"type":"ByteFallback"},)"
    R"({"type":"Fuse"}])";

Status CheckClass(const element& config, const std::string& where) {
  std::string_view name;
  if (config["tokenizer_class"].get(name) == SUCCESS &&
      (name == "InternLM2Tokenizer" || name == "InternLM2TokenizerFast")) {
    return Status();
  }
  return Unsupported(where + ": the tokenizer_class in tokenizer_config.json is not InternLM2's");
}

}  // namespace

Result<std::string> JsonFromSentencePiece(std::string_view model_bytes, std::string_view config,
                                          const std::string& where) {
  GRAM_ASSIGN_OR_RETURN(const JsonDocument document,
                        ParseJson(config, where + ": the tokenizer_config.json beside it"));
  GRAM_RETURN_IF_ERROR(CheckClass(document.root, where));
  GRAM_ASSIGN_OR_RETURN(Model model, ReadModel(model_bytes, where));
  GRAM_ASSIGN_OR_RETURN(const std::string added, AddedTokensJson(document.root, &model, where));
  GRAM_ASSIGN_OR_RETURN(const std::string processor, ProcessorJson(document.root, model, where));
  return R"({"added_tokens":[)" + added + R"(],"normalizer":{"type":"Sequence","normalizers":[)" +
         std::string(model.prefix ? kPrepend : "") + std::string(kReplace) +
         R"(]},"post_processor":)" + processor + R"(,"decoder":{"type":"Sequence","decoders":)" +
         std::string(kDecoders) + R"(},"model":)" + ModelJson(model.pieces) + "}";
}

}  // namespace gram::tokenizer
