// Reading Hugging Face's tokenizer.json, refusing every pipeline but Qwen's.
#ifndef GRAM_TOKENIZER_LOADER_JSON_H_
#define GRAM_TOKENIZER_LOADER_JSON_H_

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tokenizer/json_pipeline.h"
#include "tokenizer/merge_table.h"
#include "tokenizer/vocab.h"

namespace gram::tokenizer {

/// What a tokenizer.json comes down to. No token is marked kWholeToken yet.
struct LoadedJson {
  Vocab vocab;
  std::vector<MergePair> merges;  ///< in rank order
  JsonPipeline pipeline;
};

/// Accepts NFC, the split pattern, byte-level pieces, BPE without extras, and added tokens that
/// match as they stand. Ids must be 0, 1, 2, ... without gaps over vocabulary and added tokens
/// together, because Hugging Face would renumber added tokens behind a gap. Errors: kUnsupported
/// names the component that differs, kCorrupt what contradicts itself, kOutOfMemory for want of
/// memory; all name `where`.
Result<LoadedJson> LoadTokenizerJson(std::string_view json, const std::string& where);

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_LOADER_JSON_H_
