// A byte (how to map), the text of --map, "%%%%", and a file of rows. Holds: a row has either an
// error or two and more answers that its comparisons name; what is not JSON has an error; and the
// rows are the same when the file is compressed, and when every row is spelled in another way
// (white space between tokens, letters as \u escapes).
#include <cstdio>

#include "tests/fuzz/fuzzing.h"
#include "tests/fuzz/mapped_rows.h"
#include "tests/jobs/io/compress.h"

namespace gram::fuzz {
namespace {

using jobs::InputRow;

void CheckRow(const InputRow& row) {
  if (row.error) {
    Check(!row.error->code.empty() && !row.error->message.empty(), "an error has code and message");
    Check(row.error->message.find('\n') == std::string::npos, "a row's message is one line");
    return;
  }
  Check(IsJson(row.raw), "a row without an error is JSON");
  Check(IsJson(row.id_json), "an id is JSON");
  Check(row.responses.size() >= 2, "a row without an error has two answers");
  Check(row.names.size() == row.responses.size(), "every answer has a name");
  Check(row.quality.empty() || row.quality.size() == row.responses.size(),
        "every answer has a quality, or none has");
  for (const jobs::Comparison& comparison : row.comparisons) {
    Check(comparison.first < row.responses.size() && comparison.second < row.responses.size() &&
              comparison.first != comparison.second,
          "a comparison is of two of the answers");
  }
}

bool SameComparisons(const InputRow& a, const InputRow& b) {
  if (a.comparisons.size() != b.comparisons.size()) return false;
  for (size_t i = 0; i < a.comparisons.size(); ++i) {
    const jobs::Comparison &x = a.comparisons[i], &y = b.comparisons[i];
    if (x.first != y.first || x.second != y.second || x.label != y.label) return false;
  }
  return true;
}

void CheckSame(const Result<MappedRows>& a, const Result<MappedRows>& b,
               std::string_view property) {
  Check(a.ok() == b.ok(), property);
  if (!a.ok()) return Check(a.status().code() == b.status().code(), property);
  Check(a->format == b->format && a->rows.size() == b->rows.size(), property);
  for (size_t i = 0; i < a->rows.size(); ++i) {
    const InputRow &x = a->rows[i], &y = b->rows[i];
    Check(x.error.has_value() == y.error.has_value(), property);
    if (x.error) Check(x.error->code == y.error->code, property);
    Check(x.question == y.question && x.responses == y.responses && x.names == y.names, property);
    Check(x.quality == y.quality && SameComparisons(x, y), property);
  }
}

// JSON values of the same meaning: a space behind each token that can have one, letters in strings
// as escapes.
std::string SpelledOtherwise(std::string_view json) {
  std::string out;
  bool in_string = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string && c == '\\') {
      out.append(json.substr(i, 2));
      ++i;
      if (json[i] == 'u') out.append(json.substr(i + 1, 4)), i += 4;
    } else if (in_string && (c | 0x20) >= 'a' && (c | 0x20) <= 'z') {
      char escape[8];
      std::snprintf(escape, sizeof(escape), "\\u%04x", static_cast<unsigned>(c));
      out += escape;
    } else {
      in_string ^= c == '"';
      out += c;
      if (!in_string && std::string_view("{[,:").find(c) != std::string_view::npos) out += ' ';
    }
  }
  return out;
}

bool AllJson(const std::vector<InputRow>& rows) {
  for (const InputRow& row : rows) {
    if (!IsJson(row.raw)) return false;
  }
  return true;
}

}  // namespace
}  // namespace gram::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gram::fuzz;
  Input input(data, size);
  const uint8_t how = input.Byte();
  gram::jobs::MapperOptions options;
  options.turns = (how & 1) != 0 ? gram::jobs::Turns::kLast : gram::jobs::Turns::kJoin;
  options.comparisons = (how & 2) == 0;
  const auto fields = gram::jobs::ParseFieldMap(input.Part());
  if (fields.ok()) options.fields = *fields;
  const std::string text(input.Rest());
  const std::string path = WriteScratch("rows", text);
  const auto mapped = MapRows(path, options);
  const std::string packed = (how & 4) != 0 ? gram::jobs::Zstd(text) : gram::jobs::Gzip(text);
  const bool plain = std::string_view(text).substr(0, 2) != "\x1f\x8b" &&
                     std::string_view(text).substr(0, 4) != "\x28\xb5\x2f\xfd";
  if (plain && mapped.ok()) {
    CheckSame(mapped, MapRows(WriteScratch("packed", packed), options), "packing changes no row");
  }
  if (!mapped.ok()) {
    CheckRefusal(mapped.status(), "");
    return 0;
  }
  for (const auto& row : mapped->rows) CheckRow(row);
  Check(!mapped->explanation.empty(), "what can be mapped can be explained");
  if (plain && AllJson(mapped->rows)) {
    CheckSame(mapped, MapRows(WriteScratch("spelled", SpelledOtherwise(text)), options),
              "how a row is spelled changes nothing");
  }
  return 0;
}
