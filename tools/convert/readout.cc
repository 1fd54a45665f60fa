// `--readout token:T[,U]`: which tokens' logits make a causal model a reward model.
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "tokenizer/tokenizer.h"
#include "tools/convert/packing.h"

namespace gram::convert {
namespace {

constexpr std::string_view kToken = "token:";

std::optional<int32_t> AsId(std::string_view text) {
  int32_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return id;
}

Status NotAReadout(const std::string& readout, const std::string& why) {
  return InvalidArgument("--readout " + readout + ": " + why +
                         "; write token:ID, token:TEXT, or two of them: token:yes,no");
}

}  // namespace

Result<std::vector<int32_t>> ReadoutTokens(const std::string& folder, const std::string& readout,
                                           uint32_t vocab_size) {
  std::string_view rest = readout;
  if (!rest.starts_with(kToken)) return NotAReadout(readout, "unknown");
  rest.remove_prefix(kToken.size());
  const size_t comma = rest.find(',');
  std::vector<std::string_view> names = {rest.substr(0, comma)};
  if (comma != rest.npos) names.push_back(rest.substr(comma + 1));
  std::vector<int32_t> ids;
  std::optional<tokenizer::Tokenizer> tokenizer;
  for (const std::string_view name : names) {
    std::optional<int32_t> id = AsId(name);
    if (!id) {
      if (!tokenizer) {
        GRAM_ASSIGN_OR_RETURN(tokenizer, tokenizer::Tokenizer::FromFolder(folder));
      }
      id = tokenizer->TokenToId(name);
    }
    if (!id || *id < 0 || static_cast<uint32_t>(*id) >= vocab_size) {
      return NotAReadout(readout, "'" + std::string(name) + "' is not a single token of the model");
    }
    ids.push_back(*id);
  }
  if (ids.size() == 2 && ids[0] == ids[1]) return NotAReadout(readout, "the two tokens are one");
  return ids;
}

}  // namespace gram::convert
