// Reading Hugging Face's tokenizer.json, refusing every pipeline that is not implemented.
#ifndef GRAM_TOKENIZER_LOADER_H_
#define GRAM_TOKENIZER_LOADER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tokenizer/bpe.h"
#include "tokenizer/json.h"
#include "tokenizer/pipeline.h"
#include "tokenizer/vocab.h"

namespace gram::tokenizer {

struct JsonPipeline {
  const Pipeline* pipeline = nullptr;
  /// A piece that is a token becomes it, whatever the merge rules say.
  bool ignore_merges = false;
  /// The id that the post-processor puts in front of every text, unchecked.
  std::optional<int64_t> bos = std::nullopt;
  /// A line for each saved setting that has no effect here, nor in transformers unless asked for.
  std::vector<std::string> notes = {};
};

/// kUnsupported that names the first component which no pipeline has (or not together with the
/// others); kCorrupt where one is missing or occurs twice. The vocabulary, the merge rules and the
/// added tokens are left to the loader.
Result<JsonPipeline> ReadJsonPipeline(const simdjson::dom::element& root, const JsonPlace& top);

/// The id that the file's post_processor puts in front of every text, if it does so. Errors:
/// kUnsupported for anything else that changes ids, kCorrupt.
Result<std::optional<int64_t>> ReadPostProcessor(const simdjson::dom::element& root,
                                                 const JsonPlace& top);

/// The contents of a tokenizer.json. No token is marked kWholeToken yet.
struct LoadedJson {
  Vocab vocab;
  std::vector<MergePair> merges;  ///< in rank order
  JsonPipeline pipeline;          ///< bos: in [0, vocab.size())
};

/// Accepts the pipelines of pipeline.h, BPE without extras, and added tokens that match as they
/// stand. Ids must be 0, 1, 2, ... without gaps over vocabulary and added tokens together, because
/// Hugging Face would renumber added tokens behind a gap. Errors: kUnsupported names the component
/// that differs, kCorrupt what contradicts itself, kOutOfMemory when memory runs out; all name
/// `where`.
Result<LoadedJson> LoadTokenizerJson(std::string_view json, const std::string& where);

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_LOADER_H_
