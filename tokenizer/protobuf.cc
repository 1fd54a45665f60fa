#include "tokenizer/protobuf.h"

namespace gram::tokenizer {

std::optional<uint64_t> ProtoReader::Varint() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64 && !bytes_.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes_.front());
    bytes_.remove_prefix(1);
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

std::optional<uint64_t> ProtoReader::Fixed(size_t size) {
  if (bytes_.size() < size) return std::nullopt;
  uint64_t value = 0;
  for (size_t i = 0; i < size; ++i) {
    value |= static_cast<uint64_t>(static_cast<unsigned char>(bytes_[i])) << (8 * i);
  }
  bytes_.remove_prefix(size);
  return value;
}

std::optional<ProtoField> ProtoReader::Value(uint64_t key) {
  ProtoField field{.number = key >> 3};
  std::optional<uint64_t> value;
  switch (key & 7) {
    case 0:
      value = Varint();
      break;
    case 1:
      value = Fixed(8);
      break;
    case 2:
      value = Varint();
      if (!value || *value > bytes_.size()) return std::nullopt;
      field.bytes = bytes_.substr(0, *value);
      bytes_.remove_prefix(*value);
      break;
    case 5:
      value = Fixed(4);
      break;
    default:
      break;
  }
  if (!value) return std::nullopt;
  field.value = *value;
  return field;
}

std::optional<ProtoField> ProtoReader::Next() {
  if (bytes_.empty() || !ok_) return std::nullopt;
  const std::optional<uint64_t> key = Varint();
  std::optional<ProtoField> field;
  if (key) field = Value(*key);
  ok_ = field.has_value();
  return field;
}

}  // namespace gram::tokenizer
