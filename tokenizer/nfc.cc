#include "tokenizer/nfc.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "tokenizer/utf8.h"

namespace gram::tokenizer {
namespace {

constexpr auto kDecompose = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE);
constexpr auto kCompose = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);

constexpr unsigned char kFirstActiveLead = 0xcc;  // lead byte of U+0300: all below is NFC-inert

// The first position at or after `pos` whose character may be at or above U+0300, or the end.
size_t SkipInertBytes(std::string_view text, size_t pos) {
  while (pos + 8 <= text.size()) {
    uint64_t word;
    std::memcpy(&word, text.data() + pos, sizeof(word));
    if ((word & 0x8080808080808080U) != 0) break;
    pos += 8;
  }
  while (pos < text.size() && static_cast<unsigned char>(text[pos]) < kFirstActiveLead) ++pos;
  return pos;
}

int CombiningClass(int32_t code_point) {
  return utf8proc_get_property(code_point)->combining_class;
}

// Canonical ordering by a stable sort of each run of marks. utf8proc's own ordering moves marks one
// place at a time, which is quadratic in a run's length: a text of a million marks would hang.
void OrderMarks(std::vector<int32_t>* code_points) {
  const auto is_mark = [](int32_t c) { return CombiningClass(c) != 0; };
  for (auto run = code_points->begin(); run != code_points->end();) {
    run = std::find_if(run, code_points->end(), is_mark);
    const auto end = std::find_if_not(run, code_points->end(), is_mark);
    std::stable_sort(run, end,
                     [](int32_t a, int32_t b) { return CombiningClass(a) < CombiningClass(b); });
    run = end;
  }
}

void AppendNormalized(std::string_view stretch, std::vector<int32_t>* scratch, std::string* out) {
  scratch->clear();
  for (size_t pos = 0; pos < stretch.size();) {
    const Utf8Char c = DecodeUtf8(stretch, pos);
    pos += c.length;
    constexpr int kRoom = 8;  // Unicode's longest canonical decomposition has 4 code points
    int32_t parts[kRoom];
    int last_bound_class = 0;
    const auto count = utf8proc_decompose_char(static_cast<int32_t>(c.code_point), parts, kRoom,
                                               kDecompose, &last_bound_class);
    scratch->insert(scratch->end(), parts, parts + std::clamp<utf8proc_ssize_t>(count, 0, kRoom));
  }
  OrderMarks(scratch);
  const auto length = utf8proc_normalize_utf32(
      scratch->data(), static_cast<utf8proc_ssize_t>(scratch->size()), kCompose);
  for (utf8proc_ssize_t i = 0; i < length; ++i) {
    AppendUtf8(static_cast<char32_t>((*scratch)[static_cast<size_t>(i)]), out);
  }
}

}  // namespace

std::string_view NormalizeNfc(const UnicodeTable& table, std::string_view text,
                              std::string* storage) {
  storage->clear();
  std::vector<int32_t> scratch;
  size_t copied = 0;      // text[0, copied) is in *storage
  size_t last_inert = 0;  // where the latest inert character starts
  for (size_t pos = 0; pos < text.size();) {
    const size_t skipped_to = SkipInertBytes(text, pos);
    if (skipped_to > pos) {
      last_inert = skipped_to - 1;
      while ((static_cast<unsigned char>(text[last_inert]) & 0xc0) == 0x80) --last_inert;
      pos = skipped_to;
      continue;
    }
    const Utf8Char c = DecodeUtf8(text, pos);
    if (table.IsNfcInert(c.code_point)) {
      last_inert = pos;
      pos += c.length;
      continue;
    }
    // An active character: normalise from the inert one before it to the next inert one.
    const size_t begin = std::max(last_inert, copied);
    size_t end = pos;
    while (end < text.size()) {
      const Utf8Char next = DecodeUtf8(text, end);
      if (table.IsNfcInert(next.code_point)) break;
      end += next.length;
    }
    storage->append(text, copied, begin - copied);
    AppendNormalized(text.substr(begin, end - begin), &scratch, storage);
    copied = last_inert = pos = end;
  }
  if (copied == 0) return text;
  storage->append(text, copied);
  return *storage;
}

}  // namespace gram::tokenizer
