// The two forms that a tokenizer is read from: Hugging Face's tokenizer.json, refusing every
// pipeline but Qwen's, and bytes for the packed model file, quick to load and checked in full.
#ifndef GRAM_TOKENIZER_LOADER_H_
#define GRAM_TOKENIZER_LOADER_H_

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tokenizer/bpe.h"
#include "tokenizer/json.h"
#include "tokenizer/vocab.h"

namespace gram::tokenizer {

struct JsonPipeline {
  /// A piece that is a token becomes it, whatever the merge rules say.
  bool ignore_merges = false;
  /// A line for each saved setting that has no effect here, nor in transformers unless asked for.
  std::vector<std::string> notes = {};
};

/// kUnsupported that names the first component which differs from Qwen's pipeline; kCorrupt where
/// one is missing or occurs twice. The vocabulary, the merge rules and the added tokens are left
/// to the loader.
Result<JsonPipeline> ReadJsonPipeline(const simdjson::dom::element& root, const JsonPlace& top);

/// The contents of a tokenizer.json. No token is marked kWholeToken yet.
struct LoadedJson {
  Vocab vocab;
  std::vector<MergePair> merges;  ///< in rank order
  JsonPipeline pipeline;
};

/// Accepts NFC, the split pattern, byte-level pieces, BPE without extras, and added tokens that
/// match as they stand. Ids must be 0, 1, 2, ... without gaps over vocabulary and added tokens
/// together, because Hugging Face would renumber added tokens behind a gap. Errors: kUnsupported
/// names the component that differs, kCorrupt what contradicts itself, kOutOfMemory when
/// memory runs out; all name `where`.
Result<LoadedJson> LoadTokenizerJson(std::string_view json, const std::string& where);

/// Layout, integers little-endian: 8 bytes "GRAMTOK1"; u32 tokens N, merge rules R, text bytes B,
/// zero; u8 flags[N] (TokenFlags); u16 length[N]; u32 left and right token [R][2] in rank order;
/// the tokens' bytes [B] in id order. The end of the bytes is the end of the form.
std::string WriteBinaryForm(const Vocab& vocab, const MergeTable& merges);

struct BinaryForm {
  Vocab vocab;
  MergeTable merges;
};

/// Safe for any bytes: memory is taken only after the sizes have been found to fit the input.
/// Errors: kUnsupported for another version, else kCorrupt; messages begin with `where`.
Result<BinaryForm> ReadBinaryForm(std::string_view bytes, const std::string& where);

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_LOADER_H_
