// Reading Protocol Buffers' wire format, field by field.
#ifndef GRAM_TOKENIZER_PROTOBUF_H_
#define GRAM_TOKENIZER_PROTOBUF_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace gram::tokenizer {

/// One field of a message. Which of the two values is set depends on the field's wire type.
struct ProtoField {
  uint64_t number = 0;
  uint64_t value = 0;           ///< varint, fixed32, fixed64
  std::string_view bytes = {};  ///< strings, bytes and messages within
};

/// Goes through a message. Safe for any bytes.
class ProtoReader {
 public:
  explicit ProtoReader(std::string_view bytes) : bytes_(bytes) {}

  /// The next field; nothing at the end, or where the bytes are no message (see ok()).
  std::optional<ProtoField> Next();

  /// Whether all that was read so far is well formed.
  bool ok() const { return ok_; }

 private:
  std::optional<uint64_t> Varint();
  std::optional<uint64_t> Fixed(size_t size);
  std::optional<ProtoField> Value(uint64_t key);

  std::string_view bytes_;
  bool ok_ = true;
};

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_PROTOBUF_H_
