// What a tokenizer.json may say about normalising, splitting, merging and decoding: the one
// pipeline that is implemented, in every spelling that comes to the same ids.
#ifndef GRAM_TOKENIZER_JSON_PIPELINE_H_
#define GRAM_TOKENIZER_JSON_PIPELINE_H_

#include <simdjson.h>

#include <string>
#include <vector>

#include "engine/base/status.h"
#include "tokenizer/json_rules.h"

namespace gram::tokenizer {

struct JsonPipeline {
  /// A piece that is a token becomes it, whatever the merge rules say.
  bool ignore_merges = false;
  /// A line for each saved setting that has no effect here, nor in transformers unless asked for.
  std::vector<std::string> notes = {};
};

/// kUnsupported that names the first component which differs from Qwen's pipeline. The vocabulary,
/// the merge rules and the added tokens are left to the loader.
Result<JsonPipeline> ReadJsonPipeline(const simdjson::dom::element& root, const JsonPlace& top);

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_JSON_PIPELINE_H_
