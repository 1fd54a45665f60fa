// What a tokenizer.json may say about normalising, splitting, merging and decoding: the one
// pipeline that is implemented.
#ifndef GRAM_TOKENIZER_JSON_PIPELINE_H_
#define GRAM_TOKENIZER_JSON_PIPELINE_H_

#include <simdjson.h>

#include "engine/base/status.h"
#include "tokenizer/json_rules.h"

namespace gram::tokenizer {

/// kUnsupported that names the first component which differs from Qwen's pipeline. The vocabulary,
/// the merge rules and the added tokens are left to the loader.
Status CheckJsonPipeline(const simdjson::dom::element& root, const JsonPlace& top);

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_JSON_PIPELINE_H_
