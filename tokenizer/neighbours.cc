#include "tokenizer/neighbours.h"

#include "tokenizer/utf8.h"

namespace gram::tokenizer {

Neighbours::Neighbours(const Vocab& vocab) : bits_((size_t{1} << kHashBits) / 64) {
  for (size_t i = 0; i < vocab.size(); ++i) {
    const auto id = static_cast<TokenId>(i);
    if ((vocab.flags(id) & kModelToken) == 0) continue;
    const std::string_view text = vocab.Text(id);
    Utf8Char left = DecodeUtf8(text, 0);
    for (size_t pos = left.length; pos < text.size();) {
      const Utf8Char right = DecodeUtf8(text, pos);
      const size_t hash = Hash(left.code_point, right.code_point);
      bits_[hash / 64] |= uint64_t{1} << (hash % 64);
      pos += right.length;
      left = right;
    }
  }
}

size_t Neighbours::NextPiece(std::string_view text, size_t pos) const {
  Utf8Char left = DecodeUtf8(text, pos);
  pos += left.length;
  while (pos < text.size()) {
    const Utf8Char right = DecodeUtf8(text, pos);
    if (!MayMeet(left.code_point, right.code_point)) break;
    pos += right.length;
    left = right;
  }
  return pos;
}

}  // namespace gram::tokenizer
