#include "tokenizer/pipeline.h"

#include <algorithm>
#include <iterator>

#include "tokenizer/utf8.h"

namespace gram::tokenizer {
namespace {

template <typename Matches>
const Pipeline* FindIf(const Matches& matches) {
  const auto* const found = std::find_if(std::begin(kPipelines), std::end(kPipelines), matches);
  return found == std::end(kPipelines) ? nullptr : found;
}

}  // namespace

const Pipeline* FindPipeline(std::string_view name) {
  return FindIf([name](const Pipeline& pipeline) { return pipeline.name == name; });
}

const Pipeline* FindPipeline(Normalization normalization, const SplitPattern* split) {
  return FindIf([=](const Pipeline& pipeline) {
    return pipeline.normalization == normalization && pipeline.split == split;
  });
}

std::string_view Normalize(const Pipeline& pipeline, const UnicodeTable& table,
                           std::string_view text, std::string* storage) {
  switch (pipeline.normalization) {
    case Normalization::kNone:
      return text;
    case Normalization::kNfc:
      return NormalizeNfc(table, text, storage);
    case Normalization::kSpaces:
      if (text.find(kSpaceMark) == std::string_view::npos) return text;
      storage->clear();
      break;
    case Normalization::kPrefixedSpaces:
      if (text.empty()) return text;
      storage->assign(1, ' ');
      break;
  }
  AppendWithSpaces(text, storage);
  return *storage;
}

}  // namespace gram::tokenizer
