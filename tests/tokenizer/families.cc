#include "tests/tokenizer/families.h"

#include <map>
#include <stdexcept>
#include <vector>

#include "tests/testing/paths.h"

namespace gram::tokenizer::testing {
namespace {

constexpr char kPrepend[] = "-prepend";

nlohmann::json ReadFamily(const std::string& family) {
  if (family == "qwen") return TinyJson();
  const bool prepend = family.ends_with(kPrepend);
  const std::string folder = prepend ? family.substr(0, family.rfind('-')) : family;
  auto json = nlohmann::json::parse(
      ReadFile(gram::testing::GoldenPath("tokenizers/" + folder + "/tokenizer.json")));
  if (prepend) {
    auto& normalizers = json["normalizer"]["normalizers"];
    normalizers.insert(normalizers.begin(),
                       nlohmann::json{{"type", "Prepend"}, {"prepend", "\u2581"}});
    json["decoder"]["decoders"].push_back(
        {{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}});
  }
  return json;
}

// Added tokens that are neither special nor unknown to the model.
std::map<std::string, TokenId> LanguageTokens(const nlohmann::json& json) {
  std::map<std::string, TokenId> tokens;
  for (const auto& added : json.at("added_tokens")) {
    const auto content = added.at("content").get<std::string>();
    if (added.at("special").get<bool>() || !json.at("model").at("vocab").contains(content))
      continue;
    tokens[content] = added.at("id").get<TokenId>();
  }
  return tokens;
}

struct Family {
  nlohmann::json json;
  ReferenceBpe bpe;
  std::map<std::string, TokenId> language;
};

const Family& Get(const std::string& name) {
  static auto* const kFamilies = new std::map<std::string, Family>;
  const auto found = kFamilies->find(name);
  if (found != kFamilies->end()) return found->second;
  const auto json = ReadFamily(name);
  return kFamilies->emplace(name, Family{json, ReferenceBpe(json), LanguageTokens(json)})
      .first->second;
}

void AppendOrdinary(const std::string& family, const std::string& text, Ids* ids) {
  const std::string normal = ReferenceNormal(family, text);
  if (normal.empty()) return;
  std::vector<std::string> pieces = {normal};
  if (family == "qwen") pieces = ReferencePieces(normal);
  if (family == "llama3") pieces = ReferencePieces(normal, 3);
  for (const std::string& piece : pieces) {
    const Ids part = Get(family).bpe.Encode(piece);
    ids->insert(ids->end(), part.begin(), part.end());
  }
}

}  // namespace

const nlohmann::json& FamilyJson(const std::string& family) { return Get(family).json; }

const Tokenizer& FamilyTokenizer(const std::string& family) {
  static auto* const kTokenizers = new std::map<std::string, Result<Tokenizer>>;
  const auto found = kTokenizers->find(family);
  if (found != kTokenizers->end()) return found->second.value();
  auto tokenizer = Tokenizer::FromJson(FamilyJson(family).dump(), family + "/tokenizer.json");
  if (!tokenizer.ok()) throw std::runtime_error(tokenizer.status().message());
  return kTokenizers->emplace(family, std::move(tokenizer)).first->second.value();
}

std::string ReferenceNormal(const std::string& family, const std::string& text) {
  if (family == "llama3" || text.empty()) return text;
  if (family == "qwen") return ReferenceNfc(text);
  const std::string mark = "\u2581";
  std::string normal = family.ends_with(kPrepend) ? " " + text : text;
  for (size_t at; (at = normal.find(mark)) != std::string::npos;) {
    normal.replace(at, mark.size(), " ");
  }
  return normal;
}

Ids ReferencePlain(const std::string& family, const std::string& text) {
  const auto& language = Get(family).language;
  Ids ids;
  std::string ordinary;
  for (size_t pos = 0; pos < text.size();) {
    const std::pair<const std::string, TokenId>* longest = nullptr;
    for (const auto& token : language) {
      if (text.compare(pos, token.first.size(), token.first) != 0) continue;
      if (longest == nullptr || token.first.size() > longest->first.size()) longest = &token;
    }
    if (longest == nullptr) {
      ordinary += text[pos++];
      continue;
    }
    AppendOrdinary(family, ordinary, &ids);
    ordinary.clear();
    ids.push_back(longest->second);
    pos += longest->first.size();
  }
  AppendOrdinary(family, ordinary, &ids);
  return ids;
}

}  // namespace gram::tokenizer::testing
