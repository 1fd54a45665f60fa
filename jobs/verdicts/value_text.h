// Values as text: numbers, strings, lists and objects as JSON, checksums as hexadecimal digits.
#ifndef GRAM_JOBS_VERDICTS_VALUE_TEXT_H_
#define GRAM_JOBS_VERDICTS_VALUE_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace gram::jobs {

/// A number as the shortest decimal that reads back as the same float or double, always with a
/// point or an exponent; "null" for infinities and NaN, which JSON cannot hold.
std::string JsonNumber(float value);
std::string JsonNumber(double value);

std::string JsonBool(bool value);

/// `text` as a JSON string, quotes included.
std::string JsonString(std::string_view text);

/// [TEXT,...] with what `to_text` makes of each item.
template <typename Items, typename ToText>
std::string JsonList(const Items& items, const ToText& to_text) {
  std::string text = "[";
  for (const auto& item : items) {
    if (text.size() > 1) text += ',';
    text += to_text(item);
  }
  return text + "]";
}

/// The members of a JSON object, one after the other.
class JsonMembers {
 public:
  /// Adds a member; `json` is its value as JSON. `name` needs no escapes.
  JsonMembers& Add(std::string_view name, std::string_view json);

  /// Adds members that are text already; none where it is empty.
  JsonMembers& Append(std::string_view members);

  const std::string& text() const { return text_; }  ///< "a":1,"b":2
  std::string Object() const { return "{" + text_ + "}"; }

 private:
  std::string text_;
};

/// A checksum as people and manifests read it: 16 hexadecimal digits.
std::string HexText(uint64_t checksum);

/// The xxh3-64 of `text`, likewise.
std::string ChecksumOf(std::string_view text);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_VERDICTS_VALUE_TEXT_H_
