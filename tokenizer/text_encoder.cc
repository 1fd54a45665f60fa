#include "tokenizer/text_encoder.h"

#include <utility>

namespace gram::tokenizer {

Result<EncodingTables> EncodingTables::Make(Definition definition, const std::string& where) {
  const Vocab& vocab = definition.vocab;
  GRAM_ASSIGN_OR_RETURN(AddedTokens added,
                        AddedTokens::Build(vocab, AddedTokens::Kind::kAll, where));
  GRAM_ASSIGN_OR_RETURN(AddedTokens language,
                        AddedTokens::Build(vocab, AddedTokens::Kind::kLanguage, where));
  std::optional<Neighbours> neighbours;
  if (definition.pipeline->split == nullptr) neighbours.emplace(vocab);
  return EncodingTables{std::move(definition), std::move(added), std::move(language),
                        UnicodeTable(), std::move(neighbours)};
}

// Control tokens are found first, in each template part by itself: nothing that stands in another
// part can make one or take one away. What lies between two of them is one text.
void TextEncoder::Parts(std::span<const TextPart> parts) {
  std::string joined;
  if (parts.size() > 1) {
    for (const TextPart& part : parts) joined += part.text;
  }
  const std::string_view text = parts.size() == 1 ? parts[0].text : joined;
  size_t done = 0;   // text[0, done) is encoded
  size_t begin = 0;  // of the part
  for (const TextPart& part : parts) {
    size_t pos = 0;
    while (const auto match = part.is_template ? tables_.added.FindNext(part.text, pos)
                                               : std::optional<AddedTokens::Match>()) {
      pos = match->pos + match->length;
      if (!tables_.definition.vocab.IsControl(match->id)) continue;
      WithoutControl(text.substr(done, begin + match->pos - done));
      out_.push_back(match->id);
      done = begin + pos;
    }
    begin += part.text.size();
  }
  WithoutControl(text.substr(done));
}

void TextEncoder::WithoutControl(std::string_view text) {
  size_t pos = 0;
  while (const auto match = tables_.language.FindNext(text, pos)) {
    Ordinary(text.substr(pos, match->pos - pos));
    out_.push_back(match->id);
    pos = match->pos + match->length;
  }
  Ordinary(text.substr(pos));
}

void TextEncoder::Ordinary(std::string_view text) {
  const Pipeline& pipeline = *tables_.definition.pipeline;
  const std::string_view normal = Normalize(pipeline, tables_.unicode, text, &normalized_);
  const auto encode_pieces = [&](const auto& next_piece) {
    for (size_t pos = 0; pos < normal.size();) {
      const size_t end = next_piece(pos);
      bpe_.Encode(normal.substr(pos, end - pos), &scratch_, &out_);
      pos = end;
    }
  };
  if (tables_.neighbours) {
    encode_pieces([&](size_t pos) { return tables_.neighbours->NextPiece(normal, pos); });
  } else {
    encode_pieces(
        [&](size_t pos) { return NextPiece(tables_.unicode, *pipeline.split, normal, pos); });
  }
}

}  // namespace gram::tokenizer
